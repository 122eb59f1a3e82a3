import type { Directive, OptionTable } from '../schema.ts'

/** Only says what type a table has. */
export function directive<A, O extends OptionTable, R>(table: Directive<A, O, R>): Directive<A, O, R> {
  return table
}
