import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatAddress,
  formatPrefix,
  isIPv4Mapped,
  parseAddress,
  parsePrefix,
  prefixContains,
  readAddressLabel,
} from './address.ts'

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
/** Zeros often, so that gaps of every length and place come up. */
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])))

describe('parseAddress', () => {
  const rows: [text: string, printed: string | undefined][] = [
    ['10.0.0.7', '10.0.0.7'],
    ['255.255.255.255', '255.255.255.255'],
    ['010.0.0.7', undefined],
    ['10.0.0.256', undefined],
    ['10.0.0', undefined],
    ['10.0.0.7.1', undefined],
    ['10..0.7', undefined],
    ['10.0.0.7 ', undefined],
    ['', undefined],
    ['::', '::'],
    ['::1', '::1'],
    ['fd00::', 'fd00::'],
    ['FD00:0:0::2', 'fd00::2'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5:6:10.0.0.7', '1:2:3:4:5:6:a00:7'],
    ['::ffff:10.0.0.7', '::ffff:10.0.0.7'],
    ['::ffff:a00:7', '::ffff:10.0.0.7'],
    ['1:2:3:4:5:6:7:8::', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1::2::3', undefined],
    [':::', undefined],
    [':1', undefined],
    ['1:', undefined],
    ['00000::', undefined],
    ['::10.0.0.07', undefined],
    ['10.0.0.7::', undefined],
    ['fe80::1%eth0', undefined],
    ['fd00-2--0', undefined],
  ]
  for (const [text, printed] of rows) {
    test(`"${text}"`, () => {
      const address = parseAddress(text)
      expect(address && formatAddress(address)).toBe(printed)
    })
  }

  test('takes what the system takes', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0125af:.:.:'), maxLength: 24 })
    fc.assert(
      fc.property(text, (each) => {
        expect((parseAddress(each)?.length ?? 0) > 0).toBe(isIP(each) !== 0)
      }),
    )
  })
})

describe('formatAddress', () => {
  test('is read back the same', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (a) => {
        expect(parseAddress(formatAddress(a))).toEqual(a)
      }),
    )
  })
  test('prints IPv6 as the URL standard does, which follows RFC 5952', () => {
    fc.assert(
      fc.property(ipv6, (address) => {
        fc.pre(!isIPv4Mapped(address))
        const spelled = Array.from({ length: 8 }, (_, i) => ((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0))
        const url = new URL(`http://[${spelled.map((group) => group.toString(16)).join(':')}]/`)
        expect(`[${formatAddress(address)}]`).toBe(url.hostname)
      }),
    )
  })
})

describe('readAddressLabel', () => {
  const read = (label: string): string | undefined => {
    const out = new Uint8Array(16)
    const size = readAddressLabel(new TextEncoder().encode(`?${label}?`), 1, 1 + label.length, out)
    return size === 0 ? undefined : formatAddress(out.slice(0, size))
  }
  const rows: [label: string, printed: string | undefined][] = [
    ['10-0-0-7', '10.0.0.7'],
    ['FD00-0-0--2', 'fd00::2'],
    ['fd00-2--0', 'fd00:2::'],
    ['--1', '::1'],
    ['10-0-0-256', undefined],
    ['10-0-0-07', undefined],
    ['10.0.0.7', undefined],
    ['--10.0.0.7', undefined],
    ['web-0', undefined],
    ['', undefined],
  ]
  for (const [label, printed] of rows) test(`"${label}"`, () => expect(read(label)).toBe(printed))
})

describe('prefixes', () => {
  test('host bits are cut off', () => {
    const rows: [text: string, printed: string | undefined][] = [
      ['10.99.1.2/12', '10.96.0.0/12'],
      ['10.0.0.0/0', '0.0.0.0/0'],
      ['fd00::1/128', 'fd00::1/128'],
      ['fdff::/9', 'fd80::/9'],
      ['10.0.0.0/33', undefined],
      ['10.0.0.0/08', undefined],
      ['10.0.0.0/', undefined],
      ['10.0.0.0', undefined],
      ['10.0/8', undefined],
    ]
    for (const [text, printed] of rows) {
      const prefix = parsePrefix(text)
      expect(prefix && formatPrefix(prefix), text).toBe(printed)
    }
  })
  test('hold what begins with them, of their own family', () => {
    const holds = (cidr: string, address: string): boolean => {
      const prefix = parsePrefix(cidr)
      const octets = parseAddress(address)
      if (prefix === undefined || octets === undefined) throw new Error('bad row')
      return prefixContains(prefix, octets)
    }
    expect(holds('10.96.0.0/12', '10.111.255.255')).toBe(true)
    expect(holds('10.96.0.0/12', '10.112.0.0')).toBe(false)
    expect(holds('0.0.0.0/0', '10.0.0.1')).toBe(true)
    expect(holds('0.0.0.0/0', '::')).toBe(false)
    expect(holds('fd00::/63', 'fd00:0:0:1::7')).toBe(true)
    expect(holds('fd00::/63', 'fd00:0:0:2::7')).toBe(false)
  })
})
