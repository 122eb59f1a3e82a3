/** A and AAAA records of what a match stands for. */
import { TYPE } from '@zonecast/dns'
import {
  ANY_PROTOCOL,
  CLUSTER,
  countPorts,
  ENDPOINT,
  ENDPOINT_FLAG,
  endpointAddress,
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
} from '@zonecast/image'
import { QNAME_POINTER, type ResponseWriter } from '../response-writer.ts'

/** How many earlier endpoints a repeated address is compared with before it is passed over. */
const REPEAT_STEPS = 4096

/**
 * Writes the addresses of one family with the question's name as owner.
 * @param type TYPE.A or TYPE.AAAA
 * @param externalFirst whether addresses from outside go before those of the cluster
 * @param turn where to begin: answers with several addresses are rotated by it, each class on its own. 0 or more.
 * @returns false when some did not fit.
 */
export function writeAddresses(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  type: number,
  ttlSec: number,
  externalFirst: boolean,
  turn: number,
): boolean {
  const start = writer.at
  const whole = writeAll(writer, match, name, type, ttlSec, externalFirst, turn)
  writer.answers += (writer.at - start) / (type === TYPE.AAAA ? 28 : 16)
  return whole
}

function writeAll(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  type: number,
  ttlSec: number,
  externalFirst: boolean,
  turn: number,
): boolean {
  if (match.kind === 'pod') return writePod(writer, match, type, ttlSec)
  if (match.kind === 'endpoints') {
    return writeEndpoints(writer, match, name, match.first, match.end, QNAME_POINTER, type, ttlSec, turn)
  }
  return writeServiceAddresses(writer, match, name, QNAME_POINTER, type, ttlSec, externalFirst, turn)
}

/** Of a match of kind service what its name has of one family. @returns false when some did not fit. */
export function writeServiceAddresses(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  ownerPointer: number,
  type: number,
  ttlSec: number,
  externalFirst: boolean,
  turn: number,
): boolean {
  const image = match.image as Image
  const { view } = image
  const record = match.at
  // Mostly there is none.
  const outer = view.getUint16(record + RECORD.external4, true) !== 0 && hasExternal(image, match, name)
  if (outer && externalFirst && !writeExternal(writer, view, record, ownerPointer, type, ttlSec, turn)) return false
  const whole =
    kindOf(view, record) === CLUSTER
      ? writeClass(writer, view, record + RECORD.octets, record + RECORD.addresses4, ownerPointer, type, ttlSec, turn)
      : writeEndpoints(
          writer,
          match,
          name,
          0,
          view.getUint32(record + RECORD.endpoints, true),
          ownerPointer,
          type,
          ttlSec,
          turn,
        )
  if (!outer || externalFirst || !whole) return whole
  return writeExternal(writer, view, record, ownerPointer, type, ttlSec, turn)
}

/** True when the match stands for addresses from outside too: all of a service's, or those that have the port. */
export function hasExternal(image: Image, match: Match, name: QueryName): boolean {
  const { view } = image
  if (match.kind !== 'service' || view.getUint16(match.at + RECORD.external4, true) === 0) return false
  if (match.portLabel < 0 && match.protocol === ANY_PROTOCOL) return true
  return countPorts(image, ownPorts(image, match.at), name, match.portLabel, match.protocol) > 0
}

/**
 * Addresses of one family out of a class that a record holds: those of IPv4 first, then those of IPv6.
 * @param start  where the class begins
 * @param counts where the two octets stand that count its families
 * @returns false when some did not fit.
 */
function writeClass(
  writer: ResponseWriter,
  view: DataView,
  start: number,
  counts: number,
  ownerPointer: number,
  type: number,
  ttlSec: number,
  turn: number,
): boolean {
  const is6 = type === TYPE.AAAA
  const count4 = view.getUint8(counts)
  const count = is6 ? view.getUint8(counts + 1) : count4
  const octets = is6 ? 16 : 4
  const first = start + (is6 ? count4 * 4 : 0)
  for (let index = 0; index < count; index++) {
    const at = first + ((index + turn) % count) * octets
    if (!writeAddress(writer, view, at, octets, ownerPointer, type, ttlSec)) return false
  }
  return true
}

function writeExternal(
  writer: ResponseWriter,
  view: DataView,
  record: number,
  ownerPointer: number,
  type: number,
  ttlSec: number,
  turn: number,
): boolean {
  const start = externalAt(view, record)
  return writeClass(writer, view, start, record + RECORD.external4, ownerPointer, type, ttlSec, turn)
}

function writeEndpoints(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  first: number,
  end: number,
  ownerPointer: number,
  type: number,
  ttlSec: number,
  turn: number,
): boolean {
  const image = match.image as Image
  const { view } = image
  const endpoints = endpointsAt(view, match.at)
  const count = end - first
  const wants6 = type === TYPE.AAAA
  for (let index = 0; index < count; index++) {
    const ordinal = first + ((index + turn) % count)
    const endpoint = endpoints + ordinal * ENDPOINT.octets
    if (isIPv6(view, endpoint) !== wants6) continue
    if (match.protocol !== ANY_PROTOCOL && !hasPort(image, match, name, endpoint)) continue
    // Endpoints of one name have different addresses; those of a service may share one.
    if (match.kind === 'service' && isRepeated(image, match, name, endpoints, ordinal)) continue
    if (!writeAddress(writer, view, endpointAddress(image, endpoint), wants6 ? 16 : 4, ownerPointer, type, ttlSec))
      return false
  }
  return true
}

/** True when the endpoint has the port that the match asks for. */
export function hasPort(image: Image, match: Match, name: QueryName, endpoint: number): boolean {
  const list = portSet(image, match.at, image.view.getUint16(endpoint + ENDPOINT.portSet, true))
  match.steps -= image.view.getUint32(list, true)
  return match.steps > 0 && countPorts(image, list, name, match.portLabel, match.protocol) > 0
}

function isRepeated(image: Image, match: Match, name: QueryName, endpoints: number, ordinal: number): boolean {
  const { view } = image
  const endpoint = endpoints + ordinal * ENDPOINT.octets
  if ((view.getUint8(endpoint + ENDPOINT.flags) & ENDPOINT_FLAG.repeated) === 0) return false
  if (match.protocol === ANY_PROTOCOL || (hasExternal(image, match, name) && isExternal(image, match.at, endpoint)))
    return true
  // The earlier endpoint may lack the port.
  const last = Math.max(0, ordinal - REPEAT_STEPS)
  for (let earlier = ordinal - 1; earlier >= last; earlier--) {
    const other = endpoints + earlier * ENDPOINT.octets
    if (sameAddress(image, endpoint, other) && hasPort(image, match, name, other)) return true
  }
  return false
}

/** True when the endpoint's address is one of the external ones too. */
function isExternal(image: Image, record: number, endpoint: number): boolean {
  const { view } = image
  const is6 = isIPv6(view, endpoint)
  const octets = is6 ? 16 : 4
  const count4 = view.getUint8(record + RECORD.external4)
  const start = externalAt(view, record) + (is6 ? count4 * 4 : 0)
  const end = start + (is6 ? view.getUint8(record + RECORD.external6) : count4) * octets
  const address = endpointAddress(image, endpoint)
  for (let at = start; at < end; at += octets) if (sameOctets(view, address, at, octets)) return true
  return false
}

function sameAddress(image: Image, endpoint: number, other: number): boolean {
  const { view } = image
  if (isIPv6(view, endpoint) !== isIPv6(view, other)) return false
  const octets = isIPv6(view, endpoint) ? 16 : 4
  return sameOctets(view, endpointAddress(image, endpoint), endpointAddress(image, other), octets)
}

function sameOctets(view: DataView, a: number, b: number, octets: number): boolean {
  for (let at = 0; at < octets; at += 4) if (view.getUint32(a + at) !== view.getUint32(b + at)) return false
  return true
}

function writePod(writer: ResponseWriter, match: Match, type: number, ttlSec: number): boolean {
  if (match.isIPv6 !== (type === TYPE.AAAA)) return true
  return writeAddress(writer, match.address, 0, match.isIPv6 ? 16 : 4, QNAME_POINTER, type, ttlSec)
}

/** One address record. @returns false when it does not fit. */
export function writeAddress(
  writer: ResponseWriter,
  from: DataView,
  at: number,
  octets: number,
  ownerPointer: number,
  type: number,
  ttlSec: number,
): boolean {
  if (!writer.fits(12 + octets)) return false
  writer.recordHead(ownerPointer, type, ttlSec)
  writer.u16(octets)
  writer.copy(from, at, octets)
  return true
}
