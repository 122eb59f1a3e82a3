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
  type Image,
  isIPv6,
  kindOf,
  type Match,
  portSet,
  type QueryName,
  RECORD,
} from '@zonecast/image'
import { QNAME_POINTER, type ResponseWriter } from './response-writer.ts'

/** How many earlier endpoints a repeated address is compared with before it is passed over. */
const REPEAT_STEPS = 4096

/**
 * Writes the addresses of one family with the question's name as owner.
 * @param type TYPE.A or TYPE.AAAA
 * @param turn where to begin: answers with several addresses are rotated by it. 0 or more.
 * @returns false when some did not fit.
 */
export function writeAddresses(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  type: number,
  ttlSec: number,
  turn: number,
): boolean {
  const start = writer.at
  const whole = writeAll(writer, match, name, type, ttlSec, turn)
  writer.answers += (writer.at - start) / (type === TYPE.AAAA ? 28 : 16)
  return whole
}

function writeAll(
  writer: ResponseWriter,
  match: Match,
  name: QueryName,
  type: number,
  ttlSec: number,
  turn: number,
): boolean {
  if (match.kind === 'pod') return writePod(writer, match, type, ttlSec)
  const image = match.image as Image
  if (match.kind === 'endpoints') {
    return writeEndpoints(writer, image, match, name, match.first, match.end, type, ttlSec, turn)
  }
  if (kindOf(image.view, match.at) === CLUSTER) {
    return writeOwnAddresses(writer, image, match.at, QNAME_POINTER, type, ttlSec, turn)
  }
  const count = image.view.getUint32(match.at + RECORD.endpoints, true)
  return writeEndpoints(writer, image, match, name, 0, count, type, ttlSec, turn)
}

/** The ClusterIPs of one family. @returns false when some did not fit. */
export function writeOwnAddresses(
  writer: ResponseWriter,
  image: Image,
  record: number,
  ownerPointer: number,
  type: number,
  ttlSec: number,
  turn: number,
): boolean {
  const { view } = image
  const count4 = view.getUint8(record + RECORD.addresses4)
  const is6 = type === TYPE.AAAA
  const count = is6 ? view.getUint8(record + RECORD.addresses6) : count4
  const octets = is6 ? 16 : 4
  const first = record + RECORD.octets + (is6 ? count4 * 4 : 0)
  for (let index = 0; index < count; index++) {
    if (!writeAddress(writer, view, first + ((index + turn) % count) * octets, octets, ownerPointer, type, ttlSec))
      return false
  }
  return true
}

function writeEndpoints(
  writer: ResponseWriter,
  image: Image,
  match: Match,
  name: QueryName,
  first: number,
  end: number,
  type: number,
  ttlSec: number,
  turn: number,
): boolean {
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
    if (!writeAddress(writer, view, endpointAddress(image, endpoint), wants6 ? 16 : 4, QNAME_POINTER, type, ttlSec))
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
  if (match.protocol === ANY_PROTOCOL) return true
  // The earlier endpoint may lack the port.
  const last = Math.max(0, ordinal - REPEAT_STEPS)
  for (let earlier = ordinal - 1; earlier >= last; earlier--) {
    const other = endpoints + earlier * ENDPOINT.octets
    if (sameAddress(image, endpoint, other) && hasPort(image, match, name, other)) return true
  }
  return false
}

function sameAddress(image: Image, endpoint: number, other: number): boolean {
  const { view } = image
  if (isIPv6(view, endpoint) !== isIPv6(view, other)) return false
  const octets = isIPv6(view, endpoint) ? 16 : 4
  const a = endpointAddress(image, endpoint)
  const b = endpointAddress(image, other)
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
