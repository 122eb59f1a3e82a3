import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flattenLabel } from './flatten.ts'
import { isLabel } from './host-name.ts'

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
const a64 = 'a'.repeat(64)

describe('flattenLabel', () => {
  test.each([
    ['web', 'web', 'a label stays'],
    ['a--b', 'a--b', 'a label stays, whatever hyphens it has'],
    ['xn--bcher-kva', 'xn--bcher-kva', 'so does an international one'],
    ['Web', 'web', 'lower case'],
    ['A--B', 'a--b', 'what is a label in lower case stays otherwise'],
    ['my_web', 'my-web', 'other octets become a hyphen'],
    ['my._web', 'my-web', 'runs are joined'],
    ['my-_-web', 'my-web', 'with hyphens beside them, too'],
    ['A--B_', 'a-b', 'all runs, once there is something to map'],
    ['_web_', 'web', 'ends are trimmed'],
    ['bücher', 'b-cher', 'an octet is not a letter'],
    ['\u212aelvin', 'elvin', 'a letter that looks like one is none'],
    ['___', '', 'nothing is left'],
    ['', '', 'nothing was there'],
    [a64, `${'a'.repeat(54)}-${hash(a64)}`, 'what is too long ends in a hash'],
    [a64.toUpperCase(), `${'a'.repeat(54)}-${hash(a64.toUpperCase())}`, 'of the name as it is written'],
    [`${'a'.repeat(53)}.${a64}`, `${'a'.repeat(53)}-${hash(`${'a'.repeat(53)}.${a64}`)}`, 'with one hyphen before it'],
  ])('%s: %s (%s)', (text, label) => expect(flattenLabel(text)).toBe(label))

  test('any text gives a label or nothing, which stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.constantFrom(62, 63), (text, octetsMax) => {
        const label = flattenLabel(text, octetsMax)
        expect(label === '' || isLabel(label), label).toBe(true)
        expect(label.length).toBeLessThanOrEqual(octetsMax)
        expect(flattenLabel(label, octetsMax)).toBe(label)
      }),
    )
  })
})
