import { list, readAll } from '../arguments/arguments.ts'
import { oneOf, zones as zonesKind } from '../arguments/kinds.ts'
import { repeatable } from '../arguments/option.ts'
import type { LogDirective, LogPart } from '../config.ts'
import type { Arguments, Context } from '../schema.ts'
import type { Word } from '../text/lexer.ts'
import { commonLogFormat, logPlaceholders, readLogFormat } from '../values/log-format.ts'
import { didYouMean } from '../values/nearest.ts'
import { directive } from './directive.ts'

interface Rule {
  readonly zones: readonly string[]
  readonly format: readonly LogPart[]
}

const everything: Rule = { zones: ['.'], format: readLogFormat(commonLogFormat).parts }

/** As in CoreDNS a last argument with a brace is the format, and only after a zone. */
const rule: Arguments<Rule> = {
  usage: '[ZONE...] [FORMAT]',
  expected: [
    [zonesKind.name, 'a zone: only questions in it are logged'],
    ['FORMAT', 'a text with placeholders, after at least one zone'],
  ],
  initial: everything,
  shownInitial: '. {common}',
  read(node, context) {
    const last = node.args.at(-1)
    if (last === undefined) return everything
    if (!last.text.includes('{')) return withZones(node.args, everything.format, context)
    if (node.args.length === 1) {
      const expected = 'a zone before the format, such as "."'
      return context.faults.add('bad-value', last.position, last.text, { inside: 'log', expected })
    }
    return withZones(node.args.slice(0, -1), formatOf(last, context), context)
  },
}

function withZones(words: readonly Word[], format: readonly LogPart[], context: Context): Rule | undefined {
  const zones = readAll(words, zonesKind, context)?.flat()
  return zones === undefined ? undefined : { zones, format }
}

function formatOf(word: Word, { faults }: Context): readonly LogPart[] {
  const { parts, unknown } = readLogFormat(word.text)
  for (const name of unknown.slice(0, 3)) {
    if (name.startsWith('/')) {
      const suggestion = 'CoreDNS takes labels of its metadata plugin'
      faults.add('not-yet', word.position, `{${name}}`, { inside: 'log', suggestion })
    } else {
      const hint = didYouMean(name, Object.keys(logPlaceholders)) ?? 'it is logged as it stands'
      faults.warn(word.position, `{${name}} is no placeholder of log: ${hint}`)
    }
  }
  return parts
}

export const log = directive({
  arguments: rule,
  options: {
    class: repeatable(
      list(oneOf(['all', 'success', 'denial', 'error']), 1),
      'Logs only answers of these classes (all).',
    ),
  },
  doc: `Logs queries to standard output. Several directives may stand; of those the first with a zone that holds the name
counts. \`{combined}\` is \`{common}\` with the opcode. Logging every query costs more than answering it.`,
  repeats: true,
  examples: [
    `cluster.local {
    log . {combined} {
        class denial error
    }
    whoami
}`,
    `. {
    log example.org "{remote} asked {name} {type}: {rcode} after {duration}"
    whoami
}`,
  ],
  build: ({ position, args, options }): LogDirective => ({
    position,
    ...args,
    classes: options.class.length === 0 ? ['all'] : options.class,
  }),
})
