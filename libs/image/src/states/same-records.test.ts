import { expect, test } from 'vitest'
import { address, content, load, service, shop } from '../testing/fixture.ts'
import { mergeImages } from './merge.ts'
import { sameRecords } from './same-records.ts'

const later = {
  ...shop,
  createdAtMs: 5,
  meta: { feed: 'another name, and a longer one' },
  stanzas: shop.stanzas.map((stanza) => ({
    ...stanza,
    zones: stanza.zones.map((zone) => ({ ...zone, serial: 99 })),
  })),
}

test('serials, meta and the time of making do not count', () => {
  expect(sameRecords(load(shop), load(later))).toBe(true)
})

test('nor does whether it was made at once', () => {
  const web = service('shop/web', { addresses: [address('10.0.0.1')] })
  const moved = { ...web, addresses: [address('10.0.0.2')] }
  const [base, delta] = [
    content({ services: [web, service('shop/db', {})] }),
    content({ kind: 'delta', services: [moved] }),
  ]
  const merged = load(mergeImages([load(delta), load(base)]))
  expect(sameRecords(merged, load(content({ services: [service('shop/db', {}), moved] })))).toBe(true)
  expect(sameRecords(merged, load(base))).toBe(false)
})

test.each([
  ['a record', { ...shop, services: shop.services.slice(1) }],
  ['a namespace', { ...shop, namespaces: shop.namespaces.slice(1) }],
  ['an option of a stanza', { ...shop, stanzas: shop.stanzas.map((stanza) => ({ ...stanza, ttlSec: 77 })) }],
])('%s does', (_name, other) => expect(sameRecords(load(shop), load(other))).toBe(false))
