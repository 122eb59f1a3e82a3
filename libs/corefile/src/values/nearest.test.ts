import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearest } from './nearest.ts'

const known = ['kubernetes', 'health', 'pods', 'tls', 'ttl', 'forward', 'loadbalance']

describe('nearest', () => {
  test.each([
    ['pdos', 'pods'],
    ['helth', 'health'],
    ['KUBERNETES', 'kubernetes'],
    ['kuberntes', 'kubernetes'],
    ['tlls', 'tls'],
    ['ttls', 'tls'],
    ['loadbalancer', 'loadbalance'],
    ['frobnicate', undefined],
    ['a', undefined],
    ['', undefined],
    ['k'.repeat(1000), undefined],
  ])('%s: %s', (word, expected) => {
    expect(nearest(word, [...known])).toBe(expected)
  })
})

describe('editDistance', () => {
  test.each([
    ['pods', 'pods', 0],
    ['pdos', 'pods', 1],
    ['pod', 'pods', 1],
    ['podss', 'pods', 1],
    ['pads', 'pods', 1],
    ['', 'pods', 4],
    ['ca', 'abc', 3],
  ])('%s, %s: %i', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected)
  })

  test('is the same both ways and no more than the longer word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, b) === 0).toBe(a === b)
      }),
    )
  })
})
