/**
 * Answers to questions with wildcards: the records of all services that were found, each once, the name as it was asked as
 * their owner. SRV records lead to the services' and endpoints' own names.
 */
import { TYPE } from '@zonecast/dns'
import {
  ANY_PROTOCOL,
  CLUSTER,
  countPorts,
  ENDPOINT,
  endpointAddress,
  endpointCount,
  endpointsAt,
  externalAt,
  type Image,
  isIPv6,
  kindOf,
  type Match,
  ownPorts,
  portSet,
  type QueryName,
  RECORD,
  type WildcardSearch,
} from '@zonecast/image'
import { POINTER_LIMIT, QNAME_POINTER, type ResponseWriter } from '../response-writer.ts'
import type { ZoneData } from '../routes.ts'
import { hasExternal, writeAddress, writeServiceAddresses } from './addresses.ts'
import { RecordSet } from './record-set.ts'
import {
  BEFORE_TARGET,
  countOwnPairs,
  countPairs,
  FAMILIES,
  sameNameEnd,
  weightOf,
  writeEndpointAddresses,
  writePorts,
} from './srv.ts'

const records = new RecordSet()

/** Targets whose addresses are given along: offset of the name in the response, service found, endpoints of it. */
const TARGETS = 2048
let targets = 0
const targetAt = new Uint16Array(TARGETS)
const targetService = new Uint16Array(TARGETS)
const targetFirst = new Uint32Array(TARGETS)
const targetEnd = new Uint32Array(TARGETS)
/** The target is the service itself. */
const SERVICE = 0xffffffff

/**
 * A, AAAA or SRV records.
 * @param found its `isLimited` is set when records are left out for the limit
 * @param limit of records
 * @returns false when some did not fit.
 */
export function writeWildcards(
  writer: ResponseWriter,
  found: WildcardSearch,
  match: Match,
  name: QueryName,
  type: number,
  data: ZoneData,
  limit: number,
): boolean {
  records.begin(writer, limit)
  const whole =
    type === TYPE.SRV
      ? writeSrv(writer, found, match, name, data)
      : writeAddresses(writer, found, match, name, type, data)
  if (records.isOver) found.isLimited = true
  return whole
}

/** Addresses of one kind stand together, those of all services, as they do in the answer for one service. */
function writeAddresses(
  writer: ResponseWriter,
  found: WildcardSearch,
  match: Match,
  name: QueryName,
  type: number,
  { stanza }: ZoneData,
): boolean {
  for (let kind = 0; kind < 2; kind++) {
    const isExternal = stanza.externalFirst === (kind === 0)
    if (isExternal && !found.hasExternal) continue
    for (let service = 0; service < found.count && !records.isOver; service++) {
      found.settle(match, service)
      const whole = isExternal
        ? writeExternal(writer, match, name, type, stanza.ttlSec)
        : writeInternal(writer, match, name, type, stanza.ttlSec)
      if (!whole) return false
    }
  }
  return true
}

function writeExternal(writer: ResponseWriter, match: Match, name: QueryName, type: number, ttlSec: number): boolean {
  const image = match.image as Image
  const { view } = image
  if (!hasExternal(image, match, name)) return true
  const count4 = view.getUint8(match.at + RECORD.external4)
  const is6 = type === TYPE.AAAA
  const start = externalAt(view, match.at) + (is6 ? count4 * 4 : 0)
  return writeRun(writer, view, start, is6 ? view.getUint8(match.at + RECORD.external6) : count4, type, ttlSec)
}

/** ClusterIPs, or endpoints. */
function writeInternal(writer: ResponseWriter, match: Match, name: QueryName, type: number, ttlSec: number): boolean {
  const image = match.image as Image
  const { view } = image
  const is6 = type === TYPE.AAAA
  const isService = match.kind === 'service'
  if (isService && kindOf(view, match.at) === CLUSTER) {
    const count4 = view.getUint8(match.at + RECORD.addresses4)
    const start = match.at + RECORD.octets + (is6 ? count4 * 4 : 0)
    return writeRun(writer, view, start, is6 ? view.getUint8(match.at + RECORD.addresses6) : count4, type, ttlSec)
  }
  const endpoints = endpointsAt(view, match.at)
  const end = isService ? endpointCount(view, match.at) : match.end
  for (let ordinal = isService ? 0 : match.first; ordinal < end && match.steps > 0; ordinal++) {
    match.steps -= 1
    const endpoint = endpoints + ordinal * ENDPOINT.octets
    if (isIPv6(view, endpoint) !== is6) continue
    if (isOfPort(match)) {
      const list = portSet(image, match.at, view.getUint16(endpoint + ENDPOINT.portSet, true))
      match.steps -= view.getUint32(list, true)
      if (countPorts(image, list, name, match.portLabel, match.protocol) === 0) continue
    }
    if (!writeRun(writer, view, endpointAddress(image, endpoint), 1, type, ttlSec)) return false
    if (records.isOver) return true
  }
  return true
}

/** True when only those that have some port count. */
function isOfPort({ portLabel, protocol }: Match): boolean {
  return portLabel >= 0 || protocol !== ANY_PROTOCOL
}

/** Addresses that lie one behind the other. */
function writeRun(
  writer: ResponseWriter,
  view: DataView,
  start: number,
  count: number,
  type: number,
  ttlSec: number,
): boolean {
  const octets = type === TYPE.AAAA ? 16 : 4
  for (let at = start; at < start + count * octets && !records.isOver; at += octets) {
    const mark = writer.at
    if (!writeAddress(writer, view, at, octets, QNAME_POINTER, type, ttlSec)) return false
    writer.answers += records.take(mark)
  }
  return true
}

function writeSrv(
  writer: ResponseWriter,
  found: WildcardSearch,
  match: Match,
  name: QueryName,
  data: ZoneData,
): boolean {
  const { externalFirst } = data.stanza
  const weight = weightOf(Math.max(1, countAllPairs(found, match, name)))
  targets = 0
  for (let service = 0; service < found.count && !records.isOver; service++) {
    found.settle(match, service)
    const isWhole =
      (!externalFirst || writeServiceTarget(writer, service, match, name, data, weight)) &&
      writeEndpointTargets(writer, service, match, name, data, weight) &&
      (externalFirst || writeServiceTarget(writer, service, match, name, data, weight))
    if (!isWhole) return false
  }
  for (let target = 0; target < targets; target++) {
    found.settle(match, targetService[target] as number)
    if (!writeTarget(writer, match, name, target, data)) break
  }
  return true
}

/** Pairs of address and port of all services. */
function countAllPairs(found: WildcardSearch, match: Match, name: QueryName): number {
  let pairs = 0
  for (let service = 0; service < found.count; service++) {
    found.settle(match, service)
    if (match.kind === 'service') pairs += countOwnPairs(match, name)
    if (hasEndpointTargets(match)) pairs += countPairs(match, name, match.first, match.end)
  }
  return pairs
}

function hasEndpointTargets({ kind, image, at }: Match): boolean {
  return kind !== 'service' || kindOf((image as Image).view, at) !== CLUSTER
}

function writeServiceTarget(
  writer: ResponseWriter,
  service: number,
  match: Match,
  name: QueryName,
  { stanza, naming }: ZoneData,
  weight: number,
): boolean {
  if (match.kind !== 'service' || countOwnPairs(match, name) === 0) return true
  const image = match.image as Image
  const mark = writer.at
  const before = writer.answers
  const list = ownPorts(image, match.at)
  const isWhole = writePorts(writer, image, match, name, list, weight, stanza.ttlSec, -1, naming, 0)
  keep(writer, mark, before, service, SERVICE, 0)
  return isWhole
}

function writeEndpointTargets(
  writer: ResponseWriter,
  service: number,
  match: Match,
  name: QueryName,
  { stanza, naming }: ZoneData,
  weight: number,
): boolean {
  if (!hasEndpointTargets(match)) return true
  const image = match.image as Image
  const { view } = image
  const endpoints = endpointsAt(view, match.at)
  const isService = match.kind === 'service'
  const end = isService ? endpointCount(view, match.at) : match.end
  for (let at = isService ? 0 : match.first; at < end && match.steps > 0 && !records.isOver; ) {
    const groupEnd = sameNameEnd(image, endpoints, at, end)
    const mark = writer.at
    const before = writer.answers
    let isWhole = true
    let known = 0
    for (let ordinal = at; ordinal < groupEnd && isWhole && match.steps > 0; ordinal++) {
      const endpoint = endpoints + ordinal * ENDPOINT.octets
      const list = portSet(image, match.at, view.getUint16(endpoint + ENDPOINT.portSet, true))
      const fresh = writer.answers
      match.steps -= 1
      isWhole = writePorts(writer, image, match, name, list, weight, stanza.ttlSec, endpoint, naming, known)
      known += writer.answers - fresh
    }
    keep(writer, mark, before, service, at, groupEnd)
    if (!isWhole) return false
    at = groupEnd
  }
  return true
}

/** Takes in the records of one target that were written from `mark` on. @param before how many answers there were then */
function keep(writer: ResponseWriter, mark: number, before: number, service: number, first: number, end: number): void {
  const kept = records.take(mark)
  writer.answers = before + kept
  const at = mark + BEFORE_TARGET
  if (kept === 0 || targets >= TARGETS || at >= POINTER_LIMIT) return
  targetAt[targets] = at
  targetService[targets] = service
  targetFirst[targets] = first
  targetEnd[targets] = end
  targets += 1
}

/** All addresses of one target into the additional section, of a service those of one family. @returns false when they did not fit. */
function writeTarget(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  target: number,
  { stanza }: ZoneData,
): boolean {
  const { ttlSec, externalFirst } = stanza
  const owner = 0xc000 | (targetAt[target] as number)
  const first = targetFirst[target] as number
  const end = targetEnd[target] as number
  if (first !== SERVICE) return writeEndpointAddresses(writer, match, name, owner, first, end, ttlSec)
  for (const type of FAMILIES) {
    const mark = writer.at
    if (!writeServiceAddresses(writer, match, name, owner, type, ttlSec, externalFirst, 0)) {
      writer.at = mark
      return false
    }
    writer.additionals += (writer.at - mark) / (type === TYPE.AAAA ? 28 : 16)
  }
  return true
}
