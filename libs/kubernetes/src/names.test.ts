import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAddress, isDnsLabel, isDnsSubdomain, isIPv4, isIPv6 } from './names.ts'

const labels: [text: string, isLabel: boolean, isSubdomain: boolean][] = [
  ['web', true, true],
  ['0', true, true],
  ['a-b', true, true],
  ['a.b', false, true],
  ['', false, false],
  ['-a', false, false],
  ['a-', false, false],
  ['a..b', false, false],
  ['a.', false, false],
  ['A', false, false],
  ['a_b', false, false],
  ['ä', false, false],
  ['a\n', false, false],
  ['x'.repeat(63), true, true],
  ['x'.repeat(64), false, false],
  [`${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(61)}`, false, true],
  [`${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(63)}.${'x'.repeat(62)}`, false, false],
]
test.each(labels)('%j: label %s, subdomain %s', (text, isLabel, isSubdomain) => {
  expect([isDnsLabel(text), isDnsSubdomain(text)]).toEqual([isLabel, isSubdomain])
})

const near = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.stringMatching(/^[0-9a-f:.]{0,24}$/),
  fc.stringMatching(/^([0-9a-f]{0,5}:){1,9}[0-9a-f]{0,5}$/),
  fc.stringMatching(/^(::)?([0-9a-f]{1,4}:){0,6}:?[0-9]{1,3}(\.[0-9]{1,3}){3}$/),
)
test('addresses as node:net sees them', () => {
  fc.assert(
    fc.property(near, (text) => {
      expect([text, isIPv4(text), isIPv6(text)]).toEqual([text, isIP(text) === 4, isIP(text) === 6])
    }),
    { numRuns: 20_000 },
  )
})

test.each(['fe80::1%eth0', '10.0.0.01', ' 10.0.0.1', '::ffff:1.2.3.256', '1::2::3', ':::', 'g::'])(
  '%j is no address',
  (text) => {
    expect(isAddress(text)).toBe(false)
  },
)
