/** Where a user or a password stands: a file or an environment variable, never the Corefile. */

import type { SecretSource } from '../config.ts'
import type { Arguments } from '../schema.ts'
import { atLeast } from './arguments.ts'
import { fileBeside } from './kinds.ts'

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/
const expected = '"file FILE" or "env NAME"'

/** What stands there instead may be the secret itself, so no message repeats it. */
export const secretSource: Arguments<SecretSource | undefined> = {
  usage: 'file FILE|env NAME',
  expected: [
    ['FILE', 'a file that holds it; a line end behind it does not count'],
    ['NAME', 'an environment variable that holds it'],
  ],
  initial: undefined,
  shownInitial: undefined,
  read(node, context) {
    if (!atLeast(1, node, expected, context)) return undefined
    const [kind, where] = node.args
    if (where !== undefined && node.args.length === 2) {
      if (kind?.text === 'file') {
        const path = fileBeside.read(where, context)
        return path === undefined ? undefined : { kind: 'file', path }
      }
      if (kind?.text === 'env' && variable.test(where.text)) return { kind: 'env', name: where.text }
    }
    const suggestion = 'a Corefile says where a secret stands and does not hold it'
    const position = kind?.position ?? node.name.position
    return context.faults.add('bad-value', position, '***', { inside: context.inside, expected, suggestion })
  },
}
