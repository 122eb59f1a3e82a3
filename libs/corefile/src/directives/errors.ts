import { atLeast, atMost, atMostOne, none } from '../arguments/arguments.ts'
import { duration, oneOf, regexp } from '../arguments/kinds.ts'
import { option, repeatable } from '../arguments/option.ts'
import type { Consolidation, ErrorsDirective, LogLevel } from '../config.ts'
import type { Arguments } from '../schema.ts'
import { directive } from './directive.ts'

const level = oneOf(['debug', 'info', 'warning', 'error'])

/** DURATION REGEXP [LEVEL] [show_first]: the level, when it is there, goes first. */
const consolidation: Arguments<readonly Consolidation[]> = {
  usage: `DURATION REGEXP [${level.name}] [show_first]`,
  expected: [
    [duration.name, duration.expected],
    [regexp.name, regexp.expected],
  ],
  initial: [],
  shownInitial: undefined,
  read(node, context) {
    const [period, pattern, third, fourth] = node.args
    if (!atLeast(2, node, 'DURATION and REGEXP', context) || !atMost(4, node, context)) return undefined
    if (period === undefined || pattern === undefined) return undefined
    const showFirst = third?.text === 'show_first' ? third : fourth
    if (showFirst !== undefined && (showFirst.text !== 'show_first' || showFirst !== node.args.at(-1))) {
      const expected = '[LEVEL] [show_first] in this order'
      const { position, text } = node.args.at(-1) ?? showFirst
      return context.faults.add('bad-value', position, text, { inside: context.inside, expected })
    }
    const levelWord = third === showFirst ? undefined : third
    const periodMs = duration.read(period, context)
    const regExp = regexp.read(pattern, context)
    const logLevel: LogLevel | undefined = levelWord === undefined ? 'error' : level.read(levelWord, context)
    if (periodMs === undefined || regExp === undefined || logLevel === undefined) return undefined
    return [{ periodMs, pattern: regExp, level: logLevel, showFirst: showFirst !== undefined }]
  },
}

export const errors = directive({
  arguments: atMostOne(oneOf(['stdout']), 'stdout'),
  options: {
    stacktrace: option(none(), 'Logs where in the code an unforeseen error arose.'),
    consolidate: repeatable(
      consolidation,
      `Counts errors that match for the duration and then logs one line with their number, at this level (\`error\` when none
is named); \`show_first\` logs the first one at once. The first expression that matches takes the error.`,
    ),
  },
  doc: 'Logs questions that could not be answered, with the reason.',
  repeats: false,
  examples: [
    `cluster.local {
    errors {
        consolidate 5m ".* timed out$" warning
        consolidate 30s "^cannot read .+" error show_first
    }
    whoami
}`,
  ],
  build: ({ position, options }): ErrorsDirective => ({ position, ...options }),
})
