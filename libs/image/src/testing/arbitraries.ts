/** Test support: any content that the rules of content.ts allow, small enough that keys meet. */
import fc from 'fast-check'
import {
  type EndpointRecord,
  type ImageContent,
  type PodRecord,
  type Port,
  type RRsetRecord,
  type ServiceRecord,
  SPECIFIED,
  type StanzaRecord,
  type StanzaSet,
} from '../content.ts'
import { content } from './fixture.ts'

/** Of 3 stanzas, as `content` has them. */
const stanzaSet: fc.Arbitrary<StanzaSet> = fc.integer({ min: 0, max: 7 })

const label = fc.constantFrom('a', 'b', 'web', 'db-0', '10-0-0-1', 'tcp', 'svc')
/** What services are called: several labels where objects ask for it. */
const serviceName = fc.oneof(
  label,
  fc.constantFrom('a.web', 'x.web', 'b.a.web', 'x.y.z', '*', '*.web', '*.x', 'pod', 'ns'),
)

/** Few, so that services share some. */
export const anyAddress: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.tuple(fc.constantFrom(10, 11), fc.nat(1), fc.nat(1), fc.nat(3)).map((octets) => Uint8Array.from(octets)),
  fc.tuple(fc.nat(1), fc.nat(3)).map(([a, b]) => Uint8Array.from([0xfd, a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b])),
)

const port: fc.Arbitrary<Port> = fc.record({
  name: fc.constantFrom('', 'http', 'dns', 'a'),
  protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
  number: fc.constantFrom(0, 53, 80, 65535),
})
const portList = fc.array(port, { maxLength: 3 })

function endpoints(portSets: number): fc.Arbitrary<EndpointRecord[]> {
  const any = fc
    .record({
      address: anyAddress,
      named: fc.option(label),
      portSet: fc.nat(portSets - 1),
      zone: fc.constantFrom('', 'a', 'z.b'),
    })
    .map(({ address, named, portSet, zone }) => ({ address, name: named ?? derivedName(address), portSet, zone }))
  return fc.uniqueArray(any, { maxLength: 5, selector: ({ name, address }) => `${name}@${address.join()}` })
}

function derivedName(address: Uint8Array): string {
  return address.length === 4 ? address.join('-') : `fd${address[1]}--${address[15]}`
}

/** What a record holds besides its key and stanzas. */
const body: fc.Arbitrary<Omit<ServiceRecord, 'service' | 'namespace' | 'stanzas'>> = fc
  .record({ portSets: fc.array(portList, { minLength: 1, maxLength: 3 }), ports: portList })
  .chain(({ portSets, ports }) =>
    fc.record({
      kind: fc.constantFrom('cluster', 'headless', 'external', 'reverse', 'inner'),
      aliasOf: fc.constantFrom('', '', 'web', 'x.web'),
      addresses: fc.uniqueArray(anyAddress, { maxLength: 3, selector: (address) => address.join() }),
      externalAddresses: fc.uniqueArray(anyAddress, { maxLength: 2, selector: (address) => address.join() }),
      ports: fc.constant(ports),
      portSets: fc.constant(portSets),
      endpoints: endpoints(portSets.length),
      target: fc.constant(new Uint8Array()),
    }),
  )
  .map((record) =>
    record.kind === 'external'
      ? { ...record, ports: [], target: new TextEncoder().encode('\x07example\x03org\x00') }
      : record,
  )

/** The records of one service: one, or two for different stanzas. */
const services: fc.Arbitrary<ServiceRecord[]> = fc
  .tuple(serviceName, fc.constantFrom('a', 'b', 'svc', 'dns'), stanzaSet, stanzaSet, body, body)
  .map(([service, namespace, stanzas, others, first, second]) => {
    const records = [{ service, namespace, stanzas, ...first }]
    const rest = others & ~stanzas
    return rest === 0 ? records : [...records, { service, namespace, stanzas: rest, ...second }]
  })

const pod: fc.Arbitrary<PodRecord> = fc.record({
  namespace: fc.constantFrom('a', 'b'),
  address: anyAddress,
  stanzas: stanzaSet,
})

/** Deltas bring whole owners: all types of one, or a tombstone. */
const rrset: fc.Arbitrary<RRsetRecord> = fc
  .record({
    owner: fc.constantFrom('dns-version', 'a', 'x.a', 'b.svc', 'a.b.svc'),
    stanzas: stanzaSet,
    type: fc.constantFrom(0, 16, 13),
    ttlSec: fc.nat(),
    rdata: fc.array(fc.uint8Array({ maxLength: 5 }), { minLength: 1, maxLength: 2 }),
  })
  .map((rrset) => (rrset.type === 0 ? { ...rrset, rdata: [] } : rrset))

export function anyContent(kind: 'base' | 'delta'): fc.Arbitrary<ImageContent> {
  return fc
    .record({
      namespaces: fc.uniqueArray(
        fc.record({ name: fc.constantFrom('a', 'b', 'c', 'svc', 'dns', 'pod'), stanzas: stanzaSet }),
        {
          selector: ({ name }) => name,
        },
      ),
      services: fc
        .uniqueArray(services, {
          maxLength: 8,
          selector: (records) => `${records[0]?.namespace}/${records[0]?.service}`,
        })
        .map((records) => records.flat()),
      pods: fc.uniqueArray(pod, {
        maxLength: 5,
        selector: ({ namespace, address }) => `${namespace}/${address.join()}`,
      }),
      rrsets: fc.uniqueArray(rrset, { maxLength: 4, selector: ({ owner, type }) => `${owner} ${type}` }),
    })
    .map((parts) => content({ kind, ...parts }))
}

/** Templates of which no two are ambiguous, and the namespace of those that do without. */
const naming = fc.constantFrom<Pick<StanzaRecord, 'names' | 'namespace'>>(
  SPECIFIED,
  { names: ['{service}.{namespace}'], namespace: '' },
  { names: ['{service}.{namespace}', '{service}.{namespace}.svc'], namespace: '' },
  { names: ['{service}.{namespace}.svc', '{service}', '{service}.x.{namespace}.y'], namespace: 'a' },
  { names: ['{service}.svc'], namespace: 'b' },
  { names: ['{service}.a.{namespace}'], namespace: '' },
)

/** Newest first, the base last. */
export const anyStack: fc.Arbitrary<ImageContent[]> = fc
  .tuple(
    fc.array(anyContent('delta'), { maxLength: 4 }),
    anyContent('base'),
    fc.array(naming, { minLength: 3, maxLength: 3 }),
  )
  .map(([deltas, base, namings]) => {
    const stanzas = base.stanzas.map((stanza, index) => ({ ...stanza, ...namings[index] }))
    return [...deltas, base].map((each) => ({ ...each, stanzas }))
  })
