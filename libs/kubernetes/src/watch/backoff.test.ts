import { describe, expect, test } from 'vitest'
import { backoffMs, readRetryAfter, waitMs } from './backoff.ts'

const LIMITS = { minMs: 200, maxMs: 30_000 }

test.each([
  [1, 0, 100],
  [1, 0.5, 150],
  [2, 0, 200],
  [5, 0, 1600],
  [9, 0, 15_000],
  [1000, 0.999, 29_985],
])('after %i failures, random %d: %d ms', (failures, random, ms) => {
  expect(backoffMs(LIMITS, failures, random)).toBeCloseTo(ms, 0)
})

test.each([
  [100, undefined, 0.5, 100],
  [100, 1000, 0, 1000],
  [100, 1000, 1, 1250],
  [5000, 1000, 0, 5000],
  [100, 1e9, 0, 300_000],
])('%d ms of backoff, %s asked for, random %d: %d', (backoff, asked, random, ms) => {
  expect(waitMs(backoff, asked, random)).toBe(ms)
})

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-03-02T09:14:33Z')
  test.each([
    ['7', 7000],
    [' 0 ', 0],
    ['Mon, 02 Mar 2026 09:15:03 GMT', 30_000],
    ['Mon, 02 Mar 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (text, ms) => {
    expect(readRetryAfter(text, nowMs)).toBe(ms)
  })
})
