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
import { writeAddress, writeOwnAddresses } from './addresses.ts'
import { writeEndpointName, writeServiceName } from './names.ts'
import type { Naming } from './naming.ts'
import { POINTER_LIMIT, QNAME_POINTER, type ResponseWriter } from './response-writer.ts'

/** Type, class, TTL, length, priority, weight, port after the owner's pointer: what stands before the target. */
const BEFORE_TARGET = 18
/** Targets whose addresses are given along; those beyond are asked for by whoever needs them. */
const TARGETS = 2048
/** Ports of one target that are told apart; and a bound on what a hostile image may make us compare. */
const PORTS = 256

const targetAt = new Uint16Array(TARGETS)
const targetFirst = new Uint32Array(TARGETS)
const targetEnd = new Uint32Array(TARGETS)
const ports = new Uint16Array(PORTS)

/** @returns false when some SRV record did not fit. Additional records are left out silently. */
export function writeSrv(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  naming: Naming,
  ttlSec: number,
): boolean {
  const image = match.image as Image
  if (match.kind === 'service' && kindOf(image.view, match.at) === CLUSTER) {
    return writeClusterSrv(writer, image, match, name, naming, ttlSec)
  }
  const all = match.kind === 'service'
  const first = all ? 0 : match.first
  const end = all ? image.view.getUint32(match.at + RECORD.endpoints, true) : match.end
  return writeEndpointsSrv(writer, image, match, name, naming, ttlSec, first, end)
}

/** floor(100 / pairs), at least 1: pairs of address and port before duplicates are removed. */
function weightOf(pairs: number): number {
  return Math.max(1, Math.floor(100 / pairs))
}

function writeClusterSrv(
  writer: ResponseWriter,
  image: Image,
  match: Match,
  name: QueryName,
  naming: Naming,
  ttlSec: number,
): boolean {
  const { view } = image
  const addresses = view.getUint8(match.at + RECORD.addresses4) + view.getUint8(match.at + RECORD.addresses6)
  if (addresses === 0) return true
  const list = ownPorts(image, match.at)
  const weight = weightOf(addresses * countPorts(image, list, name, match.portLabel, match.protocol))
  const target = writer.at + BEFORE_TARGET
  const before = writer.answers
  const whole = writePorts(writer, image, match, name, list, weight, ttlSec, -1, naming, 0)
  if (!whole || writer.answers === before) return whole
  for (const type of FAMILIES) {
    const mark = writer.at
    if (!writeOwnAddresses(writer, image, match.at, 0xc000 | target, type, ttlSec, 0)) {
      writer.at = mark
      return true
    }
    const octets = type === TYPE.AAAA ? 28 : 16
    writer.additionals += (writer.at - mark) / octets
  }
  return true
}

const FAMILIES = [TYPE.A, TYPE.AAAA] as const

function writeEndpointsSrv(
  writer: ResponseWriter,
  image: Image,
  match: Match,
  name: QueryName,
  naming: Naming,
  ttlSec: number,
  first: number,
  end: number,
): boolean {
  const { view } = image
  const endpoints = endpointsAt(view, match.at)
  const pairs = countPairs(image, match, name, endpoints, first, end)
  if (pairs === 0) return true
  const weight = weightOf(pairs)
  let targets = 0
  for (let at = first; at < end && match.steps > 0; ) {
    const groupEnd = sameNameEnd(image, endpoints, at, end)
    const target = writer.at + BEFORE_TARGET
    const before = writer.answers
    let known = 0
    for (let ordinal = at; ordinal < groupEnd && match.steps > 0; ordinal++) {
      const endpoint = endpoints + ordinal * ENDPOINT.octets
      const list = portSet(image, match.at, view.getUint16(endpoint + ENDPOINT.portSet, true))
      const fresh = writer.answers
      if (!writePorts(writer, image, match, name, list, weight, ttlSec, endpoint, naming, known)) return false
      known += writer.answers - fresh
    }
    if (writer.answers > before && targets < TARGETS && target < POINTER_LIMIT) {
      targetAt[targets] = target
      targetFirst[targets] = at
      targetEnd[targets] = groupEnd
      targets += 1
    }
    at = groupEnd
  }
  for (let target = 0; target < targets; target++) {
    if (!writeTargetAddresses(writer, image, match, name, endpoints, target, ttlSec)) return true
  }
  return true
}

/** All addresses of one target, or none. */
function writeTargetAddresses(
  writer: ResponseWriter,
  image: Image,
  match: Match,
  name: QueryName,
  endpoints: number,
  target: number,
  ttlSec: number,
): boolean {
  const mark = writer.at
  const owner = 0xc000 | (targetAt[target] as number)
  let written = 0
  for (let ordinal = targetFirst[target] as number; ordinal < (targetEnd[target] as number); ordinal++) {
    const endpoint = endpoints + ordinal * ENDPOINT.octets
    if (match.protocol !== ANY_PROTOCOL) {
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
function writePorts(
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

function countPairs(
  image: Image,
  match: Match,
  name: QueryName,
  endpoints: number,
  first: number,
  end: number,
): number {
  const { view } = image
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
function sameNameEnd(image: Image, endpoints: number, first: number, end: number): number {
  const fragment = endpointName(image, endpoints + first * ENDPOINT.octets)
  // Those named after their address have the empty fragment, and names of their own. A fragment is stored once.
  if (fragment === image.strings) return first + 1
  let at = first + 1
  while (at < end && endpointName(image, endpoints + at * ENDPOINT.octets) === fragment) at += 1
  return at
}
