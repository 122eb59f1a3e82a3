import { nameFromText, TYPE } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EndpointRecord, ImageContent, NamespaceRecord, Port, ServiceRecord } from '../content.ts'
import { SPECIFIED, type StanzaRecord } from '../content.ts'
import type { Image } from '../image.ts'
import { SECTION } from '../layout.ts'
import { Match } from '../lookup/match.ts'
import { QueryName } from '../query-name.ts'
import { readService } from '../states/read.ts'
import { content, endpoint, load, service, tombstone } from '../testing/fixture.ts'
import { zoneView } from '../zone-view.ts'
import { WildcardSearch } from './search.ts'

interface Asked {
  readonly scope: 'namespace' | 'zone'
  readonly search: boolean
  readonly type: number
  readonly limit: number
  readonly turn: number
}

const ALL: Asked = { scope: 'zone', search: false, type: TYPE.A, limit: 1000, turn: 0 }

const wildcards = new WildcardSearch(1000, () => true)

/** What is found: `shop/web`, with its endpoints `shop/web 10-0-0-1 db-0`; or `nodata`, `nxdomain`. */
function find(images: readonly Image[], labels: string, asked: Partial<Asked> = {}, stanza = 0): string[] {
  const { scope, search, type, limit, turn } = { ...ALL, ...asked }
  const zone = zoneView(images, stanza)
  const name = questionName(labels)
  const outcome = wildcards.find(images, zone, name, name.labels - 1, type, scope, search, limit, turn)
  if (outcome !== 'found') return [outcome]
  const match = new Match()
  return Array.from({ length: wildcards.count }, (_, at) => {
    wildcards.settle(match, at)
    const { namespace, service, endpoints } = readService(match.image as Image, match.at)
    const those = match.kind === 'endpoints' ? endpoints.slice(match.first, match.end) : []
    return [`${namespace}/${service}`, ...those.map((each) => each.name).sort()].join(' ')
  })
}

function questionName(labels: string): QueryName {
  const wire = nameFromText(`${labels}.zone.`)
  const name = new QueryName()
  name.read(new DataView(wire.buffer, wire.byteOffset, wire.length), 0, wire.length)
  return name
}

const HTTP: Port = { name: 'http', protocol: 'tcp', number: 80 }
const ANY: Port = { name: 'any', protocol: 'udp', number: 9 }

/** Stanzas 0, 1 and 2: the specification's names; short ones and those; those of one namespace. */
const STANZAS: readonly StanzaRecord[] = [
  { names: ['{service}.{namespace}.svc'], namespace: '' },
  { names: ['{service}.{namespace}', '{service}.{namespace}.svc'], namespace: '' },
  { names: ['{service}', '{service}.x.{namespace}'], namespace: 'a' },
].map((names) => ({
  ...SPECIFIED,
  ...names,
  ttlSec: 5,
  pods: 'disabled',
  wildcards: 'zone',
  search: true,
  zones: [{ name: 'zone', serial: 1 }],
}))

function stack(...contents: readonly Partial<ImageContent>[]): Image[] {
  return contents.map((each, at) =>
    load(content({ stanzas: STANZAS, kind: at === contents.length - 1 ? 'base' : 'delta', ...each })),
  )
}

const exposed = (...names: string[]): NamespaceRecord[] => names.map((name) => ({ name, stanzas: 7 }))
const services = (...keys: string[]): ServiceRecord[] => keys.map((key) => service(key, { stanzas: 7 }))

describe('names', () => {
  const images = stack({
    namespaces: exposed('demo', 'other', 'empty'),
    services: services(
      ...[
        'demo/c1.nginx',
        'demo/c2.nginx',
        'demo/nginx.c3',
        'demo/mynginx-web',
        'other/nginx-a',
        'other/api',
        'demo/api',
      ],
      ...['other/anan', 'other/nginx.nginx', 'other/*.apps'],
    ),
  })
  test.each([
    ['*.nginx.demo', ['demo/c1.nginx', 'demo/c2.nginx']],
    ['c?.nginx.demo', ['demo/c1.nginx', 'demo/c2.nginx']],
    ['c1.*.demo', ['demo/c1.nginx']],
    ['nginx.*.demo', ['demo/nginx.c3']],
    ['*nginx*.demo', ['demo/c1.nginx', 'demo/c2.nginx', 'demo/mynginx-web', 'demo/nginx.c3']],
    ['*NGINX*.demo', ['demo/c1.nginx', 'demo/c2.nginx', 'demo/mynginx-web', 'demo/nginx.c3']],
    ['*nginx.demo', ['demo/c1.nginx', 'demo/c2.nginx', 'demo/nginx.c3']],
    ['nginx*.demo', ['demo/c1.nginx', 'demo/c2.nginx', 'demo/nginx.c3']],
    ['*nginx-*.*', ['demo/mynginx-web', 'other/nginx-a']],
    ['?pi.*', ['demo/api', 'other/api']],
    ['*an*.other', ['other/anan']],
    ['*nginx*.other', ['other/nginx-a', 'other/nginx.nginx']],
    ['*.nginx.*', ['demo/c1.nginx', 'demo/c2.nginx', 'other/nginx.nginx']],
    ['*zzz*.demo', ['nxdomain']],
    ['*nginx*.empty', ['nxdomain']],
    ['*.empty', ['nodata']],
    ['*.none', ['nxdomain']],
    ['*apps*.other', ['nxdomain']],
    ['*', ['nodata']],
  ])('%s', (labels, found) => expect(find(images, labels, {}, 1).sort()).toEqual(found))

  test('one that nothing has is looked for when search is on', () => {
    expect(find(images, 'nginx.demo', {}, 1)).toEqual(['nxdomain'])
    const all = ['demo/c1.nginx', 'demo/c2.nginx', 'demo/mynginx-web', 'demo/nginx.c3']
    expect(find(images, 'nginx.demo', { search: true }, 1).sort()).toEqual(all)
    expect(find(images, 'ngin.*', { search: true }, 1)).toHaveLength(6)
    expect(find(images, 'x.nginx.demo', { search: true }, 1)).toEqual(['nxdomain'])
  })

  test('in the scope of a namespace none in its place', () => {
    expect(find(images, '*.demo', { scope: 'namespace' }, 1)).toHaveLength(5)
    for (const labels of ['api.*', '*.*', 'any.any', '*', '*nginx*.*']) {
      expect(find(images, labels, { scope: 'namespace' }, 1)).toEqual(['nxdomain'])
    }
  })
})

describe('what is really called any', () => {
  const images = stack({
    namespaces: exposed('any', 'demo'),
    services: services('any/web', 'demo/web', 'demo/any', 'demo/db'),
  })
  test.each([
    ['*.any', ['any/web']],
    ['any.*', ['demo/any']],
    ['any.any', ['any/web']],
    ['*.*.any', ['nodata']],
    ['any.any.demo', ['nxdomain']],
    ['web.*', ['any/web', 'demo/web']],
  ])('%s', (labels, found) => expect(find(images, `${labels}.svc`).sort()).toEqual(found))
})

describe('more than the limit', () => {
  const keys = Array.from({ length: 100 }, (_, at) => `shop/web-${at}`)
  const images = stack(
    { services: services(...keys.slice(90), 'shop/new') },
    { namespaces: exposed('shop'), services: services(...keys) },
  )

  test.each(['*.shop.svc', 'web-*.shop.svc', '*eb*.shop.svc', '*.*.svc'])('%s: in turn all', (labels) => {
    const all = find(images, labels).sort()
    expect(wildcards.isLimited).toBe(false)
    const seen = new Set<string>()
    for (let slot = 0; slot < 60; slot++) {
      const some = find(images, labels, { limit: 7, turn: slot * 7 })
      expect(wildcards.isLimited).toBe(true)
      expect(new Set(some).size).toBe(7)
      for (const each of some) seen.add(each)
    }
    expect([...seen].sort()).toEqual(all)
  })
})

test('names that repeat themselves, of which the suffix array is mostly references', () => {
  const names = Array.from(
    { length: 900 },
    (_, n) => `${['pay', 'web', 'ape'][n % 3]}-${['gateway', 'relay'][n % 2]}-${n}`,
  )
  const images = stack({ namespaces: exposed('shop'), services: services(...names.map((name) => `shop/${name}`)) })
  const stored = images[0]?.sectionOctets(SECTION.suffixes) ?? 0
  expect(stored / 4).toBeLessThan(names.join('').length * 0.6)
  const literal = fc
    .constantFrom(...names)
    .chain((name) =>
      fc
        .tuple(fc.nat(name.length - 1), fc.integer({ min: 1, max: 9 }))
        .map(([at, length]) => name.slice(at, at + length)),
    )
  const property = fc.property(literal, fc.constantFrom('*', ''), fc.constantFrom('*', ''), (text, before, after) => {
    const expected = names.filter(
      (name) =>
        (before === '*' || name.startsWith(text)) && (after === '*' || name.endsWith(text)) && name.includes(text),
    )
    if (before + after === '') return
    const found = find(images, `${before}${text}${after}.*.svc`)
    expect(found.sort()).toEqual(expected.length === 0 ? ['nxdomain'] : expected.map((name) => `shop/${name}`).sort())
  })
  fc.assert(property, { numRuns: 300 })
})

test('everything superseded, over and over, ends', () => {
  const keys = Array.from({ length: 10_000 }, (_, at) => `shop/web-${at}`)
  const images = stack({ services: keys.map(tombstone) }, { namespaces: exposed('shop'), services: services(...keys) })
  // Nobody knows what the rest is.
  expect(find(images, '*b-*.shop.svc')).toEqual(['nodata'])
  expect(wildcards.isLimited).toBe(true)
})

test('one name in all namespaces, without data, ends', () => {
  const keys = Array.from({ length: 30_000 }, (_, at) => `n${at}/web-api`)
  const images = stack({ services: services(...keys) })
  let asked = 0
  const search = new WildcardSearch(1000, () => {
    asked += 1
    return false
  })
  const name = questionName('*b-a*.*.svc')
  const outcome = search.find(images, zoneView(images, 0), name, 3, TYPE.AAAA, 'zone', false, 100, 0)
  expect([outcome, search.count, search.isLimited]).toEqual(['found', 0, true])
  expect(asked).toBeLessThan(keys.length)
})

const WORDS = ['a', 'b', 'any', 'nginx', 'nginx-a', 'my-nginx', 'nn', 'nnn', 'a.nginx', 'nginx.a', 'a.b.nn', '*.a', 'x']
const LABELS = ['a', 'b', 'any', '*', '?', '*n*', 'n*', '*x', '?n', '*a*n*', 'n?n', 'nginx', '*nginx', 'svc', 'x', '_*']
const PORTS = ['*', 'any', '_any', '_*', 'tcp', '_tcp', '_udp', 'http', '_http', 'a']

const anyService: fc.Arbitrary<ServiceRecord> = fc
  .record({
    name: fc.constantFrom(...WORDS),
    namespace: fc.constantFrom('a', 'b', 'any', 'svc'),
    stanzas: fc.constantFrom(0, 1, 2, 5, 7, 7, 7),
    kind: fc.constantFrom('cluster', 'cluster', 'headless', 'headless', 'external', 'reverse', 'inner'),
    ports: fc.subarray([HTTP, ANY]),
    endpoints: fc.subarray(['any@10.0.0.1', 'a@10.0.0.2', '10.0.0.3', 'a@10.0.0.4'], { maxLength: 3 }),
  })
  .map(({ name, namespace, stanzas, kind, ports, endpoints }) =>
    service(`${namespace}/${name}`, {
      stanzas,
      kind,
      ports: kind === 'external' ? [] : ports,
      portSets: [ports],
      endpoints: endpoints.map((each): EndpointRecord => endpoint(each)),
      target: kind === 'external' ? nameFromText('example.') : new Uint8Array(),
    }),
  )

const anyLayer = fc.record({
  namespaces: fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'any', 'svc'), stanzas: fc.integer({ min: 0, max: 7 }) }),
    { selector: ({ name }) => name },
  ),
  services: fc.uniqueArray(anyService, {
    minLength: 8,
    maxLength: 25,
    selector: ({ namespace, service }) => `${namespace}/${service}`,
  }),
})

const anyLabel = fc.constantFrom(...LABELS)
const anyPort = fc.constantFrom(...PORTS)
const question = fc
  .tuple(
    fc.oneof(fc.constant([]), fc.tuple(anyLabel), fc.tuple(anyPort, anyPort)),
    fc.oneof(fc.tuple(anyLabel), fc.tuple(anyLabel, anyLabel)),
    fc.constantFrom('a', 'a', 'b', 'any', '*', '*', 'svc'),
    fc.constantFrom('N.svc', 'N.svc', 'N', '', 'x.N'),
  )
  .map(([below, name, namespace, rest]) => {
    const above = rest.split('.').filter((label) => label !== '')
    return [...below, ...name, ...above.map((label) => (label === 'N' ? namespace : label))]
  })

test('as going through all services finds', () => {
  let found = 0
  const property = fc.property(
    fc.array(anyLayer, { minLength: 1, maxLength: 3 }),
    question,
    fc.nat(2),
    fc.boolean(),
    fc.constantFrom('zone', 'namespace'),
    fc.nat(1000),
    (layers, labels, stanza, search, scope, turn) => {
      const asked = { ...ALL, search, scope, turn }
      const its = find(stack(...layers), labels.join('.'), asked, stanza)
      const expected = naive(layers, labels, asked, stanza)
      found += Number(expected[0]?.includes('/'))
      expect(its.sort()).toEqual(expected.sort())
    },
  )
  fc.assert(property, { numRuns: 2000 })
  expect(found).toBeGreaterThan(60)
})

type Layer = Pick<ImageContent, 'namespaces' | 'services'>

/** The rules once more, without any index. */
function naive(layers: readonly Layer[], labels: readonly string[], asked: Asked, stanza: number): string[] {
  const sees = (stanzas: number) => ((stanzas >>> stanza) & 1) === 1
  const newest = <T>(lists: readonly (readonly T[])[], keyOf: (each: T) => string) => {
    const map = new Map<string, T>()
    for (const list of lists) for (const each of list) if (!map.has(keyOf(each))) map.set(keyOf(each), each)
    return [...map.values()]
  }
  const visible = newest(
    layers.map((layer) => layer.services),
    (each) => `${each.namespace}/${each.service}`,
  ).filter(({ stanzas, kind, service }) => sees(stanzas) && !['reverse', 'inner'].includes(kind) && service[0] !== '*')
  const namespaces = newest(
    layers.map((layer) => layer.namespaces),
    ({ name }) => name,
  ).flatMap(({ name, stanzas }) => (sees(stanzas) ? [name] : []))

  const isAny = (label: string | undefined) => label === '*' || label === 'any'
  const isWild = (label: string) => isAny(label) || /[*?]/.test(label)
  const bare = (label: string) => label.replace(/^_/, '')
  const fits = (pattern: string, label: string) =>
    new RegExp(`^${pattern === 'any' ? '.*' : pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(label)

  /** What the template leaves: the labels before the rest, and the namespace. */
  const { names: templates, namespace: only } = STANZAS[stanza] as StanzaRecord
  const readings = templates.flatMap((template) => {
    const rest = template.split('.').slice(1)
    const before = labels.length - rest.length
    const end = before < 0 ? rest.slice(-before) : rest
    const its = labels.slice(Math.max(before, 0))
    if (its.some((label, at) => end[at] !== '{namespace}' && end[at] !== label)) return []
    const at = end.indexOf('{namespace}')
    if (!rest.includes('{namespace}')) return [{ before, namespace: only, isGiven: true }]
    return at < 0 ? [] : [{ before: Math.max(before, 0), namespace: its[at] as string, isGiven: false }]
  })

  const settle = (each: ServiceRecord, below: readonly string[]): string | undefined => {
    const key = `${each.namespace}/${each.service}`
    if (below.length === 0) return key
    if (each.kind === 'external') return undefined
    if (below.length === 1) {
      const those = each.endpoints.filter(({ name }) => isAny(below[0]) || name === below[0])
      return those.length === 0 ? undefined : [key, ...those.map(({ name }) => name).sort()].join(' ')
    }
    const [port = '', protocol = ''] = below.map(bare)
    if (isAny(port) && isAny(protocol)) return key
    const list = each.kind === 'cluster' ? each.ports : each.portSets.flat()
    return list.some((its) => (isAny(protocol) || its.protocol === protocol) && (isAny(port) || its.name === port))
      ? key
      : undefined
  }

  let outcome = 'nxdomain'
  const read = (reading: (typeof readings)[number], depth: number, part?: string): string[] | undefined => {
    const { before, namespace, isGiven } = reading
    const isEverywhere = !isGiven && isAny(namespace) && !namespaces.includes(namespace)
    if (isEverywhere && asked.scope !== 'zone') return undefined
    if (depth === 0) {
      if (isEverywhere) outcome = 'nodata'
      return undefined
    }
    const within = visible.filter((each) => isEverywhere || each.namespace === namespace)
    const below = labels.slice(0, depth - 1)
    const its = labels.slice(depth - 1, before)
    const [first = ''] = its
    const isOne = its.length === 1
    const isReal = isOne && first === 'any' && within.some((each) => each.service === 'any')
    if (
      below.length === 2 &&
      !isAny(bare(below[1] as string)) &&
      !['tcp', 'udp', 'sctp'].includes(bare(below[1] as string))
    ) {
      return undefined
    }
    const isBelowWild = below.length === 2 ? below.some((label) => isAny(bare(label))) : below.some(isAny)
    const isNameWild = !isReal && its.some(isWild)
    if (part === undefined && !isNameWild && !isEverywhere && !isBelowWild) return undefined
    const called = within.filter(({ service }) => {
      const own = service.split('.')
      if (part !== undefined) return own.some((label) => label.includes(part))
      if (!isNameWild) return service === its.join('.')
      if (isOne) return isAny(first) || own.some((label) => fits(first, label))
      return own.length === its.length && own.every((label, at) => fits(its[at] as string, label))
    })
    const found = called.flatMap((each) => settle(each, below) ?? [])
    if (found.length > 0) return found
    if (part === undefined && isOne && isNameWild && isAny(first) && !isEverywhere && namespaces.includes(namespace)) {
      outcome = 'nodata'
    }
    return undefined
  }

  const isAsked = labels.some((label) => isWild(label) || isAny(bare(label)))
  for (const depth of isAsked ? [0, 1, 2, 3] : []) {
    for (const reading of readings.filter(({ before }) => before === depth)) {
      const found = read(reading, depth)
      if (found !== undefined) return found
    }
  }
  for (const depth of isAsked ? [1, 2, 3] : []) {
    for (const reading of readings.filter(({ before }) => before > depth)) {
      const found = read(reading, depth)
      if (found !== undefined) return found
    }
  }
  for (const reading of readings.filter(({ before }) => before === 1)) {
    const [label = ''] = labels
    if (!asked.search || isWild(label)) continue
    const found = read(reading, 1, label)
    if (found !== undefined) return found
  }
  return [outcome]
}
