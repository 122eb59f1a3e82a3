/** Reads one directive and its options by its table, reporting whatever the table does not allow. */

import type { Position } from './config.ts'
import { showPosition } from './errors.ts'
import { reasons } from './known-words.ts'
import type { Context, Directive, OptionTable, Values } from './schema.ts'
import type { Node } from './text/syntax.ts'
import { didYouMean } from './values/nearest.ts'

/** @param others names of directives, to tell an option from a directive that slipped into a block. */
export function readDirective<A, O extends OptionTable, R>(
  directive: Directive<A, O, R>,
  node: Node,
  context: Context,
  others: readonly string[],
): R | undefined {
  const given = new Map<keyof O & string, Position>()
  const values = new Map<string, unknown>()
  const names = Object.keys(directive.options)
  const args = directive.arguments.read(node, context)

  if (node.block !== undefined && names.length === 0) {
    const { name } = node
    context.faults.add('unexpected-block', node.block[0]?.name.position ?? name.position, name.text)
  } else {
    for (const optionNode of node.block ?? [])
      readOption(directive.options, optionNode, context, { given, values, others })
  }
  const options = Object.fromEntries(
    names.map((name) => [name, values.get(name) ?? directive.options[name]?.arguments.initial]),
  ) as Values<O>
  return directive.build(
    { position: node.name.position, args: args ?? directive.arguments.initial, options, given },
    context,
  )
}

interface Collected {
  readonly given: Map<string, Position>
  readonly values: Map<string, unknown>
  readonly others: readonly string[]
}

function readOption(table: OptionTable, node: Node, context: Context, { given, values, others }: Collected): void {
  const { faults, inside } = context
  const { text: name, position } = node.name
  const option = Object.hasOwn(table, name) ? table[name] : undefined
  if (option === undefined) {
    const known = Object.keys(table)
    const suggestion = others.includes(name)
      ? 'it is a directive of the server block; is a "}" missing above?'
      : didYouMean(name, known)
    faults.add('unknown-directive', position, name, { inside, suggestion })
    return
  }
  if (option.standing !== 'done') {
    faults.add('not-yet', position, name, { inside, suggestion: reasons[option.standing] })
    return
  }
  const before = given.get(name)
  if (before !== undefined && option.join === undefined) {
    faults.add('duplicate-directive', position, name, {
      inside,
      suggestion: `it stands at ${showPosition(before)} too`,
    })
    return
  }
  if (before === undefined) given.set(name, position)
  if (node.block !== undefined) {
    faults.add('unexpected-block', node.block[0]?.name.position ?? position, name)
  }
  const value = option.arguments.read(node, { ...context, inside: `${inside} ${name}` })
  if (value === undefined) return
  const earlier = values.get(name)
  values.set(name, earlier === undefined || option.join === undefined ? value : option.join(earlier, value))
}
