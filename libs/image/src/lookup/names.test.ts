import { formatAddress, nameFromText, readAddressLabel, typeToText } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SPECIFIED } from '../content.ts'
import { mergeImages } from '../states/merge.ts'
import { anyStack } from '../testing/arbitraries.ts'
import { address, askWire, content, load, service, shop } from '../testing/fixture.ts'
import type { ImageStack } from './find.ts'
import { listNames } from './names.ts'

const ZONES = ['cluster.local', 'second', '', 'in-addr.arpa', 'ip6.arpa']

/** `+name` for one that may have data, `-name` for an inner one. */
function list(images: ImageStack, zone: string): string[] {
  const stanza = images[0]?.stanzas.findIndex(({ zones }) => zones.some(({ name }) => name === zone)) ?? 0
  return Array.from(
    listNames(images, stanza, zone),
    ({ labels, types }) => `${types.length === 0 ? '-' : '+'}${labels}`,
  )
}

describe('listNames', () => {
  test('a forward zone', () => {
    expect(list([load(shop)], 'cluster.local')).toEqual([
      '-svc',
      '-pod',
      '-dns',
      '-bare.svc',
      '-bare.pod',
      '-shop.svc',
      '-shop.pod',
      '+10-0-0-1.shop.pod',
      '+fd00--2.shop.pod',
      '+db.shop.svc',
      '+10-0-1-9.db.shop.svc',
      '+db-0.db.shop.svc',
      '+db-1.db.shop.svc',
      '-_udp.db.shop.svc',
      '+_dns._udp.db.shop.svc',
      '+out.shop.svc',
      '+split.shop.svc',
      '+web.shop.svc',
      '+10-0-0-1.web.shop.svc',
      '+10-0-0-2.web.shop.svc',
      '+named.web.shop.svc',
      '-_tcp.web.shop.svc',
      '+_http._tcp.web.shop.svc',
      '+dns-version',
      '-node.svc',
    ])
    expect(list([load(shop)], '')).toEqual(['-svc', '-pod', '-dns', '-shop.svc', '+out.shop.svc'])
  })

  test('the types that a name may have data of', () => {
    const types = new Map(
      Array.from(listNames([load(shop)], 0, 'cluster.local'), ({ labels, types }) => [labels, types]),
    )
    const of = (labels: string) => types.get(labels)?.map(typeToText).join(' ')
    expect(of('web.shop.svc')).toBe('A AAAA SRV')
    expect(of('_http._tcp.web.shop.svc')).toBe('A AAAA SRV')
    expect(of('named.web.shop.svc')).toBe('A AAAA SRV')
    expect(of('10-0-0-1.shop.pod')).toBe('A AAAA')
    expect(of('out.shop.svc')).toBe('CNAME')
    expect(of('dns-version')).toBe('HINFO TXT')
    expect(of('svc')).toBe('')
  })

  test('a reverse zone', () => {
    const addresses = ['10.1.0.9', '10.1.0.10', '10.2.0.1', '11.0.0.1', 'fd00::1'].map(address)
    const images = [load(content({ services: [service('a/b', { addresses })] }))]
    expect(list(images, 'in-addr.arpa')).toEqual(
      '-10 -1.10 -0.1.10 +9.0.1.10 +10.0.1.10 -2.10 -0.2.10 +1.0.2.10 -11 -0.11 -0.0.11 +1.0.0.11'.split(' '),
    )
    expect(list(images, 'ip6.arpa').length).toBe(32)
    expect(list(images, 'ip6.arpa').at(-1)).toBe(`+1${'.0'.repeat(29)}.d.f`)
  })

  test('a part of the address space', () => {
    const zones = ['cluster.local', '1.10.in-addr.arpa', '0.0.d.f.ip6.arpa', '0/25.2.0.10.in-addr.arpa']
    const stanzas = [
      { ...SPECIFIED, ttlSec: 5, pods: 'disabled' as const, zones: zones.map((name) => ({ name, serial: 1 })) },
    ]
    const addresses = ['10.0.255.255', '10.1.0.9', '10.1.255.0', '10.2.0.0', 'fc00::', 'fd00:8000::', 'fe00::'].map(
      address,
    )
    const images = [load(content({ stanzas, services: [service('a/b', { addresses })] }))]
    expect(list(images, '1.10.in-addr.arpa')).toEqual(['-0', '+9.0', '-255', '+0.255'])
    expect(list(images, '0.0.d.f.ip6.arpa')).toHaveLength(28)
    expect(list(images, '0/25.2.0.10.in-addr.arpa')).toEqual([])
  })

  test('pods are spelled as host names are', () => {
    const pods = ['::1', 'fd00::', '::', '::ffff:10.0.0.1'].map((text) => ({
      namespace: 'a',
      address: address(text),
      stanzas: 1,
    }))
    const images = [load(content({ namespaces: [{ name: 'a', stanzas: 1 }], pods }))]
    const listed = list(images, 'cluster.local').filter((name) => name.endsWith('.a.pod'))
    expect(listed).toEqual(['+0--0.a.pod', '+0--1.a.pod', '+10-0-0-1.a.pod', '+fd00--0.a.pod'])
  })

  test('names over 255 octets cannot be asked for', () => {
    const long = 'x'.repeat(63)
    const stanzas = [
      {
        ...SPECIFIED,
        ttlSec: 5,
        pods: 'disabled' as const,
        zones: [{ name: `${long}.${long}.${'y'.repeat(55)}`, serial: 1 }],
      },
    ]
    const services = [service(`a/${long}`), service(`ab/${long}`)]
    const listed = Array.from(listNames([load(content({ stanzas, services }))], 0, stanzas[0]?.zones[0]?.name ?? ''))
    expect(listed.map(({ labels }) => labels).filter((labels) => labels.startsWith('x'))).toEqual([`${long}.a.svc`])
  })

  test('the same names, in the same order, whether or not images are merged', () => {
    fc.assert(
      fc.property(anyStack, (contents) => {
        const stack = contents.map(load)
        const merged = [load(mergeImages(stack))]
        for (const zone of ZONES) expect(list(stack, zone)).toEqual(list(merged, zone))
      }),
    )
  })

  test('what is listed answers, and nothing else but what is read from the question', () => {
    let inner = 0
    let synthesized = 0
    fc.assert(
      fc.property(anyStack, fc.infiniteStream(fc.nat()), (contents, random) => {
        const images = contents.map(load)
        for (const [stanza, zone] of [0, 1, 2, 0, 0].map((stanza, index) => [stanza, ZONES[index] ?? ''] as const)) {
          const listed = new Map(Array.from(listNames(images, stanza, zone), ({ labels, types }) => [labels, types]))
          const mode = images[0]?.stanzas[stanza]?.pods
          for (const [labels, types] of listed) {
            for (const type of [1, 13, 16]) {
              const means = answer(images, labels, zone, type)
              if (types.length === 0) expect(means, labels).toBe('inner')
              else if (types.includes(type)) expect(['nxdomain', 'inner'], labels).not.toContain(means)
              else expect(means, labels).not.toBe('nxdomain')
            }
            inner += Number(types.length === 0)
            for (const other of neighbours(labels, random)) {
              if (exists(listed, other, zone) || (mode === 'insecure' && other.endsWith('.pod'))) continue
              const means = answer(images, other, zone, 16)
              const source = zone.endsWith('arpa') ? '' : sourceOfSynthesis(listed, other, zone)
              if (listed.has(source)) expect(means, other).not.toBe('nxdomain')
              else expect(means, other).toBe('nxdomain')
              synthesized += Number(listed.has(source))
            }
          }
        }
      }),
      { numRuns: 150 },
    )
    expect(inner).toBeGreaterThan(100)
    expect(synthesized).toBeGreaterThan(20)
  })
})

function answer(images: ImageStack, labels: string, zone: string, type: number): string {
  return askWire(images, nameFromText(`${labels}.${zone}`.replace(/\.$/, '')), zone, type)
}

const OTHERS = ['a', 'b', 'web', 'tcp', '_tcp', '_http', 'http', '0', '1', 'f', '10-0-0-1', '_', 'svc', 'x', 'y', '*']

/** Names near a name: one more label, one less, one exchanged, one changed a little. */
function neighbours(name: string, random: fc.Stream<number>): string[] {
  const labels = name.split('.')
  const [at = 0, pick = 0] = random.take(2)
  const where = at % labels.length
  const label = labels[where] ?? ''
  const other = OTHERS[pick % OTHERS.length] ?? ''
  return [
    [other, ...labels],
    labels.slice(1),
    labels.toSpliced(where, 1),
    labels.toSpliced(where, 1, other),
    labels.toSpliced(where, 1, `${label}0`),
    labels.toSpliced(where, 1, `_${label}`),
    labels.toSpliced(where, 1, label.slice(1) || '9'),
  ].map((changed) => changed.join('.'))
}

type Listed = ReadonlyMap<string, unknown>

function exists(listed: Listed, name: string, zone: string): boolean {
  const [first = '', second = '', ...rest] = name.split('.')
  const port = [`_${first.replace(/^_/, '')}`, `_${second.replace(/^_/, '')}`, ...rest].join('.')
  const isPort = (listed.get(port) as readonly number[] | undefined)?.length === 3
  return listed.has(name) || listed.has(canonical(name, zone)) || isPort || name === '' || name === 'ns.dns'
}

/** RFC 4592 section 3.3.1: `*` below the longest ancestor that exists. */
function sourceOfSynthesis(listed: Listed, name: string, zone: string): string {
  const labels = name.split('.').slice(1)
  while (labels.length > 0 && !exists(listed, labels.join('.'), zone)) labels.shift()
  return ['*', ...labels].join('.')
}

/** The listed form of a name that is another spelling: pods' addresses in their shortest form. */
function canonical(name: string, zone: string): string {
  if (zone.endsWith('arpa')) return name
  const labels = name.split('.')
  const [first = '', second = '', ...rest] = labels
  const octets = new Uint8Array(16)
  const size = readAddressLabel(Buffer.from(first), 0, first.length, octets)
  if (labels.length !== 3 || labels[2] !== 'pod' || size === 0) return name
  const text = formatAddress(octets.slice(0, size)).replace('::ffff:', '').replaceAll(/[.:]/g, '-')
  return [text.replace(/^-/, '0-').replace(/-$/, '-0'), second, ...rest].join('.')
}
