import { nameFromText } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildImage } from '../build/build.ts'
import type { ImageContent } from '../content.ts'
import { loadImage } from '../image.ts'
import { RECORD } from '../layout.ts'
import type { ImageStack } from '../lookup/find.ts'
import { anyStack } from '../testing/arbitraries.ts'
import { ask, askWire, content, endpoint, load, service, sha256, shop, tombstone } from '../testing/fixture.ts'
import { buildMerged, mergeImages } from './merge.ts'

/** Names that the contents of `anyStack` may know, in every zone. */
const LABELS = ['a', 'b', 'web', 'db-0', '10-0-0-1', 'svc', 'tcp', 'fd0--1']
const QUESTIONS: readonly (readonly [name: Uint8Array, zone: string])[] = ['cluster.local', 'second', ''].flatMap(
  (zone) => {
    const apex = zone === '' ? '' : `.${zone}`
    const names = [`dns-version${apex}`, `a${apex}`, `x.a${apex}`, `b.svc${apex}`, `a.svc${apex}`, `c.pod${apex}`]
    for (const namespace of ['a', 'b']) {
      names.push(
        `10-0-0-1.${namespace}.pod${apex}`,
        `fd00--1.${namespace}.pod${apex}`,
        `11-0-0-0.${namespace}.pod${apex}`,
      )
      for (const label of LABELS) {
        const below = `${label}.${namespace}.svc${apex}`
        names.push(below, ...LABELS.map((host) => `${host}.${below}`), `_tcp.${below}`, `_http._tcp.${below}`)
      }
    }
    return names.map((name) => [nameFromText(name), zone] as const)
  },
)
const REVERSE: readonly (readonly [name: Uint8Array, zone: string])[] = [
  ...['10', '11', '0.10', '1.10', '0.0.10', '1.1.11', '0.0.0.10', '1.0.0.10', '2.1.0.10', '3.1.1.11'].map(
    (name) => [nameFromText(`${name}.in-addr.arpa`), 'in-addr.arpa'] as const,
  ),
  ...['d.f', '0.d.f', '1.0.d.f', `1.${'0.'.repeat(29)}d.f`, `2.${'0.'.repeat(27)}1.0.d.f`].map(
    (name) => [nameFromText(`${name}.ip6.arpa`), 'ip6.arpa'] as const,
  ),
]

function answers(images: ImageStack): string[] {
  return [
    ...QUESTIONS.flatMap(([name, zone]) => [askWire(images, name, zone, 16), askWire(images, name, zone, 13)]),
    ...REVERSE.map(([name, zone]) => askWire(images, name, zone, 12)),
  ]
}

describe('mergeImages', () => {
  test('any adjacent images merged answer as they did one upon the other', () => {
    fc.assert(
      fc.property(anyStack, fc.nat(4), fc.nat(4), (contents, a, b) => {
        const stack = contents.map(load)
        const from = Math.min(a, b, stack.length - 1)
        const to = Math.min(Math.max(a, b), stack.length - 1) + 1
        const merged = mergeImages(stack.slice(from, to))
        expect(answers([...stack.slice(0, from), load(merged), ...stack.slice(to)])).toEqual(answers(stack))
      }),
      { numRuns: 60 },
    )
  })

  test('a base among them makes a base, which keeps no tombstones', () => {
    const gone = content({ kind: 'delta', createdAtMs: 5, meta: { version: '2' }, services: [tombstone('shop/web')] })
    const merged = mergeImages([load(gone), load(shop)])
    expect(merged).toMatchObject({ kind: 'base', createdAtMs: 5, meta: { version: '2' } })
    expect(merged.services.map(({ service }) => service).sort()).toEqual(['db', 'hidden', 'out', 'split', 'split'])
  })

  test('deltas make a delta, which keeps them', () => {
    const images = [[tombstone('a/x')], [service('a/x'), tombstone('a/y')]].map((services) =>
      load(content({ kind: 'delta', services })),
    )
    const merged = mergeImages(images)
    expect(merged.kind).toBe('delta')
    expect(merged.services.map(({ service, stanzas }) => [service, stanzas]).sort()).toEqual([
      ['x', 0],
      ['y', 0],
    ])
  })

  test('images of other stanzas are refused', () => {
    const other: ImageContent = { ...shop, stanzas: shop.stanzas.map((stanza) => ({ ...stanza, ttlSec: 6 })) }
    expect(() => mergeImages([load(other), load(shop)])).toThrowError(expect.objectContaining({ code: 'other-shape' }))
  })
})

describe('buildMerged', () => {
  test('gives the image of what mergeImages gives, octet for octet', () => {
    fc.assert(
      fc.property(anyStack, fc.nat(4), (contents, count) => {
        const images = contents.slice(0, Math.min(count + 1, contents.length)).map(load)
        expect(buildMerged(images, sha256)).toEqual(buildImage(mergeImages(images), sha256))
      }),
      { numRuns: 300 },
    )
  })

  test('so it does in the previous format', () => {
    const delta = content({
      kind: 'delta',
      services: [service('shop/web'), service('shop/c1.nginx', { aliasOf: 'web' })],
    })
    const images = [load(delta), load(shop)]
    expect(buildMerged(images, sha256, undefined, 1)).toEqual(buildImage(mergeImages(images), sha256, undefined, 1))
  })

  test('records that are not in order are refused', () => {
    const octets = buildImage(content({ services: [service('a/a'), service('b/b')] }), sha256)
    const { view, records, strings } = loadImage(octets)
    const namespaceOf = (record: number) => record + RECORD.namespace
    const [first, second] = [namespaceOf(records), namespaceOf(records + RECORD.octets)]
    const [a, b] = [view.getUint32(first, true), view.getUint32(second, true)]
    expect([a, b].map((fragment) => view.getUint8(strings + fragment + 2))).toEqual([0x61, 0x62])
    view.setUint32(first, b, true)
    view.setUint32(second, a, true)
    expect(() => buildMerged([loadImage(octets)], sha256)).toThrowError(expect.objectContaining({ code: 'malformed' }))
  })
})

describe('a stack of images', () => {
  test('the newest that knows a service decides, for all stanzas', () => {
    const portSets = [[]]
    const delta = content({
      kind: 'delta',
      services: [
        service('shop/web', { stanzas: 2 }),
        service('shop/db', { kind: 'headless', portSets, endpoints: [endpoint('db-7@10.0.1.7')] }),
      ],
      namespaces: [{ name: 'bare', stanzas: 0 }],
      pods: [{ namespace: 'shop', address: Uint8Array.of(10, 0, 0, 1), stanzas: 0 }],
      rrsets: [{ owner: 'dns-version', stanzas: 0, type: 0, ttlSec: 0, rdata: [] }],
    })
    const stack = [load(delta), load(shop)]
    expect(ask(stack, 'web.shop.svc.cluster.local')).toBe('nxdomain')
    expect(ask(stack, 'web.shop.svc.second', 'second')).toBe('service shop/web')
    expect(ask(stack, 'db-0.db.shop.svc.cluster.local')).toBe('nxdomain')
    expect(ask(stack, 'db-7.db.shop.svc.cluster.local')).toBe('endpoints shop/db db-7@10.0.1.7')
    expect(ask(stack, 'bare.svc.cluster.local')).toBe('nxdomain')
    expect(ask(stack, 'shop.svc.cluster.local')).toBe('inner')
    expect(ask(stack, '10-0-0-1.shop.pod.cluster.local')).toBe('nxdomain')
    expect(ask(stack, 'fd00--2.shop.pod.cluster.local')).toBe('pod fd00::2')
    expect(ask(stack, 'dns-version.cluster.local', 'cluster.local', 16)).toBe('nxdomain')
  })
})
