import { nameFromText, parentName } from '@zonecast/dns'
import { describe, expect, test } from 'vitest'
import { FragmentBuilder } from './build/fragments.ts'
import { HASH_START, hashFragment, hashKey } from './hash.ts'
import { QueryName } from './query-name.ts'

function read(wire: Uint8Array, limit = wire.length): { name: QueryName; end: number } {
  const name = new QueryName()
  return { name, end: name.read(new DataView(wire.buffer, wire.byteOffset, wire.length), 0, limit) }
}

describe('QueryName', () => {
  test('reads labels in lower case', () => {
    const wire = nameFromText('Web.shOP.example')
    const { name, end } = read(wire)
    expect(end).toBe(wire.length)
    expect([name.labels, name.end]).toEqual([3, wire.length])
    expect(name.octets.subarray(0, name.end)).toEqual(nameFromText('web.shop.example'))
    expect([0, 1, 2, 3].map((label) => name.start(label))).toEqual([0, 4, 9, 17])
    expect([0, 1, 2].map((label) => name.length(label))).toEqual([3, 4, 7])
    expect(name.labelIs(1, Buffer.from('shop'))).toBe(true)
    expect(name.labelIs(1, Buffer.from('shoq'))).toBe(false)
    expect(name.labelIs(1, Buffer.from('sho'))).toBe(false)
  })

  test('leaves octets beyond A to Z alone', () => {
    const wire = Uint8Array.of(4, 0x40, 0x5b, 0xc1, 0, 0)
    expect(read(wire).name.octets.subarray(0, 6)).toEqual(wire)
  })

  test('the root is a name without labels', () => {
    expect(read(Uint8Array.of(0))).toMatchObject({ end: 1, name: { labels: 0, end: 1 } })
  })

  test('a name cut off after any octet is refused', () => {
    const wire = nameFromText('web.shop.svc.cluster.local')
    for (let limit = 0; limit < wire.length; limit++) {
      expect(read(wire, limit).end).toBe(-1)
      expect(read(wire.slice(0, limit)).end).toBe(-1)
    }
  })

  test('pointers and other kinds of labels are refused', () => {
    for (const length of [64, 0x80, 0xc0, 0xff]) {
      expect(read(Uint8Array.from([1, 97, length, ...new Uint8Array(255)])).end).toBe(-1)
    }
  })

  test('255 octets are a name, 256 are none', () => {
    const labels = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}`
    expect(read(nameFromText(labels)).end).toBe(255)
    const longer = Uint8Array.from([...nameFromText(labels).subarray(0, -1), 1, 99, 0])
    expect(read(longer).end).toBe(-1)
    const shorter = parentName(nameFromText(labels))
    expect(read(Uint8Array.from([62, ...new Uint8Array(62), ...shorter])).end).toBe(254)
    expect(read(Uint8Array.from([63, ...new Uint8Array(63), ...shorter.subarray(0, -1), 0])).end).toBe(255)
  })

  test('127 labels are the most', () => {
    expect(read(nameFromText('a.'.repeat(127))).name.labels).toBe(127)
  })
})

describe('hashes', () => {
  test('are part of the format', () => {
    const { name } = read(nameFromText('web.shop'))
    expect([name.hash(0), name.hash(1)]).toEqual([0x0fd9bc91 | 0, 0xa847e0a9 | 0])
    expect(hashKey(hashKey(HASH_START, name.hash(0)), name.hash(1))).toBe(0x1d7d0877 | 0)
  })

  test('of a question and of a fragment are the same', () => {
    const fragments = new FragmentBuilder()
    for (const text of ['a', 'web', 'web.shop', '_http._tcp', 'x'.repeat(63)]) {
      const reference = fragments.add(text)
      const { view } = fragments
      const { name } = read(nameFromText(text.toUpperCase()))
      let key = HASH_START
      for (let label = 0; label < name.labels; label++) key = hashKey(key, name.hash(label))
      expect(hashFragment(HASH_START, view, reference + 1, reference + 1 + view.getUint8(reference))).toBe(key)
    }
  })

  test('the order of labels matters', () => {
    const hashOf = (text: string) => {
      const { name } = read(nameFromText(text))
      return hashKey(hashKey(HASH_START, name.hash(0)), name.hash(1))
    }
    expect(hashOf('web.shop')).not.toBe(hashOf('shop.web'))
  })
})
