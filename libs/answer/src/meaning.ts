/**
 * What a question's name means, as a person asks for it: found by the same lookup that answers, and told in the terms of
 * the objects behind it. No packet waits for this.
 */
import {
  ANY_PROTOCOL,
  addressEnd,
  addressStart,
  type EndpointRecord,
  entryOrdinal,
  entryRecord,
  type Image,
  isAboveServices,
  isVisible,
  Match,
  type MatchKind,
  mayStandForMany,
  namespaceLabel,
  type Outcome,
  OWN_ADDRESS,
  QueryName,
  readByTemplate,
  readService,
  type ServiceRecord,
  type WildcardOutcome,
  WildcardSearch,
  type ZoneView,
} from '@zonecast/image'
import { type Answerer, find } from './answerer.ts'
import { type Block, WILDCARD_RECORDS } from './block.ts'
import { hasData } from './records/wildcard-data.ts'
import type { Zone, ZoneData } from './routes.ts'

/** A name below a zone as one template of the stanza reads it. */
export interface TemplateReading {
  readonly template: string
  /** Undefined: the name is too short to say it. */
  readonly namespace: string | undefined
  /** The labels of the service and of what lies below it, from the left; none: the name is that of a namespace, or above one. */
  readonly before: readonly string[]
}

/** Who has an address: a service itself, or one of its endpoints. */
export interface Holder {
  readonly service: ServiceRecord
  readonly endpoint: EndpointRecord | undefined
}

/** A question with wildcards, or a search. */
export interface WildcardMeaning {
  /** off: it is one, but there are no wildcards in the zone; the name is one like others. */
  readonly outcome: WildcardOutcome | 'off'
  /** Those that have data of the type. */
  readonly services: readonly ServiceRecord[]
  /** There may be more. */
  readonly isLimited: boolean
}

export interface NameMeaning {
  /** The server block that takes the name; undefined: none does. */
  readonly block: Block | undefined
  /** Of its `kubernetes` stanza; undefined: it has none that holds the name. */
  readonly zone: Zone | undefined
  /** nobody: no block, or no zone of it, has the name. no-image: the zone is there, its objects are not. */
  readonly outcome: Outcome | 'nobody' | 'no-image'
  /** When the name was found. */
  readonly kind: MatchKind
  /** Labels before those of the zone, from the left, in lower case. */
  readonly labels: readonly string[]
  readonly readings: readonly TemplateReading[]
  /** Of kinds service and endpoints, and of a CNAME. */
  readonly service: ServiceRecord | undefined
  /** Of kind endpoints. */
  readonly endpoints: readonly EndpointRecord[]
  /** The name is that of a port; so its endpoints are those that have it. */
  readonly isPort: boolean
  /** Of kinds pod and address. */
  readonly address: Uint8Array | undefined
  /** Undefined unless the name is one that may stand for many, and has nothing of its own. */
  readonly wildcard: WildcardMeaning | undefined
  /** Of kind address; those of services go before those of endpoints, which then are not answered. */
  readonly holders: readonly Holder[]
}

const NOTHING: Omit<NameMeaning, 'block' | 'zone' | 'outcome'> = {
  kind: 'inner',
  labels: [],
  readings: [],
  service: undefined,
  endpoints: [],
  isPort: false,
  address: undefined,
  wildcard: undefined,
  holders: [],
}

/** @param qname wire form @param type asked for */
export function meaningOf(answerer: Answerer, qname: Uint8Array, type: number): NameMeaning {
  const name = new QueryName()
  name.read(new DataView(qname.buffer, qname.byteOffset, qname.length), 0, qname.length)
  const route = answerer.routes.find(name)
  const { block, zone } = route ?? { block: undefined, zone: undefined }
  if (zone === undefined) return { ...NOTHING, block, zone, outcome: 'nobody' }
  const labels = labelsOf(name, name.labels - zone.labels)
  const { data } = zone
  if (data === undefined) return { ...NOTHING, block, zone, labels, outcome: 'no-image' }
  const match = new Match()
  const images = answerer.images(zone.plugin.feed)
  const outcome = find(images, zone, data, name, type, match)
  const readings = zone.isReverse ? [] : readingsOf(data, name, labels)
  const isEmpty = outcome === 'found' && match.kind === 'inner'
  const wildcard =
    outcome === 'nxdomain' || isEmpty ? wildcardOf(answerer, zone, data, name, labels.length, type, isEmpty) : undefined
  const nothing = { ...NOTHING, block, zone, labels, readings, outcome, wildcard }
  if (outcome === 'nxdomain') return nothing
  if (outcome === 'follow') return { ...nothing, service: readService(match.image as Image, match.at) }
  return { ...nothing, ...detailsOf(answerer, zone, data, match) }
}

function detailsOf(answerer: Answerer, zone: Zone, data: ZoneData, match: Match): Partial<NameMeaning> {
  const { kind } = match
  if (kind === 'service' || kind === 'endpoints') {
    const service = readService(match.image as Image, match.at)
    const endpoints = kind === 'endpoints' ? service.endpoints.slice(match.first, match.end) : []
    return { kind, service, endpoints, isPort: match.protocol !== ANY_PROTOCOL }
  }
  if (kind !== 'pod' && kind !== 'address') return { kind }
  const address = new Uint8Array(match.address.buffer.slice(0, match.isIPv6 ? 16 : 4))
  return { kind, address, holders: kind === 'address' ? holdersOf(answerer, zone, data, match) : [] }
}

/** As `Answerer` decides it, for a client that may ask. */
function wildcardOf(
  answerer: Answerer,
  zone: Zone,
  data: ZoneData,
  name: QueryName,
  labels: number,
  type: number,
  isEmpty: boolean,
): WildcardMeaning | undefined {
  if (zone.isReverse || !mayStandForMany(data, name, labels, data.wildcards?.search ?? false)) return undefined
  const none = { services: [], isLimited: false }
  if (data.wildcards === undefined) return isEmpty ? undefined : { outcome: 'off', ...none }
  const { scope, search, limit } = data.wildcards
  const images = answerer.images(zone.plugin.feed)
  if (isEmpty && !(search && isAboveServices(images, data, name, labels))) return undefined
  const found = new WildcardSearch(WILDCARD_RECORDS, hasData)
  const outcome = found.find(images, data, name, labels, type, scope, search, limit, 0)
  const match = new Match()
  const services = Array.from({ length: found.count }, (_, at) => {
    found.settle(match, at)
    return readService(match.image as Image, match.at)
  })
  return { outcome, services, isLimited: found.isLimited }
}

function holdersOf(answerer: Answerer, { plugin }: Zone, { index }: ZoneData, match: Match): Holder[] {
  const images = answerer.images(plugin.feed)
  const { isIPv6, address } = match
  const holders: Holder[] = []
  for (const [layer, image] of images.entries()) {
    const end = addressEnd(image, isIPv6, address)
    for (let entry = addressStart(image, isIPv6, address); entry < end; entry++) {
      if (!isVisible(images, layer, index, isIPv6, entry)) continue
      const service = readService(image, entryRecord(image, isIPv6, entry))
      const ordinal = entryOrdinal(image, isIPv6, entry)
      holders.push({ service, endpoint: ordinal === OWN_ADDRESS ? undefined : service.endpoints[ordinal] })
    }
  }
  const own = holders.filter(({ endpoint }) => endpoint === undefined)
  return own.length > 0 ? own : holders
}

function readingsOf({ stanza, templates }: ZoneView, name: QueryName, labels: readonly string[]): TemplateReading[] {
  return templates.flatMap((template, index) => {
    const before = readByTemplate(template, name, labels.length)
    if (before < 0) return []
    const at = namespaceLabel(template, labels.length, before)
    const namespace = at < 0 ? (template.namespaceAt < 0 ? stanza.namespace : undefined) : labels[at]
    return [{ template: stanza.names[index] ?? '', namespace, before: labels.slice(0, before) }]
  })
}

function labelsOf(name: QueryName, labels: number): string[] {
  return Array.from({ length: labels }, (_, label) => {
    const start = name.start(label) + 1
    return String.fromCharCode(...name.octets.subarray(start, start + name.length(label)))
  })
}
