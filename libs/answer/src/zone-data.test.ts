import { TYPE } from '@zonecast/dns'
import { buildImage, type ImageContent, loadImage } from '@zonecast/image'
import { content, load, sha256, shop } from '@zonecast/image/fixture'
import { expect, test } from 'vitest'
import { ask, fixture } from './testing/fixture.ts'

/** The stanzas of `shop` with another serial, and another TTL when one is given. */
function stanzas(serial: number, ttlSec?: number): ImageContent['stanzas'] {
  return shop.stanzas.map((stanza) => ({
    ...stanza,
    ttlSec: ttlSec ?? stanza.ttlSec,
    zones: stanza.zones.map(({ name }) => ({ name, serial })),
  }))
}

test('zones follow the newest image: a delta brings serials, a base of another configuration everything', async () => {
  const responder = fixture()
  const soa = () => ask(responder, 'cluster.local', TYPE.SOA)
  const base = load(shop)
  expect(await soa()).toMatch(/5 IN SOA .* 7 /)

  const delta = loadImage(buildImage(content({ kind: 'delta', stanzas: stanzas(70) }), sha256), sha256, base)
  expect(delta.shape).toBe(base.shape)
  responder.answerer.setImages('test', [delta, base])
  expect(await soa()).toMatch(/5 IN SOA .* 70 /)

  responder.answerer.setImages('test', [load({ ...shop, stanzas: stanzas(80, 60) })])
  expect(await soa()).toMatch(/60 IN SOA .* 80 /)

  responder.answerer.setImages('test', [])
  expect(await soa()).toMatch(/SERVFAIL/)
})
