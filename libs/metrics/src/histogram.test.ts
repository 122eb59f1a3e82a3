import { describe, expect, test } from 'vitest'
import { exponentialBounds, Histogram } from './histogram.ts'

test('a value lies up to its bound', () => {
  const histogram = new Histogram([1, 2, 4])
  for (const value of [0, 1, 1.5, 4, 5]) histogram.observe(value)
  expect(histogram).toMatchObject({ bounds: [1, 2, 4], counts: [2, 1, 1, 1], sum: 11.5 })
})

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%f is not counted', (value) => {
  const histogram = new Histogram([1])
  histogram.observe(value)
  expect(histogram).toMatchObject({ counts: [0, 0], sum: 0 })
})

describe('since a time of another clock', () => {
  const NOW = 1_700_000_000_000
  test.each<[string, number, number[]]>([
    ['half a second ago', NOW - 500, [1, 0]],
    ['an hour ago', NOW - 3_600_000, [0, 1]],
    ['a little ahead: no time at all', NOW + 9000, [1, 0]],
    ['far ahead', NOW + 11_000, [0, 0]],
    ['before yesterday', NOW - 2 * 86_400_000, [0, 0]],
    ['no time', Number.NaN, [0, 0]],
  ])('%s', (_, thenMs, counts) => {
    const histogram = new Histogram([1])
    histogram.observeSince(thenMs, NOW)
    expect(histogram.counts).toEqual(counts)
    expect(histogram.sum).toBeGreaterThanOrEqual(0)
  })
})

test('bounds', () => expect(exponentialBounds(0.5, 2, 4)).toEqual([0.5, 1, 2, 4]))
