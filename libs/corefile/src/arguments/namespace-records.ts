/** `namespace_records txt|dnssd [limit N]`: once for each of the two. */

import type { NamespaceRecords } from '../config.ts'
import type { Arguments } from '../schema.ts'
import { atLeast, atMost } from './arguments.ts'
import { integer, oneOf } from './kinds.ts'

const KIND = oneOf(['txt', 'dnssd'])
const LIMIT = oneOf(['limit'])
/** More strings would not fit into a message. */
const NUMBER = integer('N', 1, 250)
const LIMIT_DEFAULT = 100

export type NamespaceRecordsLine = { readonly kind: keyof NamespaceRecords; readonly limit: number }

export const namespaceRecords: Arguments<readonly NamespaceRecordsLine[]> = {
  usage: 'txt|dnssd [limit N]',
  expected: [['N', `${NUMBER.expected}, 100 when absent`]],
  initial: [],
  shownInitial: undefined,
  read(node, context) {
    const [first, word, number] = node.args
    if (!atLeast(1, node, KIND.expected, context) || !atMost(3, node, context) || first === undefined) return undefined
    const kind = KIND.read(first, context)
    if (kind === undefined) return undefined
    if (word === undefined) return [{ kind, limit: LIMIT_DEFAULT }]
    if (LIMIT.read(word, context) === undefined) return undefined
    if (number === undefined) {
      return context.faults.add('missing-argument', word.position, word.text, { expected: NUMBER.expected })
    }
    const limit = NUMBER.read(number, context)
    return limit === undefined ? undefined : [{ kind, limit }]
  },
}
