import { nameFromText } from '@zonecast/dns'
import { describe, expect, test } from 'vitest'
import { FragmentBuilder } from './fragments.ts'

describe('FragmentBuilder', () => {
  test('stores each fragment once, the empty one at 0', () => {
    const fragments = new FragmentBuilder()
    expect(fragments.add('')).toBe(0)
    const web = fragments.add('web.shop')
    expect(fragments.add('x')).toBe(web + 10)
    expect(fragments.add('web.shop')).toBe(web)
    const octets = fragments.finish()
    expect([...octets.subarray(web, web + 10)]).toEqual([9, ...nameFromText('web.shop').subarray(0, -1)])
    expect(octets.length % 4).toBe(0)
  })

  test('a name keeps what its labels hold, dots too', () => {
    const fragments = new FragmentBuilder()
    const wire = nameFromText('a\\.b.EXAMPLE')
    const at = fragments.addName(wire)
    expect([...fragments.finish().subarray(at, at + wire.length)]).toEqual([wire.length - 1, ...wire.subarray(0, -1)])
  })

  const longest = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}`
  test.each([
    ['a label of 63 octets', 'a'.repeat(63), undefined],
    ['a label of 64 octets', 'a'.repeat(64), 'too-large'],
    ['a name of 255 octets', longest, undefined],
    ['a name of 256 octets', `${longest}b`, 'too-large'],
    ['an empty label', 'a..b', 'too-large'],
    ['a dot in front', '.a', 'too-large'],
    ['a dot behind', 'a.', 'too-large'],
  ])('%s', (_, text, code) => {
    const add = () => new FragmentBuilder().add(text)
    if (code === undefined) expect(add()).toBeGreaterThan(0)
    else expect(add).toThrowError(expect.objectContaining({ code }))
  })
})
