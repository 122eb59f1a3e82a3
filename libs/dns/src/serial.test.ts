import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareSerial, nextSerial } from './serial.ts'

const serial = fc.nat(0xffff_ffff)

describe('compareSerial', () => {
  const rows: [a: number, b: number, order: string][] = [
    [1, 1, 'equal'],
    [2, 1, 'greater'],
    [1, 2, 'lower'],
    [0, 0xffff_ffff, 'greater'],
    [0xffff_ffff, 0, 'lower'],
    [0x7fff_ffff, 0, 'greater'],
    [0x8000_0000, 0, 'incomparable'],
    [0, 0x8000_0000, 'incomparable'],
    [0x8000_0001, 0, 'lower'],
  ]
  for (const [a, b, order] of rows) test(`${a} is ${order}: ${b}`, () => expect(compareSerial(a, b)).toBe(order))
})

describe('nextSerial', () => {
  test('the time, when nothing was published', () => expect(nextSerial(undefined, 1_700_000_000.9)).toBe(1_700_000_000))
  test('the time, when it is ahead', () => expect(nextSerial(1_600_000_000, 1_700_000_000)).toBe(1_700_000_000))
  test('one more, when the clock stands or went back', () =>
    expect(nextSerial(1_700_000_000, 1_600_000_000)).toBe(1_700_000_001))
  test('one more, when the time is half a circle away and has no order', () => {
    expect(nextSerial(0, 0x8000_0000)).toBe(1)
  })
  test('goes round', () => expect(nextSerial(0xffff_ffff, 0xffff_0000)).toBe(0))
  test('is always greater', () => {
    fc.assert(
      fc.property(serial, serial, (last, now) => {
        expect(compareSerial(nextSerial(last, now), last)).toBe('greater')
      }),
    )
  })
})
