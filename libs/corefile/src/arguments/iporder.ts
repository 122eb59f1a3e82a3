/** `iporder`: which addresses, in which order. Commas and a `=` may stand as in the first middleware's examples. */

import type { AddressClass } from '../config.ts'
import type { Arguments } from '../schema.ts'
import { atLeast } from './arguments.ts'
import { oneOf } from './kinds.ts'
import { subWords } from './sub-words.ts'

const EXPECTED = '"internal", "external", or both in the order of answers'
const addressClass = oneOf(['internal', 'external'])

export const iporder: Arguments<readonly AddressClass[]> = {
  usage: 'CLASS...',
  expected: [['CLASS', EXPECTED]],
  initial: ['internal'],
  shownInitial: 'internal',
  read(node, context) {
    const { faults, inside } = context
    const words = node.args.flatMap((word) => subWords(word, '=,'))
    if (words[0]?.isSign === true && words[0].text === '=') words.shift()
    if (!atLeast(1, { ...node, args: words }, EXPECTED, context)) return undefined
    const classes: AddressClass[] = []
    for (const [at, word] of words.entries()) {
      const { text, position, isSign } = word
      const isBetween = text === ',' && words[at - 1]?.isSign === false && at + 1 < words.length
      if (isSign && isBetween) continue
      if (isSign) return faults.add('bad-value', position, text, { inside, expected: EXPECTED })
      const read = addressClass.read(word, context)
      if (read === undefined) return undefined
      if (classes.includes(read))
        return faults.add('bad-value', position, text, { inside, suggestion: 'it stands twice' })
      classes.push(read)
    }
    return classes
  },
}
