import { describe, expect, test } from 'vitest'
import { epochOf, nextPosition, parsePosition } from './position.ts'

describe('positions', () => {
  test.each(['', '1', '1-', '-1', '1-2-3', '01-0', '1-00', '1 -0', '99999999999999999-0'])('"%s" is none', (text) => {
    expect(parsePosition(text)).toBeUndefined()
    expect(epochOf(text)).toBe(0)
  })
  test('count within an epoch', () => {
    expect(nextPosition('1700000000000-9')).toBe('1700000000000-10')
  })
})
