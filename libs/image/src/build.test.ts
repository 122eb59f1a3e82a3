import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildImage } from './build.ts'
import type { ImageContent } from './content.ts'
import { loadImage } from './image.ts'
import { readContent } from './read.ts'

export const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()

export const small: ImageContent = {
  kind: 'base',
  createdAtMs: 1_700_000_000_000,
  meta: { feed: 'test' },
  stanzas: [
    {
      ttlSec: 5,
      pods: 'verified',
      zones: [
        { name: 'cluster.local', serial: 7 },
        { name: '10.in-addr.arpa', serial: 8 },
      ],
    },
  ],
  namespaces: [{ name: 'shop', stanzas: 1 }],
  services: [
    {
      service: 'web',
      namespace: 'shop',
      stanzas: 1,
      kind: 'headless',
      addresses: [],
      ports: [],
      portSets: [[{ name: 'http', protocol: 'tcp', number: 80 }]],
      endpoints: [
        { address: Uint8Array.of(10, 0, 0, 2), name: 'web-0', portSet: 0, zone: 'a' },
        { address: Uint8Array.of(10, 0, 0, 1), name: '10-0-0-1', portSet: 0, zone: '' },
        { address: new Uint8Array(16).fill(1), name: 'web-0', portSet: 0, zone: 'a' },
      ],
      target: new Uint8Array(),
    },
    {
      service: 'out',
      namespace: 'shop',
      stanzas: 1,
      kind: 'external',
      addresses: [],
      ports: [],
      portSets: [],
      endpoints: [],
      target: new TextEncoder().encode('\x07example\x03org\x00'),
    },
  ],
  pods: [{ namespace: 'shop', address: Uint8Array.of(10, 0, 0, 2), stanzas: 1 }],
  rrsets: [
    { owner: 'dns-version', stanzas: 1, type: 16, ttlSec: 28800, rdata: [Uint8Array.of(5, 49, 46, 49, 46, 48)] },
  ],
}

describe('buildImage', () => {
  test('what it lays out reads back', () => {
    const content = readContent(loadImage(buildImage(small, sha256), sha256))
    const byName = (a: { service: string }, b: { service: string }) => (a.service < b.service ? -1 : 1)
    expect(content.meta).toEqual(small.meta)
    expect(content.stanzas).toEqual(small.stanzas)
    expect(content.namespaces).toEqual(small.namespaces)
    expect(content.pods).toEqual(small.pods)
    expect(content.rrsets).toEqual(small.rrsets)
    const [out, web] = [...content.services].sort(byName)
    expect(out).toEqual(small.services[1])
    expect(web?.endpoints.map((endpoint) => endpoint.name)).toEqual(['10-0-0-1', 'web-0', 'web-0'])
    expect(web?.endpoints[1]?.address).toEqual(Uint8Array.of(10, 0, 0, 2))
  })
  test('the same content in another order gives the same octets', () => {
    const turned = { ...small, services: [...small.services].reverse() }
    expect(buildImage(turned, sha256)).toEqual(buildImage(small, sha256))
  })
})
