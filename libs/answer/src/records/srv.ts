/** SRV records (RFC 2782) of services and endpoints, with the addresses of their targets in the additional section. */
import { TYPE } from '@zonecast/dns'
import {
  ANY_PROTOCOL,
  CLUSTER,
  countPorts,
  ENDPOINT,
  endpointAddress,
  endpointName,
  endpointsAt,
  type Image,
  isIPv6,
  kindOf,
  type Match,
  ownPorts,
  portMatches,
  portSet,
  portSetsAt,
  type QueryName,
  RECORD,
} from '@zonecast/image'
import { POINTER_LIMIT, QNAME_POINTER, type ResponseWriter } from '../response-writer.ts'
import { writeAddress, writeServiceAddresses } from './addresses.ts'
import { writeEndpointName, writeServiceName } from './names.ts'
import type { Naming } from './naming.ts'

/** Type, class, TTL, length, priority, weight, port after the owner's pointer: what stands before the target. */
export const BEFORE_TARGET = 18
/** Targets whose addresses are given along; those beyond are asked for by whoever needs them. */
const TARGETS = 2048
/** Ports of one target that are told apart; and a bound on what a hostile image may make us compare. */
const PORTS = 256

/** In `targetFirst`: the target is the service, not an endpoint. */
const SERVICE = 0xffffffff

const targetAt = new Uint16Array(TARGETS)
const targetFirst = new Uint32Array(TARGETS)
const targetEnd = new Uint32Array(TARGETS)
const ports = new Uint16Array(PORTS)

/**
 * @param externalFirst whether addresses from outside go before those of the cluster
 * @returns false when some SRV record did not fit. Additional records are left out silently.
 */
export function writeSrv(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  naming: Naming,
  ttlSec: number,
  externalFirst: boolean,
): boolean {
  const { view } = match.image as Image
  const all = match.kind === 'service'
  const first = all ? 0 : match.first
  const end = all ? view.getUint32(match.at + RECORD.endpoints, true) : match.end
  const ownPairs = all ? countOwnPairs(match, name) : 0
  const endpointPairs = all && kindOf(view, match.at) === CLUSTER ? 0 : countPairs(match, name, first, end)
  if (ownPairs + endpointPairs === 0) return true
  const weight = weightOf(ownPairs + endpointPairs)
  let targets = 0
  if (ownPairs > 0 && externalFirst) targets = writeServiceTarget(writer, match, name, naming, ttlSec, weight, targets)
  if (endpointPairs > 0 && targets >= 0) {
    targets = writeEndpointTargets(writer, match, name, naming, ttlSec, weight, first, end, targets)
  }
  if (ownPairs > 0 && !externalFirst && targets >= 0) {
    targets = writeServiceTarget(writer, match, name, naming, ttlSec, weight, targets)
  }
  for (let target = 0; target < targets; target++) {
    const owner = 0xc000 | (targetAt[target] as number)
    const at = targetFirst[target] as number
    const fits =
      at === SERVICE
        ? writeOwnAddresses(writer, match, name, owner, ttlSec, externalFirst)
        : writeEndpointAddresses(writer, match, name, owner, at, targetEnd[target] as number, ttlSec)
    if (!fits) break
  }
  return targets >= 0
}

/** floor(100 / pairs), at least 1: pairs of address and port before duplicates are removed. */
export function weightOf(pairs: number): number {
  return Math.max(1, Math.floor(100 / pairs))
}

/**
 * The service itself as target: of its ClusterIPs, or of what leads in from outside to a headless one.
 * @returns how many targets there are now; -1: some record did not fit.
 */
function writeServiceTarget(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  naming: Naming,
  ttlSec: number,
  weight: number,
  targets: number,
): number {
  const image = match.image as Image
  const target = writer.at + BEFORE_TARGET
  const before = writer.answers
  const list = ownPorts(image, match.at)
  if (!writePorts(writer, image, match, name, list, weight, ttlSec, -1, naming, 0)) return -1
  return writer.answers > before ? withTarget(targets, target, SERVICE, 0) : targets
}

/** @returns as `writeServiceTarget` */
function writeEndpointTargets(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  naming: Naming,
  ttlSec: number,
  weight: number,
  first: number,
  end: number,
  known: number,
): number {
  const image = match.image as Image
  const { view } = image
  const endpoints = endpointsAt(view, match.at)
  let targets = known
  for (let at = first; at < end && match.steps > 0; ) {
    const groupEnd = sameNameEnd(image, endpoints, at, end)
    const target = writer.at + BEFORE_TARGET
    const before = writer.answers
    let numbers = 0
    for (let ordinal = at; ordinal < groupEnd && match.steps > 0; ordinal++) {
      const endpoint = endpoints + ordinal * ENDPOINT.octets
      const list = portSet(image, match.at, view.getUint16(endpoint + ENDPOINT.portSet, true))
      const fresh = writer.answers
      if (!writePorts(writer, image, match, name, list, weight, ttlSec, endpoint, naming, numbers)) return -1
      numbers += writer.answers - fresh
    }
    if (writer.answers > before) targets = withTarget(targets, target, at, groupEnd)
    at = groupEnd
  }
  return targets
}

/** @param at where its name stands @returns how many targets there are then */
function withTarget(targets: number, at: number, first: number, end: number): number {
  if (targets >= TARGETS || at >= POINTER_LIMIT) return targets
  targetAt[targets] = at
  targetFirst[targets] = first
  targetEnd[targets] = end
  return targets + 1
}

/** All addresses of the service as a target: those of one family, or none of it. */
function writeOwnAddresses(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  owner: number,
  ttlSec: number,
  externalFirst: boolean,
): boolean {
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

export const FAMILIES = [TYPE.A, TYPE.AAAA] as const

/** All addresses of a target that is an endpoint, or none. */
export function writeEndpointAddresses(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  owner: number,
  first: number,
  end: number,
  ttlSec: number,
): boolean {
  const image = match.image as Image
  const endpoints = endpointsAt(image.view, match.at)
  const mark = writer.at
  let written = 0
  for (let ordinal = first; ordinal < end; ordinal++) {
    const endpoint = endpoints + ordinal * ENDPOINT.octets
    if (match.portLabel >= 0 || match.protocol !== ANY_PROTOCOL) {
      const list = portSet(image, match.at, image.view.getUint16(endpoint + ENDPOINT.portSet, true))
      if (countPorts(image, list, name, match.portLabel, match.protocol) === 0) continue
    }
    const is6 = isIPv6(image.view, endpoint)
    const type = is6 ? TYPE.AAAA : TYPE.A
    if (!writeAddress(writer, image.view, endpointAddress(image, endpoint), is6 ? 16 : 4, owner, type, ttlSec)) {
      writer.at = mark
      return false
    }
    written += 1
  }
  writer.additionals += written
  return true
}

/**
 * One SRV record for each port number of a list that this target does not have yet.
 * @param endpoint offset in the image of the endpoint that is the target; -1: the service.
 * @param known how many of `ports` hold numbers that the target already has
 */
export function writePorts(
  writer: ResponseWriter,
  image: Image,
  match: Match,
  name: QueryName,
  list: number,
  weight: number,
  ttlSec: number,
  endpoint: number,
  naming: Naming,
  known: number,
): boolean {
  const { view } = image
  const count = view.getUint32(list, true)
  let numbers = known
  for (let port = list + 4; port < list + 4 + count * 8 && match.steps > 0; port += 8) {
    match.steps -= 1
    const number = view.getUint16(port + 6, true)
    if (number === 0 || !portMatches(image, port, name, match.portLabel, match.protocol)) continue
    if (numbers >= PORTS || isKnown(number, numbers)) continue
    const mark = writer.at
    if (!writer.fits(BEFORE_TARGET)) return false
    writer.recordHead(QNAME_POINTER, TYPE.SRV, ttlSec)
    writer.u16(0)
    writer.u16(0)
    writer.u16(weight)
    writer.u16(number)
    const target =
      endpoint < 0
        ? writeServiceName(writer, image, match.at, naming)
        : writeEndpointName(writer, image, match.at, endpoint, naming)
    if (target !== 'written') {
      writer.at = mark
      return target === 'too-long'
    }
    writer.view.setUint16(mark + 10, writer.at - mark - 12)
    ports[numbers] = number
    numbers += 1
    writer.answers += 1
  }
  return true
}

function isKnown(number: number, known: number): boolean {
  for (let at = 0; at < known; at++) if (ports[at] === number) return true
  return false
}

/** Of the service's own addresses that are published, and those of its ports that are asked for. */
export function countOwnPairs(match: Match, name: QueryName): number {
  const image = match.image as Image
  const { view } = image
  const { addresses4, addresses6, external4, external6 } = RECORD
  const own = view.getUint8(match.at + addresses4) + view.getUint8(match.at + addresses6)
  const addresses = own + view.getUint8(match.at + external4) + view.getUint8(match.at + external6)
  if (addresses === 0) return 0
  return addresses * countPorts(image, ownPorts(image, match.at), name, match.portLabel, match.protocol)
}

export function countPairs(match: Match, name: QueryName, first: number, end: number): number {
  const image = match.image as Image
  const { view } = image
  const endpoints = endpointsAt(view, match.at)
  let pairs = 0
  if (match.kind === 'service') {
    const sets = view.getUint16(match.at + RECORD.portSets, true)
    const setsAt = portSetsAt(view, match.at)
    for (let set = 0; set < sets && match.steps > 0; set++) {
      const list = portSet(image, match.at, set)
      match.steps -= view.getUint32(list, true)
      const users = view.getUint32(setsAt + set * 8 + 4, true)
      pairs += users * countPorts(image, list, name, match.portLabel, match.protocol)
    }
    return pairs
  }
  for (let ordinal = first; ordinal < end && match.steps > 0; ordinal++) {
    const endpoint = endpoints + ordinal * ENDPOINT.octets
    const list = portSet(image, match.at, view.getUint16(endpoint + ENDPOINT.portSet, true))
    match.steps -= 1
    pairs += countPorts(image, list, name, match.portLabel, match.protocol)
  }
  return pairs
}

/** Where the endpoints that share the name of the one at `first` end. */
export function sameNameEnd(image: Image, endpoints: number, first: number, end: number): number {
  const fragment = endpointName(image, endpoints + first * ENDPOINT.octets)
  // Those named after their address have the empty fragment, and names of their own. A fragment is stored once.
  if (fragment === image.strings) return first + 1
  let at = first + 1
  while (at < end && endpointName(image, endpoints + at * ENDPOINT.octets) === fragment) at += 1
  return at
}
