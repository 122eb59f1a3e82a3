/**
 * The form of the tables in `directives/`: a directive has arguments and options, an option has arguments. Reading,
 * checking and the reference page all come from these tables. A `Kind` reads one word; `Arguments` read a whole line of
 * them; `Option` adds what the page says and whether it may stand twice. What cannot be read is reported and gives
 * undefined, never an exception.
 */

import type { Position } from './config.ts'
import type { FaultList } from './errors.ts'
import type { Word } from './text/lexer.ts'
import type { Node } from './text/syntax.ts'
import type { ZoneBudget } from './zone-budget.ts'

export interface Context {
  readonly faults: FaultList
  /** The directive, or the directive and option, that is being read. */
  readonly inside: string
  /** Zones of the server block's keys. */
  readonly zones: readonly string[]
  readonly budget: ZoneBudget
  /** What is wrong with a label selector; undefined when nothing is. */
  readonly selectorProblem: (text: string) => string | undefined
}

/** What one argument may be. */
export interface Kind<T> {
  /** As a usage line shows it: `SECONDS`. */
  readonly name: string
  /** In words, with range and unit: `a whole number from 0 to 3600`. */
  readonly expected: string
  /** Its name says all that it may be. */
  readonly selfEvident?: boolean
  /** As a Corefile would have it. */
  readonly show: (value: T) => string
  /** Undefined when it was reported. */
  readonly read: (word: Word, context: Context) => T | undefined
}

/** What may follow the name of a directive or option on its line. */
export interface Arguments<T> {
  /** `CERT KEY [CA]`; '' for none. */
  readonly usage: string
  /** Pairs of a name in `usage` and what it may be, where that needs saying. */
  readonly expected: readonly (readonly [name: string, expected: string])[]
  /** Value when the directive or option, or its optional argument, is absent. */
  readonly initial: T
  /** The same for the page; undefined when there is nothing to say. */
  readonly shownInitial: string | undefined
  /** Undefined when it was reported. `node.args` is all that may be read. */
  readonly read: (node: Node, context: Context) => T | undefined
}

export interface Option<T> {
  readonly arguments: Arguments<T>
  readonly doc: string
  /** Joins what two lines of it say; undefined: it may stand once. */
  join?(before: T, after: T): T
  readonly standing: Standing
}

/** coredns: CoreDNS knows it, zonecast does not do it yet. */
export type Standing = 'done' | 'coredns'

export type OptionTable = Readonly<Record<string, Option<unknown>>>

export type Values<O> = { readonly [K in keyof O]: O[K] extends { readonly arguments: Arguments<infer T> } ? T : never }

export interface Reading<A, O> {
  readonly position: Position
  /** What was reported is replaced by its initial value, so that the rules between options are checked all the same. */
  readonly args: A
  readonly options: Values<O>
  /** Where each option that is there stands; a repeated one where it stands first. */
  readonly given: ReadonlyMap<keyof O & string, Position>
}

export interface Directive<A, O extends OptionTable, R> {
  readonly arguments: Arguments<A>
  readonly options: O
  /** The first sentence stands in the list of directives. */
  readonly doc: string
  readonly repeats: boolean
  /** Whole Corefiles; tests read them. */
  readonly examples: readonly string[]
  /** Rules between options; undefined when they were broken and reported. */
  build(reading: Reading<A, O>, context: Context): R | undefined
}
