import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ancestors, isReverse, readZones } from './zone.ts'

describe('readZones', () => {
  test.each([
    ['cluster.local', 'cluster.local.'],
    ['Cluster.LOCAL.', 'cluster.local.'],
    ['.', '.'],
    ['_tcp.xn--bcher-kva.example', '_tcp.xn--bcher-kva.example.'],
    ['0/25.2.0.192.in-addr.arpa', '0/25.2.0.192.in-addr.arpa.'],
    ['10.0.0.0/16', '0.10.in-addr.arpa.'],
    ['10.0.0.0/15', '0.10.in-addr.arpa. 1.10.in-addr.arpa.'],
    ['192.168.1.1/23', '0.168.192.in-addr.arpa. 1.168.192.in-addr.arpa.'],
    [
      '10.129.60.0/22',
      '60.129.10.in-addr.arpa. 61.129.10.in-addr.arpa. 62.129.10.in-addr.arpa. 63.129.10.in-addr.arpa.',
    ],
    ['10.0.0.254/31', '254.0.0.10.in-addr.arpa. 255.0.0.10.in-addr.arpa.'],
    ['10.0.0.7/32', '7.0.0.10.in-addr.arpa.'],
    ['10.0.0.0/0', 'in-addr.arpa.'],
    ['2001:db8::/31', '8.b.d.0.1.0.0.2.ip6.arpa. 9.b.d.0.1.0.0.2.ip6.arpa.'],
    ['fd00:10:96::/112', '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa.'],
    ['::/0', 'ip6.arpa.'],
  ])('%s', (text, expected) => {
    expect(readZones(text)).toEqual(expected.split(' '))
  })

  test.each([
    '',
    '..',
    '.a',
    'a..b',
    'a b',
    'a;b',
    '*.a',
    'a/b',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/x',
    'ä',
    'a'.repeat(64),
  ])('refuses %j', (text) => {
    expect(readZones(text)).toHaveProperty('problem')
  })

  test('zones of a prefix are as many as it needs, all reverse, all different', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
        const zones = readZones(`${address}/${length}`)
        expect(zones).toHaveLength(2 ** (Math.ceil(length / 8) * 8 - length))
        if ('problem' in zones) return
        expect(new Set(zones).size).toBe(zones.length)
        expect(zones.every((zone) => isReverse(zone))).toBe(true)
        // The address itself lies in exactly one of them.
        const name = `${address.split('.').reverse().join('.')}.in-addr.arpa.`
        expect(ancestors(name).filter((parent) => zones.includes(parent))).toHaveLength(1)
      }),
    )
  })
})

test('isReverse', () => {
  const zones = ['in-addr.arpa.', '10.in-addr.arpa.', 'ip6.arpa.', 'd.f.ip6.arpa.', 'arpa.', 'my-in-addr.arpa.', '.']
  expect(zones.map(isReverse)).toEqual([true, true, true, true, false, false, false])
})

test('ancestors', () => {
  expect(ancestors('a.b.c.')).toEqual(['a.b.c.', 'b.c.', 'c.', '.'])
  expect(ancestors('.')).toEqual(['.'])
})
