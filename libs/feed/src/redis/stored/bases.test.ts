import { describe, expect, test } from 'vitest'
import { FeedError } from '../../errors.ts'
import { type BaseEntry, keptBases, parseBases, SUPERSEDED_MS, writeBases } from './bases.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof FeedError ? error.code : error
  }
  return 'nothing'
}

describe('bases', () => {
  const base = (id: string, createdAtMs: number): BaseEntry => ({
    id,
    position: '1-0',
    chunks: 1,
    octets: 100,
    sha256: '0'.repeat(64),
    createdAtMs,
  })
  const ids = (bases: readonly BaseEntry[]) => bases.map(({ id }) => id).join('')
  const old = SUPERSEDED_MS + 1

  test('read back as they were written', () => {
    const bases = [base('b', 2), base('a', 1)]
    expect(parseBases(writeBases(bases))).toEqual(bases)
    expect(parseBases('')).toEqual([])
  })

  test('no list makes more work than the longest there can be', () => {
    const line = writeBases([base('a', 1)])
    expect(parseBases(`${line}\n`.repeat(100_000)).length).toBeLessThan(1100)
  })

  test.each([
    'a',
    'a 1-0 0 100 00 1',
    `a 1-0 1 ${2 ** 40} ${'0'.repeat(64)} 1`,
    `a 1-0 9999 1 ${'0'.repeat(64)} 1`,
    `../a 1-0 1 1 ${'0'.repeat(64)} 1`,
  ])('"%s" is refused', (text) => {
    expect(code(() => parseBases(text))).toBe('damaged')
  })

  test('the newest are kept, and those that were current lately', () => {
    const bases = [base('d', 4), base('c', 3), base('b', 2), base('a', 1)]
    expect(ids(keptBases(bases, 2, old + 10))).toBe('dc')
    expect(ids(keptBases(bases, 3, old + 10))).toBe('dcb')
    expect(ids(keptBases(bases, 2, 10))).toBe('dcba')
    // b was current until c came.
    expect(ids(keptBases([base('d', old), base('c', old), base('b', 2), base('a', 1)], 2, old + 10))).toBe('dcb')
  })

  test('however fast they come, not more than eight', () => {
    const many = Array.from({ length: 30 }, (_, n) => base(`${n}`, 100 - n))
    expect(keptBases(many, 2, 101)).toHaveLength(8)
    expect(keptBases(many, 20, 101)).toHaveLength(20)
  })

  test('one that is listed twice counts once', () => {
    expect(ids(keptBases([base('a', 2), base('a', 1)], 2, 10))).toBe('a')
  })
})
