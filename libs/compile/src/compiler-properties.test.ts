/** Whatever happens to a cluster, a base and its deltas say what a base of what is there in the end says. */
import { createHash } from 'node:crypto'
import { formatAddress } from '@zonecast/dns'
import { buildImage, type ImageContent, isReverseZone, loadImage, mergeImages } from '@zonecast/image'
import type { ObjectChange } from '@zonecast/kubernetes'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Compiler } from './compiler.ts'
import type { Stanza } from './stanza.ts'
import {
  app,
  gone,
  lines,
  namespace,
  pod,
  present,
  STAMP,
  serials,
  service,
  serviceLines,
  slice,
} from './testing/fixture.ts'

/** Few names and addresses, so that objects meet. */
const namespaceNames = fc.constantFrom('a', 'b')
const serviceKeys = fc.tuple(namespaceNames, fc.constantFrom('x', 'y', 'z', 'X_', 'a')).map((names) => names.join('/'))
const labels = fc.constantFrom({}, { app: 'web' })
const endpoints = fc.array(
  fc.constantFrom('10.0.0.1', '10.1.0.1', 'h@10.0.0.1', 'h@fd00::1', 'pod:p@10.0.0.1', 'pod:q@10.0.0.2', '10.0.0.1'),
  { maxLength: 3 },
)
const ports = fc.constantFrom([], ['http:80'], ['http:80', 'dns:53/UDP'])

const ingress = fc.constantFrom([], [], ['192.0.2.1'], ['lb.example', '192.0.2.1'], ['lb.example'])
const externalIPs = fc.constantFrom([], [], ['192.0.2.2', '192.0.2.1'], ['10.0.0.1', '2001:db8::1'])

/** Names that others have, that others ask for, and that lie below those. */
const asks = fc.constantFrom(
  undefined,
  undefined,
  'c1.x',
  'c1.x,y',
  'z!replace',
  'z,c1.x!replace',
  'a.c1.x, *.x',
  '*.w!replace',
  'x, z!replace',
  '_!replace',
)
const createdSec = fc.constantFrom(0, 1, 2)

const objects = fc.oneof(
  fc.tuple(namespaceNames, labels).map((of) => namespace(...of)),
  fc
    .tuple(serviceKeys, fc.constantFrom('10.0.0.1', '10.96.0.2 fd00::2', 'None', '-> example.org', '-> 192.0.2.1', ''))
    .chain((of) =>
      fc.record({ ports, labels, ingress, externalIPs, asks, createdSec }).map((options) => service(...of, options)),
    ),
  fc
    .tuple(namespaceNames, fc.constantFrom('x', 'y', 'X_'), fc.constantFrom('s', 't', 'u'))
    .chain((names) =>
      fc
        .tuple(
          endpoints,
          fc.record({ ports, labels, legacy: fc.boolean(), sourceCluster: fc.constantFrom('', '', 'c') }),
        )
        .map((of) => slice(names.join('/'), ...of)),
    ),
  fc
    .tuple(namespaceNames, fc.constantFrom('p', 'q'), fc.subarray(['10.0.0.1', '10.0.0.2', 'fd00::1']), labels)
    .map(([inNamespace, name, podIPs, with_]) => pod(`${inNamespace}/${name}`, podIPs, with_)),
)
const changes = fc.tuple(objects, fc.boolean()).map(([object, isThere]) => (isThere ? present(object) : gone(object)))
const steps = fc.array(fc.array(changes, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 })

const selectors = fc.constantFrom(undefined, app('web'))
const stanzas = fc.array(
  fc.record<Stanza>({
    zones: fc.constantFrom(['one'], ['one', 'in-addr.arpa'], ['0.10.in-addr.arpa', 'two', 'ip6.arpa']),
    ttlSec: fc.constant(5),
    pods: fc.constantFrom('disabled', 'insecure', 'verified'),
    namespaces: fc.constantFrom([], ['a']),
    namespaceLabels: selectors,
    labels: selectors,
    endpointPodNames: fc.boolean(),
    endpoints: fc.boolean(),
    ignoreEmptyService: fc.boolean(),
    names: fc.constantFrom(
      ['{service}.{namespace}.svc'],
      ['{service}.{namespace}', '{service}.x.{namespace}.y'],
      ['{service}.{namespace}.b', '{service}.{namespace}'],
    ),
    namespaceRecords: fc.record({ txt: fc.constantFrom(undefined, 1, 100), dnssd: fc.constantFrom(undefined, 1, 100) }),
    iporder: fc.constantFrom(['internal'], ['external'], ['internal', 'external'], ['external', 'internal']),
    wildcards: fc.constantFrom('off', 'namespace', 'zone'),
    search: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
)

/** What is there after these changes, the last of each object. */
function atLast(all: readonly ObjectChange[]): ObjectChange[] {
  return [...new Map(all.map((change) => [`${change.kind} ${change.namespace}/${change.name}`, change])).values()]
}

function stampAt(step: number) {
  return { ...STAMP, nowMs: STAMP.nowMs + step * 1000 }
}

/** A base, and the deltas of the steps that followed. */
function publish(
  of: readonly Stanza[],
  sequence: readonly (readonly ObjectChange[])[],
  then?: (compiler: Compiler) => void,
) {
  const compiler = new Compiler(of)
  compiler.apply(sequence[0] ?? [])
  const contents = [compiler.compileBase(stampAt(0))]
  sequence.slice(1).forEach((step, index) => {
    compiler.apply(step)
    const delta = compiler.compileDelta(stampAt(index + 1))
    if (delta !== undefined) contents.push(delta)
  })
  then?.(compiler)
  return contents
}

/** The newest of each key, without tombstones. */
function fold(contents: readonly ImageContent[]): Pick<ImageContent, 'namespaces' | 'services' | 'pods' | 'rrsets'> {
  const newest = <Entry extends { readonly stanzas: number }>(
    layers: readonly (readonly Entry[])[],
    keyOf: (entry: Entry) => string,
  ): Entry[] => {
    const byKey = new Map<string, Entry[]>()
    for (const layer of layers) {
      for (const [key, entries] of Map.groupBy(layer, keyOf)) byKey.set(key, entries)
    }
    const keys = [...byKey.keys()].sort()
    return keys.flatMap((key) => byKey.get(key) ?? []).filter((entry) => entry.stanzas !== 0)
  }
  return {
    namespaces: newest(
      contents.map((content) => content.namespaces),
      (record) => record.name,
    ),
    services: newest(
      contents.map((content) => content.services),
      (record) => `${record.namespace}/${record.service}`,
    ),
    rrsets: newest(
      contents.map((content) => content.rrsets),
      (record) => record.owner,
    ),
    pods: newest(
      contents.map((content) => content.pods),
      (record) => `${record.namespace}/${record.address.join()}`,
    ),
  }
}

function scratch(of: readonly Stanza[], sequence: readonly (readonly ObjectChange[])[]): ImageContent {
  const compiler = new Compiler(of)
  compiler.apply(atLast(sequence.flat()))
  return compiler.compileBase(STAMP)
}

test('deltas folded over their base are the base of what is there in the end', () => {
  fc.assert(
    fc.property(stanzas, steps, (of, sequence) => {
      expect(lines(fold(publish(of, sequence)))).toEqual(lines(fold([scratch(of, sequence)])))
    }),
    { numRuns: 300 },
  )
})

test('so are their images, octet by octet', () => {
  const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()
  fc.assert(
    fc.property(stanzas, steps, (of, sequence) => {
      const contents = publish(of, sequence)
      const images = contents.map((content) => loadImage(buildImage(content, sha256), sha256))
      const merged = buildImage(mergeImages(images.toReversed()), sha256)
      const newest = contents.at(-1)
      const { namespaces, services, pods, rrsets } = scratch(of, sequence)
      expect(merged).toEqual(
        buildImage({ ...(newest as ImageContent), kind: 'base', namespaces, services, pods, rrsets }, sha256),
      )
    }),
  )
})

test('the order in which objects come does not matter', () => {
  const shuffled = fc
    .array(objects)
    .map((all) => atLast(all.map(present)))
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
  fc.assert(
    fc.property(stanzas, shuffled, (of, [all, turned]) => {
      expect(scratch(of, [turned])).toEqual(scratch(of, [all]))
    }),
  )
})

test('so do the problems with names', () => {
  fc.assert(
    fc.property(stanzas, steps, (of, sequence) => {
      publish(of, sequence, (compiler) => {
        const fresh = new Compiler(of)
        fresh.apply(atLast(sequence.flat()))
        fresh.compileBase(STAMP)
        expect(compiler.nameProblems.list()).toEqual(fresh.nameProblems.list())
      })
    }),
    { numRuns: 300 },
  )
})

test('objects that are as they were give no delta', () => {
  fc.assert(
    fc.property(stanzas, steps, (of, sequence) => {
      publish(of, sequence, (compiler) => {
        compiler.apply(atLast(sequence.flat()))
        expect(compiler.compileDelta(STAMP)).toBeUndefined()
      })
    }),
  )
})

test('a serial grows when its zone says something else', () => {
  fc.assert(
    fc.property(stanzas, steps, (of, sequence) => {
      const contents = publish(of, sequence)
      for (let at = 1; at < contents.length; at++) {
        const [before, after] = [contents[at - 1], contents[at]]
        for (const [zone, serial] of Object.entries(serials(after))) {
          const last = serials(before)[zone] ?? 0
          expect(serial).toBeGreaterThanOrEqual(last)
          const said = zoneLines(of, zone, fold(contents.slice(0, at)))
          const says = zoneLines(of, zone, fold(contents.slice(0, at + 1)))
          if (JSON.stringify(said) !== JSON.stringify(says)) expect(serial, zone).toBeGreaterThan(last)
        }
      }
    }),
  )
})

test('one record for a name in a stanza, and above each name one that exists', () => {
  let inner = 0
  fc.assert(
    fc.property(stanzas, steps, (of, sequence) => {
      const { services } = scratch(of, sequence)
      for (const stanza of of.keys()) {
        const seen = services.filter((record) => (record.stanzas >>> stanza) & 1)
        const kinds = new Map(seen.map((record) => [`${record.namespace}/${record.service}`, record.kind]))
        expect(kinds.size).toBe(seen.length)
        for (const { namespace, service, kind, aliasOf } of seen) {
          const above = service.split('.').slice(1).join('.')
          if (above !== '') expect(kinds.get(`${namespace}/${above}`) ?? 'reverse', service).not.toBe('reverse')
          if (aliasOf !== '')
            expect(['cluster', 'headless', 'external']).toContain(kinds.get(`${namespace}/${aliasOf}`))
          if (kind !== 'inner') continue
          inner += 1
          expect(seen.some((record) => record.service.endsWith(`.${service}`))).toBe(true)
        }
      }
    }),
    { numRuns: 400 },
  )
  expect(inner).toBeGreaterThan(3)
})

/** What a zone says, per stanza that has it: all that forward names hang on, or each address with its PTR targets. */
function zoneLines(
  of: readonly Stanza[],
  zone: string,
  { namespaces, services, pods, rrsets }: ReturnType<typeof fold>,
): string[][] {
  return of.map(({ zones }, index) => {
    const seen = <Entry extends { readonly stanzas: number }>(entries: readonly Entry[]) =>
      zones.includes(zone) ? entries.filter((entry) => (entry.stanzas >>> index) & 1) : []
    if (!isReverseZone(zone)) {
      const named = seen(services).filter(({ kind }) => kind !== 'reverse')
      return [
        ...seen(namespaces).map((record) => record.name),
        ...seen(rrsets).map((record) => `${record.owner} ${record.type} ${record.rdata.join(' ')}`),
        ...seen(pods).map((record) => `${record.namespace} ${formatAddress(record.address)}`),
        ...named.map((record) => ({ ...record, stanzas: 1 })).flatMap(serviceLines),
      ]
    }
    const start = zone === '0.10.in-addr.arpa' ? '10.0.' : ''
    const isIPv6 = zone === 'ip6.arpa'
    return seen(services.filter(({ aliasOf }) => aliasOf === '')).flatMap((record) => {
      const owner = `${record.service}.${record.namespace}`
      return [
        ...record.addresses.map((address) => [formatAddress(address), owner] as const),
        ...record.endpoints.map(({ address, name }) => [formatAddress(address), `${name}.${owner}`] as const),
      ]
        .filter(([address]) => address.startsWith(start) && address.includes(':') === isIPv6)
        .map((pair) => pair.join(' '))
    })
  })
}
