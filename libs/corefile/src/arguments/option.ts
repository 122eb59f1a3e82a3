/** Options of the tables, by how they stand: done, repeatable, or known and refused. */

import type { Arguments, Option } from '../schema.ts'
import { none } from './arguments.ts'

/** May stand once. */
export function option<T>(args: Arguments<T>, doc: string): Option<T> {
  return { arguments: args, doc, standing: 'done' }
}

/** May stand several times; what they say adds up. */
export function repeatable<T>(args: Arguments<readonly T[]>, doc: string): Option<readonly T[]> {
  return { arguments: args, doc, join: (before, after) => [...before, ...after], standing: 'done' }
}

/** CoreDNS knows it, zonecast does not do it yet. */
export function notYet(usage: string, doc: string): Option<boolean> {
  return { arguments: { ...none(), usage }, doc, standing: 'coredns' }
}
