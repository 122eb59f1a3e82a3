import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDurationMs, showDurationMs } from './duration.ts'

test.each([
  ['0', 0],
  ['5s', 5000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['1.1h', 3_960_000],
  ['300ms', 300],
  ['.5s', 500],
  ['1ns', 1],
  ['2us', 1],
  ['3µs', 1],
  ['', undefined],
  ['5', undefined],
  ['s', undefined],
  ['-5s', undefined],
  ['5 s', undefined],
  ['5d', undefined],
  ['5sx', undefined],
  ['1'.repeat(100), undefined],
])('%s: %s', (text, expected) => {
  expect(readDurationMs(text)).toBe(expected)
})

test('what is shown reads as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_400_000 }), (durationMs) => {
      expect(readDurationMs(showDurationMs(durationMs))).toBe(durationMs)
    }),
  )
})
