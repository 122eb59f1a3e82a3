import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ImageContent } from '../content.ts'
import { address, content, load, service, shop } from '../testing/fixture.ts'
import { differenceOf } from './difference.ts'
import { mergeImages } from './merge.ts'
import { readContent } from './read.ts'

const readBack = (given: ImageContent): ImageContent => readContent(load(given))

test('equal contents have no difference, whatever their serials', () => {
  const later = {
    ...shop,
    stanzas: shop.stanzas.map((stanza) => ({
      ...stanza,
      zones: stanza.zones.map((zone) => ({ ...zone, serial: 99 })),
    })),
  }
  expect(differenceOf(readBack(shop), readBack(later))).toBeUndefined()
})

test('it holds what changed, with tombstones, and nothing else', () => {
  const web = service('shop/web', { addresses: [address('10.0.0.1')] })
  const before = content({
    namespaces: [
      { name: 'shop', stanzas: 1 },
      { name: 'old', stanzas: 1 },
    ],
    services: [web, service('shop/gone', {}), service('shop/same', {})],
  })
  const after = content({
    namespaces: [{ name: 'shop', stanzas: 1 }],
    services: [{ ...web, addresses: [address('10.0.0.2')] }, service('shop/same', {}), service('shop/new', {})],
  })
  const delta = differenceOf(readBack(before), readBack(after))
  const names = delta?.services.map((record) => `${record.service} ${record.stanzas}`).sort()
  expect(names).toEqual(['gone 0', 'new 1', 'web 1'])
  expect(delta?.namespaces).toEqual([{ name: 'old', stanzas: 0 }])
})

test('before and the difference merge to after', () => {
  const some = fc.subarray([...shop.services]).map((services) => ({ ...shop, services }))
  fc.assert(
    fc.property(some, some, (before, after) => {
      const delta = differenceOf(readBack(before), readBack(after))
      const merged = mergeImages(delta === undefined ? [load(before)] : [load(delta), load(before)])
      expect(differenceOf(readBack(merged), readBack(after))).toBeUndefined()
    }),
  )
})
