/** A service's parts to its records: one for all stanzas that see it alike. */
import type { Port, ServiceKind, ServiceRecord, StanzaSet } from '@zonecast/image'
import type { ServiceEntry } from '../cluster/entries.ts'
import { type EndpointList, joinEndpointLists, NO_ENDPOINTS } from '../objects/endpoint-list.ts'
import { NO_EXTERNAL, type ServicePart, type SlicePart } from '../objects/parts.ts'
import { compareOctets } from '../order.ts'
import type { Shape } from '../stanza.ts'
import { digestService } from './digest.ts'

const NO_ADDRESSES: readonly Uint8Array[] = []
const NO_PORTS: readonly Port[] = []
const NO_TARGET: Uint8Array = new Uint8Array(0)

/** What an object and its slices say, whoever has its name. None when no stanza sees anything of it. In the order of their stanzas, lowest first. */
export function compileService(entry: ServiceEntry, shapes: readonly Shape[]): readonly ServiceRecord[] {
  const { service, namespace } = entry
  const slices = countingSlices(entry.slices)
  const records: ServiceRecord[] = []
  for (const shape of shapes) {
    let left = shape.stanzas & namespace.exposed
    while (left !== 0) {
      const stanzas = seeingAlike(left, service, slices)
      left &= ~stanzas
      const bit = stanzas & -stanzas
      const seen = service !== undefined && (service.selected & bit) !== 0 ? service : undefined
      const list = shape.endpoints ? endpointsFor(slices, bit, shape) : NO_ENDPOINTS
      const record = compileView(entry, stanzas, seen, list, shape)
      if (record !== undefined) records.push(record)
    }
  }
  return records.length > 1 ? mergeAlike(records) : records
}

/** Says that there is no such service. */
export function tombstone(entry: ServiceEntry): ServiceRecord {
  return recordOf(entry, 0, 'reverse', NO_ENDPOINTS)
}

/** Says that the name exists without data. */
export function innerRecord(entry: ServiceEntry, stanzas: StanzaSet): ServiceRecord {
  return recordOf(entry, stanzas, 'inner', NO_ENDPOINTS)
}

/** Slices made of legacy Endpoints count only where there are no others. */
function countingSlices(slices: readonly SlicePart[]): readonly SlicePart[] {
  if (slices.length < 2 || !slices.some((slice) => slice.legacy)) return slices
  const own = slices.filter((slice) => !slice.legacy)
  return own.length === 0 ? slices : own
}

/** Those of `stanzas` whose selectors take just the objects that the selector of the lowest of them takes. */
function seeingAlike(stanzas: StanzaSet, service: ServicePart | undefined, slices: readonly SlicePart[]): StanzaSet {
  const bit = stanzas & -stanzas
  let alike = stanzas
  if (service !== undefined) alike &= (service.selected & bit) !== 0 ? service.selected : ~service.selected
  for (const { selected } of slices) alike &= (selected & bit) !== 0 ? selected : ~selected
  return alike
}

function endpointsFor(slices: readonly SlicePart[], bit: StanzaSet, { endpointPodNames }: Shape): EndpointList {
  const seen = slices.filter((slice) => (slice.selected & bit) !== 0)
  return joinEndpointLists(seen.map((slice) => (endpointPodNames ? slice.podNamed : slice.plain)))
}

/**
 * What some stanzas see of a service; undefined when that is nothing.
 * @param service undefined when there is no Service, or they do not select it: then its slices have PTR records alone.
 */
function compileView(
  entry: ServiceEntry,
  stanzas: StanzaSet,
  service: ServicePart | undefined,
  list: EndpointList,
  shape: Shape,
): ServiceRecord | undefined {
  switch (service?.kind) {
    case 'cluster':
    case 'headless':
      return compileAddresses(entry, stanzas, service, list, shape)
    case 'external':
      if (service.target.length > 0) {
        return recordOf(entry, stanzas, 'external', list, NO_ADDRESSES, NO_ADDRESSES, NO_PORTS, service.target)
      }
      break
    case undefined:
      break
  }
  return list.endpoints.length === 0 ? undefined : recordOf(entry, stanzas, 'reverse', list)
}

/** A service with those of its addresses that the shape publishes. */
function compileAddresses(
  entry: ServiceEntry,
  stanzas: StanzaSet,
  service: ServicePart,
  list: EndpointList,
  { internal, external, ignoreEmptyService }: Shape,
): ServiceRecord | undefined {
  const outer = external ? service.external : NO_EXTERNAL
  const externals = outer.addresses
  const addresses = internal ? without(service.addresses, externals) : NO_ADDRESSES
  const isEmpty = list.endpoints.length === 0
  if (isEmpty && ignoreEmptyService) {
    // CoreDNS hides the names alone: the PTR of the ClusterIP stays.
    if (addresses.length + externals.length === 0) return undefined
    return recordOf(entry, stanzas, 'reverse', list, addresses, externals)
  }
  const isHeadless = service.kind === 'headless' && internal
  const isPublished = addresses.length + externals.length > 0 || (isHeadless && !isEmpty)
  if (!isPublished && outer.target.length > 0) {
    return recordOf(entry, stanzas, 'external', list, NO_ADDRESSES, NO_ADDRESSES, NO_PORTS, outer.target)
  }
  // Without its endpoints a headless service is like any other: its own addresses are those from outside.
  if (!isHeadless) return recordOf(entry, stanzas, 'cluster', list, addresses, externals, service.ports)
  if (!isPublished) return undefined
  return recordOf(
    entry,
    stanzas,
    'headless',
    list,
    NO_ADDRESSES,
    externals,
    externals.length > 0 ? service.ports : NO_PORTS,
  )
}

/** An address that is published as an external one too counts as that. */
function without(addresses: readonly Uint8Array[], others: readonly Uint8Array[]): readonly Uint8Array[] {
  if (others.length === 0) return addresses
  const left = addresses.filter((address) => !others.some((other) => compareOctets(address, other) === 0))
  return left.length === addresses.length ? addresses : left
}

function recordOf(
  { name, namespace }: ServiceEntry,
  stanzas: StanzaSet,
  kind: ServiceKind,
  { portSets, endpoints }: EndpointList,
  addresses = NO_ADDRESSES,
  externalAddresses = NO_ADDRESSES,
  ports = NO_PORTS,
  target = NO_TARGET,
): ServiceRecord {
  return {
    service: name,
    namespace: namespace.name,
    stanzas: stanzas >>> 0,
    kind,
    aliasOf: '',
    addresses,
    externalAddresses,
    ports,
    portSets,
    endpoints,
    target,
  }
}

/** One record for all stanzas that see the same. */
export function mergeAlike(records: readonly ServiceRecord[]): readonly ServiceRecord[] {
  const alike = new Map<number, ServiceRecord>()
  for (const record of records) {
    const digest = digestService(record)
    const stanzas = record.stanzas | (alike.get(digest)?.stanzas ?? 0)
    alike.set(digest, { ...record, stanzas: stanzas >>> 0 })
  }
  return [...alike.values()].sort((a, b) => lowest(a.stanzas) - lowest(b.stanzas))
}

function lowest(stanzas: StanzaSet): number {
  return (stanzas & -stanzas) >>> 0
}
