import { describe, expect, test } from 'vitest'
import { MAX_PROBES } from '../layout.ts'
import { NO_SLOT, placeEntries, slotsFor } from './index-builder.ts'

describe('an index', () => {
  test.each([
    [0, 0],
    [1, 4],
    [2, 4],
    [3, 8],
    [4, 8],
    [5, 16],
    [100_000, 262_144],
  ])('for %i entries has %i slots', (entries, slots) => {
    expect(slotsFor(entries)).toBe(slots)
  })

  test('an entry lies in the first free slot from where its hash says', () => {
    expect([...placeEntries(Int32Array.of(6, 6, 7, -1, 0), 8)]).toEqual([6, 7, 0, 1, 2])
  })

  test('no entry lies further than a search goes', () => {
    const alike = new Int32Array(MAX_PROBES)
    const places = placeEntries(alike, slotsFor(alike.length))
    expect(Math.max(...places)).toBe(MAX_PROBES - 1)
    // One more has no place; those of other hashes keep theirs.
    const more = Int32Array.of(...alike, 0, -1)
    expect([...placeEntries(more, slotsFor(more.length)).subarray(MAX_PROBES)]).toEqual([
      NO_SLOT,
      slotsFor(more.length) - 1,
    ])
  })
})
