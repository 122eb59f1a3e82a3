import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ImageContent } from '../content.ts'
import { loadImage } from '../image.ts'
import { readContent } from '../states/read.ts'
import { anyContent } from '../testing/arbitraries.ts'
import { content, endpoint, HTTP, load, service, sha256, shop } from '../testing/fixture.ts'
import { buildImage } from './build.ts'

const text = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? [...part] : part))

/** In an order of its own: an image does not keep that of services, endpoints, pods and owners. */
function sorted(content: ImageContent): unknown {
  const order = <T>(values: readonly T[]) => [...values].sort((a, b) => (text(a) < text(b) ? -1 : 1))
  return {
    ...content,
    namespaces: order(content.namespaces),
    services: order(
      content.services.map((record) => ({
        ...record,
        addresses: record.addresses.toSorted((a, b) => a.length - b.length),
        externalAddresses: record.externalAddresses.toSorted((a, b) => a.length - b.length),
        endpoints: order(record.endpoints),
      })),
    ),
    pods: order(content.pods),
    rrsets: order(content.rrsets),
  }
}

describe('buildImage', () => {
  test('what it lays out reads back', () => {
    expect(sorted(readContent(load(shop)))).toEqual(sorted(shop))
    fc.assert(
      fc.property(fc.oneof(anyContent('base'), anyContent('delta')), (content) => {
        expect(sorted(readContent(load(content)))).toEqual(sorted(content))
      }),
    )
  })

  test('the same content in any order gives the same octets', () => {
    fc.assert(
      fc.property(anyContent('base'), (content) => {
        const turned: ImageContent = {
          ...content,
          namespaces: content.namespaces.toReversed(),
          services: content.services.toReversed(),
          pods: content.pods.toReversed(),
          rrsets: content.rrsets.toReversed(),
        }
        expect(buildImage(turned, sha256)).toEqual(buildImage(content, sha256))
      }),
    )
  })

  test('what is read back builds the same octets', () => {
    const octets = buildImage(shop, sha256)
    expect(buildImage(readContent(loadImage(octets, sha256)), sha256)).toEqual(octets)
  })

  test('lies in memory that threads share', () => {
    const octets = buildImage(shop, sha256, (octets) => new SharedArrayBuffer(octets))
    expect(octets.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(sorted(readContent(loadImage(octets, sha256)))).toEqual(sorted(shop))
  })

  const tooMany = (count: number, given: (at: number) => object) => Array.from({ length: count }, (_, at) => given(at))
  test.each<[string, () => Partial<ImageContent>]>([
    ['a label over 63 octets', () => ({ services: [service(`shop/${'x'.repeat(64)}`)] })],
    ['an empty label', () => ({ namespaces: [{ name: 'a..b', stanzas: 1 }] })],
    [
      '256 addresses',
      () => ({ services: [service('a/b', { addresses: tooMany(256, () => new Uint8Array(4)) as Uint8Array[] })] }),
    ],
    ['65,536 ports', () => ({ services: [service('a/b', { ports: tooMany(65536, () => HTTP) as [] })] })],
    ['33 stanzas', () => ({ stanzas: tooMany(33, () => shop.stanzas[0] as object) as [] })],
    [
      'a record of 65,536 octets',
      () => ({ rrsets: [{ owner: 'x', stanzas: 1, type: 9, ttlSec: 1, rdata: [new Uint8Array(65536)] }] }),
    ],
  ])('refuses %s', (_, given) => {
    expect(() => buildImage(content(given()), sha256)).toThrowError(expect.objectContaining({ code: 'too-large' }))
  })

  test('refuses an endpoint whose port set is not there', () => {
    const services = [service('a/b', { kind: 'headless', endpoints: [endpoint('10.0.0.1')] })]
    expect(() => buildImage(content({ services }), sha256)).toThrowError(expect.objectContaining({ code: 'malformed' }))
  })
})
