/**
 * Records of namespaces themselves, where a stanza wants them: a TXT record with the names of the services, and PTR records
 * with the types of their ports, as RFC 6763 section 9 has them. Everything of a namespace is worked out anew when something
 * of it changes; what was published is kept as a digest.
 */
import { NAME_OCTETS_MAX, nameFromText, TYPE } from '@zonecast/dns'
import { isReverseZone, NAMESPACE_SYMBOL, type Port, type RRsetRecord, type ServiceRecord } from '@zonecast/image'
import type { NamespaceEntry } from '../cluster/entries.ts'
import { compareText } from '../order.ts'
import type { Stanza, Stanzas } from '../stanza.ts'
import { NO_ZONES, type ZoneSet, type Zones } from '../zones.ts'
import { compileName } from './compile-name.ts'
import { digestRRset } from './digest.ts'

/** Where whoever browses begins, and what is above it. */
const META_QUERY = '_services._dns-sd._udp'
const ABOVE_META_QUERY = ['_dns-sd._udp', '_udp']

/** What a message of 65,535 octets has for records, and what stands before the data of one. */
const RECORDS_OCTETS = 65_000
const BEFORE_RDATA = 12

/** By owner and stanza. */
type Digests = ReadonlyMap<string, ReadonlyMap<number, number>>

const NO_DIGESTS: Digests = new Map()

/** The one fixed name that a namespace's own may be and that has records; see `DNS_VERSION` of the compiler. */
export const FIXED_OWNER = 'dns-version'

/** The labels of a namespace's own name by the first template: `NS.svc`. */
export function namespaceNode(names: readonly string[], namespace: string): string {
  const labels = (names[0] ?? '').split('.')
  return labels.slice(labels.indexOf(NAMESPACE_SYMBOL)).join('.').replace(NAMESPACE_SYMBOL, namespace)
}

export interface NamespaceDifference {
  /** All records of each owner of which one differs; tombstones for those that are gone. */
  readonly rrsets: readonly RRsetRecord[]
  readonly zones: ZoneSet
}

export class NamespaceRecords {
  readonly #stanzas: Stanzas
  readonly #zones: Zones
  /** By namespace. */
  readonly #published = new Map<string, Digests>()
  /** Whether any stanza wants them. */
  readonly areWanted: boolean

  constructor(stanzas: Stanzas, zones: Zones) {
    this.#stanzas = stanzas
    this.#zones = zones
    this.areWanted = stanzas.list.some(
      ({ namespaceRecords: { txt, dnssd } }) => txt !== undefined || dnssd !== undefined,
    )
  }

  /** What is there now. Fixed names keep their own records. */
  of(namespace: NamespaceEntry): RRsetRecord[] {
    const wanted = this.wanted(namespace)
    return wanted.filter(({ owner }) => owner !== FIXED_OWNER)
  }

  /** What would be there if no fixed name were in the way. */
  wanted(namespace: NamespaceEntry): RRsetRecord[] {
    if (!this.areWanted || namespace.exposed === 0) return []
    const { list, shapes } = this.#stanzas
    const entries = [...namespace.services.values()].sort((a, b) => compareText(a.name, b.name))
    // An alias is a name of a service that has its own among these.
    const all = entries.flatMap((entry) => compileName(entry, shapes)).filter(isNamed)
    return list.flatMap((stanza, index) => {
      if (((namespace.exposed >>> index) & 1) === 0) return []
      const services = all.filter((record) => (record.stanzas >>> index) & 1)
      const records = stanzaRecords(stanza, namespace.name, services)
      return records.map((record) => ({ ...record, stanzas: (1 << index) >>> 0, ttlSec: stanza.ttlSec }))
    })
  }

  /** What differs in these namespaces from what was taken last; what is now counts as published. */
  take(namespaces: Iterable<NamespaceEntry>): NamespaceDifference {
    if (!this.areWanted) return { rrsets: [], zones: NO_ZONES }
    const rrsets: RRsetRecord[] = []
    let zones = NO_ZONES
    for (const namespace of [...namespaces].sort((a, b) => compareText(a.name, b.name))) {
      const records = this.of(namespace)
      const before = this.#published.get(namespace.name) ?? NO_DIGESTS
      const after = digestsOf(records)
      if (after.size === 0) this.#published.delete(namespace.name)
      else this.#published.set(namespace.name, after)
      for (const owner of [...new Set([...before.keys(), ...after.keys()])].sort(compareText)) {
        const changed = changedStanzas(before.get(owner), after.get(owner))
        if (changed === 0) continue
        zones |= this.#zones.forward(changed)
        if (after.has(owner)) rrsets.push(...records.filter((record) => record.owner === owner))
        else rrsets.push({ owner, stanzas: 0, type: 0, ttlSec: 0, rdata: [] })
      }
    }
    return { rrsets, zones }
  }
}

function isNamed({ kind, aliasOf }: ServiceRecord): boolean {
  return aliasOf === '' && kind !== 'reverse' && kind !== 'inner'
}

type Draft = Pick<RRsetRecord, 'owner' | 'type' | 'rdata'>

/** @param services sorted by name */
function stanzaRecords(
  { names, zones, namespaceRecords: { txt, dnssd } }: Stanza,
  namespace: string,
  services: readonly ServiceRecord[],
): Draft[] {
  const node = namespaceNode(names, namespace)
  const forward = zones.filter((zone) => !isReverseZone(zone))
  const fits = (owner: string) => forward.some((zone) => owner.length + zone.length + 3 <= NAME_OCTETS_MAX)
  const drafts: Draft[] = []
  if (txt !== undefined && services.length > 0 && fits(node)) {
    const strings = services.slice(0, txt).map(({ service }) => characterString(service))
    drafts.push({ owner: node, type: TYPE.TXT, rdata: [Uint8Array.from(strings.flatMap((string) => [...string]))] })
  }
  const types = dnssd === undefined ? [] : portTypes(services)
  const targets = types
    .map((type) => `${type}.${node}.${forward[0] ?? ''}`.replace(/\.$/, ''))
    .filter((target) => target.length + 2 <= NAME_OCTETS_MAX)
    .slice(0, dnssd)
  if (targets.length === 0 || !fits(`${META_QUERY}.${node}`)) return drafts
  drafts.push({
    owner: `${META_QUERY}.${node}`,
    type: TYPE.PTR,
    rdata: fitting(targets.map((target) => nameFromText(`${target}.`))),
  })
  for (const above of ABOVE_META_QUERY) drafts.push({ owner: `${above}.${node}`, type: 0, rdata: [] })
  return drafts
}

/** As many of the names as one message holds; they are not compressed there. */
function fitting(names: readonly Uint8Array[]): Uint8Array[] {
  let octets = 0
  return names.filter(({ length }) => {
    octets += BEFORE_RDATA + length
    return octets <= RECORDS_OCTETS
  })
}

/** `_http._tcp` for each name and protocol of a port, sorted. */
function portTypes(services: readonly ServiceRecord[]): string[] {
  const types = new Set<string>()
  const add = (ports: readonly Port[]) => {
    for (const { name, protocol } of ports) if (name !== '') types.add(`_${name}._${protocol}`)
  }
  for (const { kind, ports, portSets } of services) {
    add(ports)
    if (kind === 'headless') for (const list of portSets) add(list)
  }
  return [...types].sort(compareText)
}

/** @param text ASCII, at most 255 characters */
function characterString(text: string): Uint8Array {
  return Uint8Array.from([text.length, ...new TextEncoder().encode(text)])
}

function digestsOf(records: readonly RRsetRecord[]): Digests {
  const digests = new Map<string, Map<number, number>>()
  for (const record of records) {
    const ofOwner = digests.get(record.owner) ?? new Map<number, number>()
    digests.set(record.owner, ofOwner.set(record.stanzas, digestRRset(record)))
  }
  return digests
}

function changedStanzas(
  before: ReadonlyMap<number, number> | undefined,
  after: ReadonlyMap<number, number> | undefined,
) {
  let changed = 0
  for (const stanzas of new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])) {
    if (before?.get(stanzas) !== after?.get(stanzas)) changed |= stanzas
  }
  return changed
}
