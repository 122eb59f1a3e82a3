import { expect, test } from 'vitest'
import { isAddress, isDnsLabel, isDnsSubdomain, isIPv4, isIPv6, isObjectName } from './names.ts'

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

test.each([
  ['web', true],
  ['My_Web.1 a', true],
  ['x'.repeat(253), true],
  ['x'.repeat(254), false],
  ['', false],
  ['.', false],
  ['..', false],
  ['a/b', false],
  ['a%2fb', false],
  ['a\nb', false],
])('%j names an object: %s', (text, is) => expect(isObjectName(text)).toBe(is))

const addresses: [text: string, isFour: boolean, isSix: boolean][] = [
  ['10.0.0.1', true, false],
  ['fd00::1', false, true],
  ['::ffff:10.0.0.1', false, true],
  ['10.0.0.01', false, false],
  ['fe80::1%eth0', false, false],
  [' 10.0.0.1', false, false],
  ['', false, false],
]
test.each(addresses)('%j: IPv4 %s, IPv6 %s', (text, isFour, isSix) => {
  expect([isIPv4(text), isIPv6(text), isAddress(text)]).toEqual([isFour, isSix, isFour || isSix])
})
