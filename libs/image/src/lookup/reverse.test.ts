import { describe, expect, test } from 'vitest'
import { address, ask, content, endpoint, load, service, shop, tombstone } from '../testing/fixture.ts'

const images = [load(shop)]

function ptr(name: string, stack = images): string {
  return ask(stack, name, name.endsWith('ip6.arpa') ? 'ip6.arpa' : 'in-addr.arpa', 12)
}

const rows: readonly (readonly [name: string, means: string])[] = [
  ['in-addr.arpa', 'apex'],
  ['10.in-addr.arpa', 'inner'],
  ['0.10.in-addr.arpa', 'inner'],
  ['0.0.10.in-addr.arpa', 'inner'],
  ['4.0.10.in-addr.arpa', 'nxdomain'],
  ['11.in-addr.arpa', 'nxdomain'],
  ['1.0.0.10.in-addr.arpa', 'address 10-0-0-1.shop/web'],
  ['3.0.0.10.In-Addr.ARPA', 'address named.shop/web'],
  ['1.0.96.10.in-addr.arpa', 'address shop/web'],
  ['1.2.0.10.in-addr.arpa', 'address 10-0-2-1.shop/hidden'],
  ['1.3.0.10.in-addr.arpa', 'nxdomain'], // of another stanza
  ['3.0.10.in-addr.arpa', 'nxdomain'],
  ['01.0.0.10.in-addr.arpa', 'nxdomain'],
  ['256.0.0.10.in-addr.arpa', 'nxdomain'],
  ['0256.0.0.10.in-addr.arpa', 'nxdomain'],
  ['a.0.0.10.in-addr.arpa', 'nxdomain'],
  ['1.1.0.0.10.in-addr.arpa', 'nxdomain'],
  ['ip6.arpa', 'apex'],
  ['d.f.ip6.arpa', 'inner'],
  ['0.d.f.ip6.arpa', 'inner'],
  ['1.d.f.ip6.arpa', 'nxdomain'],
  ['g.ip6.arpa', 'nxdomain'],
  ['df.ip6.arpa', 'nxdomain'],
  ['1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.D.F.ip6.arpa', 'address shop/web'],
  ['0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa', 'address db-0.shop/db'],
  ['2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa', 'nxdomain'],
  ['1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa', 'nxdomain'],
]

describe('lookupReverse', () => {
  test.each(rows)('%s: %s', (name, means) => {
    expect(ptr(name)).toBe(means)
  })

  test('the edges of the address space', () => {
    const ends = ['0.0.0.0', '255.255.255.255', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'].map(address)
    const all = [load(content({ services: [service('shop/ends', { addresses: ends })] }))]
    for (const name of ['0.in-addr.arpa', '255.in-addr.arpa', '0.ip6.arpa', 'f.ip6.arpa']) {
      expect(ptr(name, all)).toBe('inner')
    }
    expect(ptr('0.0.0.0.in-addr.arpa', all)).toBe('address shop/ends')
    expect(ptr('255.255.255.255.in-addr.arpa', all)).toBe('address shop/ends')
    expect(ptr(`${'f.'.repeat(32)}ip6.arpa`, all)).toBe('address shop/ends')
    expect(ptr('1.in-addr.arpa', all)).toBe('nxdomain')
  })

  test('an entry counts until a newer image knows its service', () => {
    const moved = service('shop/web', { addresses: [address('10.96.0.2')] })
    const newer = load(content({ kind: 'delta', services: [moved, tombstone('shop/hidden')] }))
    const newest = load(content({ kind: 'delta', services: [tombstone('shop/web')] }))
    const two = [newer, ...images]
    expect(ptr('1.0.96.10.in-addr.arpa', two)).toBe('nxdomain')
    expect(ptr('2.0.96.10.in-addr.arpa', two)).toBe('address shop/web')
    expect(ptr('1.2.0.10.in-addr.arpa', two)).toBe('nxdomain')
    expect(ptr('2.0.10.in-addr.arpa', two)).toBe('nxdomain')
    expect(ptr('1.0.0.10.in-addr.arpa', two)).toBe('nxdomain')
    const three = [newest, newer, ...images]
    expect(ptr('2.0.96.10.in-addr.arpa', three)).toBe('nxdomain')
    expect(ptr('96.10.in-addr.arpa', three)).toBe('inner') // shop/split
    expect(ptr('0.0.10.in-addr.arpa', three)).toBe('nxdomain')
    expect(ptr('1.1.0.10.in-addr.arpa', three)).toBe('address db-1.shop/db')
  })

  test('services that share an address are all there, over layers and kinds', () => {
    const base = content({
      services: ['a/one', 'a/two'].map((key) =>
        service(key, { kind: 'headless', portSets: [[]], endpoints: [endpoint('h@10.0.0.7')] }),
      ),
    })
    const delta = content({ kind: 'delta', services: [service('b/three', { addresses: [address('10.0.0.7')] })] })
    expect(ptr('7.0.0.10.in-addr.arpa', [load(delta), load(base)])).toBe('address b/three h.a/one h.a/two')
  })

  test('an inner node is seen behind thousands of entries that other stanzas own', () => {
    const of = (stanzas: number, network: number, count: number) =>
      Array.from({ length: count }, (_, at) =>
        service(`s${stanzas}/s${network}-${at}`, {
          stanzas,
          addresses: [address(`10.${network}.${at >> 8}.${at & 255}`)],
        }),
      )
    const many = [load(content({ services: [...of(2, 1, 5000), ...of(1, 2, 1), ...of(2, 3, 3000)] }))]
    expect(ptr('10.in-addr.arpa', many)).toBe('inner')
    expect(ptr('1.10.in-addr.arpa', many)).toBe('nxdomain')
    expect(ptr('2.10.in-addr.arpa', many)).toBe('inner')
    expect(ptr('3.10.in-addr.arpa', many)).toBe('nxdomain')
    expect(ptr('0.0.2.10.in-addr.arpa', many)).toBe('address s1/s2-0')
  })
})
