/** The line of the option `wildcards`: a scope, then words in any order, then to its end the clients that may ask. */

import { atLeast, readAll } from '../arguments/arguments.ts'
import { integer, oneOf } from '../arguments/kinds.ts'
import type { WildcardsOption } from '../config.ts'
import type { Arguments, Context, Kind } from '../schema.ts'
import type { Word } from '../text/lexer.ts'
import { readAddress } from '../values/address.ts'
import { didYouMean } from '../values/nearest.ts'

const scope = oneOf(['off', 'namespace', 'zone'])
/** More than this of the shortest records do not fit into an answer. */
const limit = integer('N', 1, 4000)
const words = ['search', 'limit', 'allow'] as const

const client: Kind<string> = {
  name: 'CIDR',
  expected: 'an address or a prefix such as 10.0.0.0/8 or fd00::/8',
  show: String,
  read(word, { faults, inside }) {
    const [text = '', bits] = word.text.split(/\/(.*)/s)
    const address = readAddress(text)
    const most = (address?.octets.length ?? 0) * 8
    const isRight = bits === undefined || (/^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most)
    if (address !== undefined && isRight) return `${address.text}/${bits ?? most}`
    return faults.add('bad-value', word.position, word.text, { inside, expected: client.expected })
  },
}

export const wildcards: Arguments<WildcardsOption> = {
  usage: `${scope.name} [search] [limit N] [allow CIDR...]`,
  expected: [
    [scope.name, 'where wildcards are understood'],
    ['search', 'a name that nothing has is looked for in the labels of all names'],
    [limit.name, `records of an answer, ${limit.expected}, 100 when not given`],
    ['CIDR', `the clients that may ask, each ${client.expected}; all when not given`],
  ],
  initial: { scope: 'off', search: false, limit: 100, clients: [] },
  shownInitial: 'off',
  read(node, context) {
    const [first, ...rest] = node.args
    if (!atLeast(1, node, scope.expected, context) || first === undefined) return undefined
    const value = scope.read(first, context)
    const options = readOptions(rest, context)
    return value === undefined || options === undefined ? undefined : { ...wildcards.initial, scope: value, ...options }
  },
}

type Options = { -readonly [K in keyof WildcardsOption]?: WildcardsOption[K] }

function readOptions(args: readonly Word[], context: Context): Options | undefined {
  const { faults, inside } = context
  const options: Options = {}
  const given = new Set<string>()
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as Word
    const { text, position } = word
    if (given.has(text)) return faults.add('duplicate-directive', position, text, { inside })
    given.add(text)
    if (text === 'search') options.search = true
    else if (text === 'limit') {
      at += 1
      const number = args[at]
      if (number === undefined) return faults.add('missing-argument', position, text, { expected: limit.expected })
      const read = limit.read(number, context)
      if (read === undefined) return undefined
      options.limit = read
    } else if (text === 'allow') {
      const those = args.slice(at + 1)
      if (those.length === 0) return faults.add('missing-argument', position, text, { expected: client.expected })
      const clients = readAll(those, client, context)
      return clients === undefined ? undefined : { ...options, clients: [...new Set(clients)] }
    } else {
      const expected = `one of ${words.join(', ')}`
      return faults.add('bad-value', position, text, { inside, expected, suggestion: didYouMean(text, words) })
    }
  }
  return options
}
