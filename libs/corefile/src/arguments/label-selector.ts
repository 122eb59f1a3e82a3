/** Label selectors: as `kubectl -l` has them, and as the first kubernetes middleware had them. */

import { quote } from '../errors.ts'
import type { Arguments } from '../schema.ts'
import { atLeast, list } from './arguments.ts'
import { type SubWord, subWords } from './sub-words.ts'

/** One expression, though it may have spaces and so be several words. */
export const selector: Arguments<string | undefined> = {
  usage: 'EXPRESSION',
  expected: [['EXPRESSION', 'a label selector, such as app=web,tier in (front, back)']],
  initial: undefined,
  shownInitial: undefined,
  read(node, context) {
    const all = list({ name: 'EXPRESSION', expected: 'a label selector', show: String, read: (word) => word.text }, 1)
    const text = all.read(node, context)?.join(' ')
    const problem = text === undefined ? undefined : context.selectorProblem(text)
    if (text === undefined || problem === undefined) return text
    const { inside } = context
    return context.faults.add('bad-value', node.args[0]?.position ?? node.name.position, text, {
      inside,
      suggestion: problem,
    })
  },
}

const PAIRS = 'pairs such as "environment" : "staging", "tenant" : "customerB"'
const KEY = /^[\w./-]+$/
const VALUE = /^[\w.-]*$/

/** `"environment" : "staging", "tenant" : "customerB"`, quotes and spaces at will. Gives `environment=staging,tenant=customerB`. */
export const labelPairs: Arguments<string | undefined> = {
  usage: 'PAIRS',
  expected: [['PAIRS', PAIRS]],
  initial: undefined,
  shownInitial: undefined,
  read(node, context) {
    if (!atLeast(1, node, PAIRS, context)) return undefined
    const words = node.args.flatMap((word) => subWords(word, ':,'))
    const pairs: string[] = []
    for (let start = 0; start <= words.length; ) {
      const comma = words.findIndex((word, at) => at >= start && word.isSign && word.text === ',')
      const end = comma < 0 ? words.length : comma
      const [key, colon, value, ...rest] = words.slice(start, end)
      const at = key ?? words[end] ?? words.at(-1) ?? node.name
      const problem =
        problemOf(key, colon, value, rest.length) ?? context.selectorProblem(`${key?.text}=${value?.text}`)
      if (problem !== undefined) {
        const { faults, inside } = context
        const found = words.slice(start, end).map(({ text }) => text)
        return faults.add('bad-value', at.position, found.join(' ') || at.text, {
          inside,
          expected: PAIRS,
          suggestion: problem === '' ? undefined : problem,
        })
      }
      pairs.push(`${key?.text}=${value?.text}`)
      start = end + 1
    }
    return pairs.join()
  },
}

/** '' when the form says it all. */
function problemOf(
  key: SubWord | undefined,
  colon: SubWord | undefined,
  value: SubWord | undefined,
  more: number,
): string | undefined {
  if (key === undefined || value === undefined || colon?.text !== ':' || !colon.isSign || more > 0) return ''
  if (key.isSign || !KEY.test(key.text)) return `${quote(key.text)} is no label key`
  return value.isSign || !VALUE.test(value.text) ? `${quote(value.text)} is no label value` : undefined
}
