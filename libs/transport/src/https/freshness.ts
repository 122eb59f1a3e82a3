/** How long an answer may be kept by HTTP caches: RFC 8484 section 5.1, without decoding it to objects. */
import { HEADER, HEADER_OCTETS, nameEnd, RCODE, RCODE_MASK, TYPE } from '@zonecast/dns'

const RECORD_FIELDS_OCTETS = 10
/** A TTL with its first bit set means 0 (RFC 2181 section 8). */
const TTL_MAX = 0x7fff_ffff
const SOA_NUMBERS_OCTETS = 20
const NEVER = -1

/**
 * Seconds: the smallest TTL in the answer section, and for a negative answer the smaller of the SOA's TTL and its
 * MINIMUM. 0 when the response has neither, failed, or cannot be read.
 */
export function freshnessSec(response: Uint8Array): number {
  if (response.length < HEADER_OCTETS) return 0
  const rcode = uint16(response, HEADER.FLAGS) & RCODE_MASK
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return 0

  let at = HEADER_OCTETS
  for (let left = uint16(response, HEADER.QDCOUNT); left > 0; left--) {
    at = nameEnd(response, at)
    if (at < 0) return 0
    at += 4
  }
  const answerCount = uint16(response, HEADER.ANCOUNT)
  const recordCount = answerCount + uint16(response, HEADER.NSCOUNT)
  let freshness = NEVER
  for (let i = 0; i < recordCount; i++) {
    const fields = nameEnd(response, at)
    if (fields < 0 || fields + RECORD_FIELDS_OCTETS > response.length) return 0
    at = fields + RECORD_FIELDS_OCTETS + uint16(response, fields + 8)
    if (at > response.length) return 0
    const isAnswer = i < answerCount
    if (!isAnswer && uint16(response, fields) !== TYPE.SOA) continue
    freshness = smaller(freshness, uint32(response, fields + 4))
    if (isAnswer) continue
    if (at - fields < RECORD_FIELDS_OCTETS + SOA_NUMBERS_OCTETS) return 0
    freshness = smaller(freshness, uint32(response, at - 4))
  }
  return freshness === NEVER ? 0 : freshness
}

function smaller(freshness: number, ttlSec: number): number {
  const bounded = ttlSec > TTL_MAX ? 0 : ttlSec
  return freshness === NEVER || bounded < freshness ? bounded : freshness
}

/** Without a view, whose making would cost as much as all of this. */
function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)
}

function uint32(octets: Uint8Array, at: number): number {
  return uint16(octets, at) * 0x1_0000 + uint16(octets, at + 2)
}
