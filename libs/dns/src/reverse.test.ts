import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress, parsePrefix, prefixContains } from './address.ts'
import { DnsError } from './errors.ts'
import { nameFromText } from './name.ts'
import {
  addressFromReverseName,
  readReverseName,
  reverseMatch,
  reverseName,
  reverseNameText,
  reverseZones,
} from './reverse.ts'

const address = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))

describe('reverseName', () => {
  test('spells the address backwards', () => {
    expect(reverseNameText(parseAddress('10.0.0.7') ?? new Uint8Array())).toBe('7.0.0.10.in-addr.arpa.')
    expect(reverseNameText(parseAddress('2001:db8::567:89ab') ?? new Uint8Array())).toBe(
      'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.',
    )
  })
  test('is read back the same', () => {
    fc.assert(
      fc.property(address, (each) => {
        expect(addressFromReverseName(reverseName(each))).toEqual(each)
      }),
    )
  })
})

describe('readReverseName', () => {
  const rows: [name: string, size: number, bits: number][] = [
    ['7.0.0.10.In-Addr.ARPA.', 4, 32],
    ['0.10.in-addr.arpa.', 4, 16],
    ['in-addr.arpa.', 4, 0],
    ['a.F.ip6.arpa.', 16, 8],
    ['f.ip6.arpa.', 16, 4],
    ['07.0.0.10.in-addr.arpa.', 0, 0],
    ['256.in-addr.arpa.', 0, 0],
    ['1000.in-addr.arpa.', 0, 0],
    ['1.2.3.4.5.in-addr.arpa.', 0, 0],
    ['ab.ip6.arpa.', 0, 0],
    ['g.ip6.arpa.', 0, 0],
    ['arpa.', 0, 0],
    ['.', 0, 0],
    ['x\\007in-addr\\004arpa.', 0, 0],
  ]
  for (const [name, size, bits] of rows) {
    test(name, () => {
      const match = reverseMatch()
      expect(readReverseName(nameFromText(name), match)).toBe(size > 0)
      expect([match.size, match.bits]).toEqual([size, bits])
    })
  }
  test('an inner node is the prefix, zeros behind it', () => {
    const match = reverseMatch()
    match.address.fill(255)
    readReverseName(nameFromText('8.b.d.0.1.0.0.2.ip6.arpa.'), match)
    expect(match.address).toEqual(parseAddress('2001:db8::'))
  })
})

describe('reverseZones', () => {
  const rows: [cidr: string, zones: string[]][] = [
    ['10.0.0.0/8', ['10.in-addr.arpa.']],
    ['10.1.2.3/24', ['2.1.10.in-addr.arpa.']],
    ['10.0.0.7/32', ['7.0.0.10.in-addr.arpa.']],
    ['0.0.0.0/0', ['in-addr.arpa.']],
    ['10.96.0.0/15', ['96.10.in-addr.arpa.', '97.10.in-addr.arpa.']],
    ['254.0.0.0/7', ['254.in-addr.arpa.', '255.in-addr.arpa.']],
    ['fd00::/8', ['d.f.ip6.arpa.']],
    ['fd00::/7', ['c.f.ip6.arpa.', 'd.f.ip6.arpa.']],
    ['e000::/3', ['e.ip6.arpa.', 'f.ip6.arpa.']],
    ['::/0', ['ip6.arpa.']],
  ]
  for (const [cidr, zones] of rows) test(cidr, () => expect(reverseZones(cidr)).toEqual(zones))

  test('hold the addresses of the prefix and no other', () => {
    const length = fc.nat(128)
    fc.assert(
      fc.property(address, length, address, (base, bits, other) => {
        fc.pre(bits <= base.length * 8)
        const cidr = `${
          base.length === 4
            ? base.join('.')
            : [...base]
                .map((o) => o.toString(16).padStart(2, '0'))
                .join('')
                .replace(/(.{4})(?=.)/g, '$1:')
        }/${bits}`
        const prefix = parsePrefix(cidr)
        if (prefix === undefined) throw new Error(cidr)
        const zones = reverseZones(cidr)
        const held = (each: Uint8Array): boolean =>
          zones.some((zone) => reverseNameText(each).endsWith(`.${zone}`) || reverseNameText(each) === zone)
        expect(held(base)).toBe(true)
        expect(held(other)).toBe(prefixContains(prefix, other))
        expect(zones.length).toBeLessThanOrEqual(128)
      }),
    )
  })

  test('what is no prefix is refused', () => {
    expect(() => reverseZones('10.0.0.0/33')).toThrow(DnsError)
    expect(() => reverseZones('cluster.local')).toThrow(/not an address with a prefix length/)
  })
})
