/** Lines of arguments, made of kinds: none, one, at most one, some, a fixed list. */

import type { Arguments, Context, Kind } from '../schema.ts'
import type { Word } from '../text/lexer.ts'
import type { Node } from '../text/syntax.ts'

/** A flag: true when it stands there. */
export function none(): Arguments<boolean> {
  return {
    usage: '',
    expected: [],
    initial: false,
    shownInitial: undefined,
    read: (node, context) => (atMost(0, node, context) ? true : undefined),
  }
}

/** Exactly one. Without `initial` an absent option gives undefined. */
export function one<T>(kind: Kind<T>): Arguments<T | undefined>
export function one<T>(kind: Kind<T>, initial: T): Arguments<T>
export function one<T>(kind: Kind<T>, initial?: T): Arguments<T | undefined> {
  return {
    usage: kind.name,
    expected: explain(kind),
    initial,
    shownInitial: initial === undefined ? undefined : kind.show(initial),
    read(node, context) {
      const word = atLeast(1, node, kind.expected, context) ? node.args[0] : undefined
      return word !== undefined && atMost(1, node, context) ? kind.read(word, context) : undefined
    },
  }
}

/** None or one. */
export function atMostOne<T>(kind: Kind<T>, initial: T): Arguments<T> {
  const [word, shownInitial] = [kind.name, kind.show(initial)]
  return {
    usage: `[${word}]`,
    expected: explain(kind),
    initial,
    shownInitial,
    read(node, context) {
      if (!atMost(1, node, context)) return undefined
      const arg = node.args[0]
      return arg === undefined ? initial : kind.read(arg, context)
    },
  }
}

/** `least` or more; an absent option gives an empty list. */
export function list<T>(kind: Kind<T>, least: 0 | 1): Arguments<readonly T[]> {
  return {
    usage: least === 0 ? `[${kind.name}...]` : `${kind.name}...`,
    expected: explain(kind),
    initial: [],
    shownInitial: undefined,
    read(node, context) {
      if (!atLeast(least, node, kind.expected, context)) return undefined
      return readAll(node.args, kind, context)
    },
  }
}

/** One word for each name, the last `optional` of which may be missing; an absent option gives undefined. */
export function words(
  names: readonly (readonly [name: string, expected: string])[],
  optional = 0,
): Arguments<readonly string[] | undefined> {
  const least = names.length - optional
  return {
    usage: names.map(([name], index) => (index < least ? name : `[${name}]`)).join(' '),
    expected: names,
    initial: undefined,
    shownInitial: undefined,
    read(node, context) {
      const missing = names[node.args.length]?.[1] ?? ''
      if (!atLeast(least, node, missing, context) || !atMost(names.length, node, context)) return undefined
      return node.args.map((word) => word.text)
    },
  }
}

function explain(kind: Pick<Kind<never>, 'name' | 'expected' | 'selfEvident'>): Arguments<never>['expected'] {
  return kind.selfEvident === true ? [] : [[kind.name, kind.expected]]
}

/** Undefined when any word was reported; all are read, so that all are. */
export function readAll<T>(args: readonly Word[], kind: Kind<T>, context: Context): readonly T[] | undefined {
  const values = args.map((word) => kind.read(word, context))
  const read = values.filter((value) => value !== undefined)
  return read.length === values.length ? read : undefined
}

export function atLeast(least: number, node: Node, expected: string, context: Context): boolean {
  if (node.args.length >= least) return true
  context.faults.add('missing-argument', node.name.position, node.name.text, { expected })
  return false
}

export function atMost(most: number, node: Node, context: Context): boolean {
  const extra = node.args[most]
  if (extra === undefined) return true
  const takes = most === 0 ? 'no argument' : most === 1 ? 'one argument' : `at most ${most} arguments`
  context.faults.add('extra-argument', extra.position, extra.text, {
    inside: context.inside,
    suggestion: `${node.name.text} takes ${takes}`,
  })
  return false
}
