/**
 * EDNS(0), RFC 6891: one OPT record in the additional section, whose fixed fields mean something of their own.
 *
 *     0  root name    1  type 41    3  UDP size    5  extended rcode    6  version    7  flags    9  length    11  options
 */
import { DnsError } from './errors.ts'
import { HEADER, HEADER_OCTETS } from './header.ts'
import { nameEnd } from './name.ts'
import type { Packet } from './packet.ts'
import { TYPE } from './rrtype.ts'

/** Offsets of the fields, from the OPT record's first octet. */
export const OPT = { UDP_SIZE: 3, RCODE: 5, VERSION: 6, FLAGS: 7, LENGTH: 9, OPTIONS: 11 } as const

/** Octets of an OPT record without options. */
export const OPT_OCTETS = 11

/** DNSSEC OK, in the flags (RFC 3225). */
export const EDNS_DO = 0x8000

/** Option codes (IANA "DNS EDNS0 Option Codes"). */
export const EDNS_OPTION = {
  NSID: 3,
  CLIENT_SUBNET: 8,
  EXPIRE: 9,
  COOKIE: 10,
  TCP_KEEPALIVE: 11,
  PADDING: 12,
  EXTENDED_ERROR: 15,
} as const

export interface EdnsOption {
  readonly code: number
  readonly octets: Uint8Array
}

export interface Edns {
  /** What the sender can take over UDP. Below 512 it means 512. */
  readonly udpSizeOctets: number
  /** The upper eight bits of the response code. */
  readonly extendedRcode: number
  readonly version: number
  readonly flags: number
  readonly options: readonly EdnsOption[]
}

/** EDNS(0) with nothing in it. */
export function plainEdns(udpSizeOctets: number): Edns {
  return { udpSizeOctets, extendedRcode: 0, version: 0, flags: 0, options: [] }
}

export const OPT_ABSENT = 0
export const OPT_MALFORMED = -1

/**
 * Finds the OPT record of a message. Allocates nothing, reads each record once.
 * @returns its offset, OPT_ABSENT, or OPT_MALFORMED: two of them, one under another name than the root, or records that
 * do not fit the message.
 */
export function findOpt(message: Packet): number {
  const { octets, view, end } = message
  if (end < HEADER_OCTETS) return OPT_MALFORMED
  let at = HEADER_OCTETS
  for (let left = view.getUint16(HEADER.QDCOUNT); left > 0; left--) {
    at = nameEnd(octets, at, end)
    if (at < 0 || at + 4 > end) return OPT_MALFORMED
    at += 4
  }
  const additional = view.getUint16(HEADER.ARCOUNT)
  let found = OPT_ABSENT
  for (let left = view.getUint16(HEADER.ANCOUNT) + view.getUint16(HEADER.NSCOUNT) + additional; left > 0; left--) {
    const record = at
    at = nameEnd(octets, at, end)
    if (at < 0 || at + 10 > end) return OPT_MALFORMED
    if (left <= additional && view.getUint16(at) === TYPE.OPT) {
      if (found !== OPT_ABSENT || octets[record] !== 0) return OPT_MALFORMED
      found = record
    }
    at += 10 + view.getUint16(at + 8)
    if (at > end) return OPT_MALFORMED
  }
  return found
}

/**
 * The OPT record at `offset`, which lies whole in the message.
 * @throws DnsError bad-opt when an option does not fit.
 */
export function readOpt(message: Packet, offset: number): Edns {
  const { octets, view } = message
  const options: EdnsOption[] = []
  const end = offset + OPT.OPTIONS + view.getUint16(offset + OPT.LENGTH)
  for (let at = offset + OPT.OPTIONS; at < end; ) {
    const next = at + 4 <= end ? at + 4 + view.getUint16(at + 2) : end + 1
    if (next > end) throw new DnsError('bad-opt', `option at offset ${at}`)
    options.push({ code: view.getUint16(at), octets: octets.slice(at + 4, next) })
    at = next
  }
  return {
    udpSizeOctets: view.getUint16(offset + OPT.UDP_SIZE),
    extendedRcode: view.getUint8(offset + OPT.RCODE),
    version: view.getUint8(offset + OPT.VERSION),
    flags: view.getUint16(offset + OPT.FLAGS),
    options,
  }
}

/** Octets that `writeOpt` writes. */
export function optOctets(edns: Edns): number {
  return edns.options.reduce((sum, option) => sum + 4 + option.octets.length, OPT_OCTETS)
}

/** Appends at `message.end` and moves it; the caller has made sure of the space, and counts the record. */
export function writeOpt(message: Packet, edns: Edns): void {
  const { octets, view, end } = message
  octets[end] = 0
  view.setUint16(end + 1, TYPE.OPT)
  view.setUint16(end + OPT.UDP_SIZE, edns.udpSizeOctets)
  view.setUint8(end + OPT.RCODE, edns.extendedRcode)
  view.setUint8(end + OPT.VERSION, edns.version)
  view.setUint16(end + OPT.FLAGS, edns.flags)
  view.setUint16(end + OPT.LENGTH, optOctets(edns) - OPT_OCTETS)
  let at = end + OPT.OPTIONS
  for (const option of edns.options) {
    view.setUint16(at, option.code)
    view.setUint16(at + 2, option.octets.length)
    octets.set(option.octets, at + 4)
    at += 4 + option.octets.length
  }
  message.end = at
}
