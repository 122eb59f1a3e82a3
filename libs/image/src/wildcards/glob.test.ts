import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Glob } from './glob.ts'

const glob = new Glob()

/** @param known octets that both begin with */
function matches(pattern: string, text: string, known = 0): boolean {
  const view = (of: string) => new DataView(new TextEncoder().encode(`..${of}...`).buffer)
  glob.read(view(pattern), 2, 2 + pattern.length)
  const work = { left: 1_000_000 }
  const found = glob.matches(view(text), 2, 2 + text.length, known, work)
  expect(1_000_000 - work.left).toBeLessThanOrEqual((pattern.length + 1) * (text.length + 1))
  return found
}

test.each([
  ['*', 'web', true],
  ['*', '', true],
  ['?', 'w', true],
  ['?', 'we', false],
  ['w?b', 'web', true],
  ['*eb', 'web', true],
  ['*eb', 'webs', false],
  ['we*', 'web', true],
  ['*b*b', 'abbb', true],
  ['*a*b?', 'xaxbxbz', true],
  ['web', 'web', true],
  ['', 'web', false],
])('%s %s: %s', (pattern, text, expected) => expect(matches(pattern, text)).toBe(expected))

/** How many octets a pattern and a text begin with that are the same. */
function shared(pattern: string, text: string): number {
  let count = 0
  while (count < pattern.length && !'*?'.includes(pattern.charAt(count)) && pattern[count] === text[count]) count += 1
  return count
}

test('as a regular expression of the same meaning', () => {
  let found = 0
  const letters = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b', '*', '?'), maxLength: 20 })
  const words = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b'), maxLength: 24 })
  const property = fc.property(letters, words, (pattern, text) => {
    const source = pattern.replaceAll('*', '.*').replaceAll('?', '.')
    const expected = new RegExp(`^${source}$`).test(text)
    found += Number(expected)
    expect(matches(pattern, text)).toBe(expected)
    expect(matches(pattern, text, shared(pattern, text))).toBe(expected)
  })
  fc.assert(property, { numRuns: 5000 })
  expect(found).toBeGreaterThan(100)
})

test('a pattern that a text is made into', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 63 })
  const cuts = fc.array(fc.tuple(fc.nat(63), fc.nat(12), fc.constantFrom('*', '?')), { maxLength: 4 })
  const property = fc.property(words, cuts, fc.nat(63), (text, wild, other) => {
    let pattern = text
    for (const [at, octets, mark] of wild) {
      const cut = pattern.slice(at, at + octets)
      pattern = pattern.slice(0, at) + (mark === '*' ? '*' : cut.replaceAll(/[^*]/g, '?')) + pattern.slice(at + octets)
    }
    expect(matches(pattern.slice(0, 63), text) || pattern.length > 63).toBe(true)
    const changed = `${text.slice(0, other)}x${text.slice(other + 1)}`
    const source = pattern.replaceAll('*', '.*').replaceAll('?', '.')
    if (pattern.length <= 63) expect(matches(pattern, changed)).toBe(new RegExp(`^${source}$`).test(changed))
  })
  fc.assert(property, { numRuns: 2000 })
})

test('a part of a text, and anything', () => {
  const view = new DataView(new TextEncoder().encode('..a*b..xa*by...').buffer)
  const work = { left: 100 }
  glob.readPart(view, 2, 5)
  expect(glob.matches(view, 7, 12, 0, work)).toBe(true)
  expect(glob.matches(view, 7, 10, 0, work)).toBe(false)
  glob.readAny()
  expect(glob.matches(view, 7, 12, 0, work)).toBe(true)
})
