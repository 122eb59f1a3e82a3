import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildImage } from './build/build.ts'
import { ImageError } from './errors.ts'
import type { Image } from './image.ts'
import { loadImage } from './image.ts'
import { HEADER_OCTETS, SECTION, SECTIONS } from './layout.ts'
import { mergeImages } from './states/merge.ts'
import { readContent } from './states/read.ts'
import { askWire, content, load, sha256, shop } from './testing/fixture.ts'

const whole = buildImage(shop, sha256)

function codeOf(octets: Uint8Array): string {
  try {
    loadImage(octets, sha256)
    return 'loaded'
  } catch (error) {
    if (error instanceof ImageError) return error.code
    throw error
  }
}

/** The image with something changed in it and a checksum that fits. */
function forged(change: (octets: Uint8Array, view: DataView) => void): Uint8Array<ArrayBuffer> {
  const octets = Uint8Array.from(whole)
  change(octets, new DataView(octets.buffer))
  octets.set(sha256(octets.subarray(0, -32)), octets.length - 32)
  return octets
}

describe('loadImage', () => {
  test('refuses an image that is cut off anywhere', () => {
    for (let end = 0; end < whole.length; end++) expect(codeOf(whole.slice(0, end))).not.toBe('loaded')
    expect(codeOf(Uint8Array.from([...whole, 0]))).toBe('truncated')
  })

  test('refuses an image with any octet changed', () => {
    for (let at = 0; at < whole.length; at++) {
      const octets = Uint8Array.from(whole)
      octets[at] = (octets[at] ?? 0) ^ (1 << (at % 8))
      expect(codeOf(octets)).not.toBe('loaded')
    }
  })

  test.each<[string, (octets: Uint8Array, view: DataView) => void]>([
    ['not-an-image', (octets) => octets.set([0x5a])],
    ['unknown-version', (_, view) => view.setUint16(8, 3, true)],
    ['malformed', (_, view) => view.setUint16(10, 2, true)],
    ['truncated', (_, view) => view.setUint32(12, 64, true)],
    ['malformed', (_, view) => view.setUint32(24, 0, true)],
    ['malformed', (_, view) => view.setUint32(28, SECTIONS - 1, true)],
    ['malformed', (_, view) => view.setUint32(HEADER_OCTETS, 4, true)],
    ['malformed', (_, view) => view.setUint32(HEADER_OCTETS + 4, 0xffffffff, true)],
    ['malformed', (_, view) => view.setUint32(HEADER_OCTETS + SECTION.services * 8 + 4, 24, true)],
    ['malformed', (_, view) => view.setUint32(HEADER_OCTETS + SECTION.blocks4 * 8 + 4, 0, true)],
  ])('%s, though the checksum fits: %s', (code, change) => {
    expect(codeOf(forged(change))).toBe(code)
  })

  test('an image of sections that this program does not know yet is read', () => {
    const octets = forged((_, view) => view.setUint32(28, SECTIONS + 1, true))
    expect(codeOf(octets)).toBe('loaded')
  })

  test('meta that is no object of strings is refused when it is read', () => {
    for (const text of ['[]', '{"a":1}', 'null', 'x']) {
      const image = loadImage(
        forged((octets, view) => {
          const at = view.getUint32(HEADER_OCTETS, true)
          octets.fill(0x20, at, at + view.getUint32(HEADER_OCTETS + 4, true))
          octets.set(new TextEncoder().encode(text), at)
        }),
        sha256,
      )
      expect(() => image.meta()).toThrowError(expect.objectContaining({ code: 'malformed' }))
    }
  })
})

describe('loadImage beside another image', () => {
  const stanzasOf = (octets: Uint8Array, like?: Image) => loadImage(octets, sha256, like).stanzas

  test('of the same shape reads the serials alone', () => {
    const later = shop.stanzas.map((stanza) => ({
      ...stanza,
      zones: stanza.zones.map(({ name, serial }) => ({ name, serial: serial + 100 })),
    }))
    const like = loadImage(whole, sha256)
    const octets = buildImage({ ...shop, kind: 'delta', stanzas: later }, sha256)
    expect(stanzasOf(octets, like)).toEqual(later)
    expect(stanzasOf(octets)).toEqual(later)
    expect(stanzasOf(octets, like)[0]?.names).toBe(like.stanzas[0]?.names)
  })

  test('of another shape reads everything', () => {
    const others = shop.stanzas.map((stanza) => ({ ...stanza, ttlSec: stanza.ttlSec + 1 }))
    const octets = buildImage({ ...shop, stanzas: others }, sha256)
    expect(stanzasOf(octets, loadImage(whole, sha256))).toEqual(others)
  })

  test.each<[string, (octets: Uint8Array, view: DataView) => void]>([
    ['fewer stanzas', (_, view) => view.setUint32(HEADER_OCTETS + SECTION.stanzas * 8 + 4, 0, true)],
    [
      'zones that lie outside',
      (_, view) => {
        view.setUint32(view.getUint32(HEADER_OCTETS + SECTION.stanzas * 8, true) + 8, 0x0fffffff, true)
      },
    ],
  ])('is refused when it says that it has the shape and has %s', (_, change) => {
    const malformed = expect.objectContaining({ code: 'malformed' })
    expect(() => stanzasOf(forged(change), loadImage(whole, sha256))).toThrowError(malformed)
  })
})

/** Names that lead to every part of `shop`. */
const NAMES: readonly (readonly [name: string, zone: string, type: number])[] = [
  ['web.shop.svc.cluster.local', 'cluster.local', 1],
  ['10-0-0-1.web.shop.svc.cluster.local', 'cluster.local', 1],
  ['named.web.shop.svc.cluster.local', 'cluster.local', 1],
  ['_http._tcp.web.shop.svc.cluster.local', 'cluster.local', 33],
  ['_tcp.web.shop.svc.cluster.local', 'cluster.local', 33],
  ['_dns._udp.db.shop.svc.cluster.local', 'cluster.local', 33],
  ['db-0.db.shop.svc.cluster.local', 'cluster.local', 28],
  ['out.shop.svc.cluster.local', 'cluster.local', 1],
  ['bare.svc.cluster.local', 'cluster.local', 1],
  ['10-0-0-1.shop.pod.cluster.local', 'cluster.local', 1],
  ['dns-version.cluster.local', 'cluster.local', 16],
  ['1.0.0.10.in-addr.arpa', 'in-addr.arpa', 12],
  ['10.in-addr.arpa', 'in-addr.arpa', 12],
  ['d.f.ip6.arpa', 'ip6.arpa', 12],
]
const wires = NAMES.map(([name, zone, type]) => ({ wire: wireOf(name), zone, type }))

function wireOf(name: string): Uint8Array {
  return Uint8Array.from([...name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]), 0])
}

/** What a hostile image may do: answer nonsense, or say that it contradicts itself. */
function allowed(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof ImageError)) throw error
  }
}

describe('an image from a hostile hand', () => {
  /** Words that claim much: counts, offsets and lengths at their limits. */
  const word = fc.oneof(
    fc.constantFrom(0, 1, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff, whole.length, whole.length - 4),
    fc.nat(whole.length),
    fc.integer({ min: 0, max: 0xffffffff }),
  )
  const change = fc.record({ at: fc.nat(whole.length / 4 - 9), octet: fc.option(fc.nat(3)), word })

  test('is refused, or read within its octets and in bounded time', () => {
    const base = load(shop)
    let loaded = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const octets = forged((bytes, view) => {
          for (const { at, octet, word } of changes) {
            if (octet === null) view.setUint32(at * 4, word, true)
            else bytes[at * 4 + octet] = word & 0xff
          }
        })
        let image: Image
        try {
          image = loadImage(octets, sha256)
        } catch (error) {
          expect(error).toBeInstanceOf(ImageError)
          return
        }
        loaded += 1
        for (const images of [[image], [image, base], [base, image]]) {
          for (const { wire, zone, type } of wires) allowed(() => askWire(images, wire, zone, type))
        }
        try {
          buildImage(readContent(image), sha256)
          mergeImages([image, base])
        } catch (error) {
          expect(error).toBeInstanceOf(ImageError)
        }
      }),
      { numRuns: 3000 },
    )
    expect(loaded).toBeGreaterThan(1000)
  })

  test('every word of it, set to each of the absurd values', () => {
    for (let at = 0; at < whole.length - 32; at += 4) {
      for (const value of [0, 0xffff, 0x7fffffff, 0xffffffff]) {
        const octets = forged((_, view) => view.setUint32(at, value, true))
        let image: Image
        try {
          image = loadImage(octets)
        } catch (error) {
          expect(error).toBeInstanceOf(ImageError)
          continue
        }
        for (const { wire, zone, type } of wires) allowed(() => askWire([image], wire, zone, type))
        allowed(() => readContent(image))
      }
    }
  })

  test('indexes without an empty slot end the search', () => {
    const octets = forged((_, view) => {
      for (const section of [SECTION.services, SECTION.owners, SECTION.namespaces, SECTION.pods]) {
        const at = view.getUint32(HEADER_OCTETS + section * 8, true)
        const end = at + view.getUint32(HEADER_OCTETS + section * 8 + 4, true)
        for (let word = at; word < end; word += 4) if (view.getUint32(word, true) === 0) view.setUint32(word, 1, true)
      }
    })
    const image = loadImage(octets, sha256)
    for (const { wire, zone, type } of wires) allowed(() => askWire([image, image], wire, zone, type))
  })

  test('that stores one thing and points to it a thousand times is not read a thousand times', () => {
    const services = Array.from({ length: 1000 }, (_, at) => ({
      ...(shop.services[1] as (typeof shop.services)[number]),
      service: `s${at}`,
      endpoints: Array.from({ length: at === 0 ? 1000 : 0 }, (_, octet) => ({
        address: Uint8Array.of(10, 9, octet >> 8, octet & 255),
        name: `e${octet}`,
        portSet: 0,
        zone: '',
      })),
    }))
    const octets = buildImage(content({ services }), sha256)
    const view = new DataView(octets.buffer)
    const at = view.getUint32(HEADER_OCTETS + SECTION.services * 8, true)
    const end = at + view.getUint32(HEADER_OCTETS + SECTION.services * 8 + 4, true)
    for (let slot = at; slot < end; slot += 8)
      if (view.getUint32(slot + 4, true) !== 0) view.setUint32(slot + 4, 1, true)
    expect(() => readContent(loadImage(octets))).toThrowError(expect.objectContaining({ code: 'malformed' }))
  })
})
