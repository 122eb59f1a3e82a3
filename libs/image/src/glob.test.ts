import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatches } from './glob.ts'

function matches(pattern: string, text: string): boolean {
  const view = (of: string) => new DataView(new TextEncoder().encode(`..${of}..`).buffer)
  const work = { left: 1_000_000 }
  const found = globMatches(view(pattern), 2, 2 + pattern.length, view(text), 2, 2 + text.length, work)
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

test('as a regular expression of the same meaning', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  const words = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 })
  const property = fc.property(letters, words, (pattern, text) => {
    const source = pattern.replaceAll('*', '.*').replaceAll('?', '.')
    expect(matches(pattern, text)).toBe(new RegExp(`^${source}$`).test(text))
  })
  fc.assert(property, { numRuns: 2000 })
})
