/**
 * The twelve octets that every message begins with (RFC 1035 section 4.1.1):
 *
 *     0  id          4  QDCOUNT     8  NSCOUNT
 *     2  flags       6  ANCOUNT    10  ARCOUNT
 *
 *     flags, from the top bit:  QR  opcode(4)  AA TC RD  RA Z AD CD  rcode(4)
 */
import { OPCODE } from './opcode.ts'
import type { Packet } from './packet.ts'

/** Also where the first question's name begins. */
export const HEADER_OCTETS = 12

/** Offset of each 16-bit field. */
export const HEADER = { ID: 0, FLAGS: 2, QDCOUNT: 4, ANCOUNT: 6, NSCOUNT: 8, ARCOUNT: 10 } as const

/** Bits of the 16-bit flags field. */
export const FLAG = {
  QR: 0x8000,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  Z: 0x0040,
  AD: 0x0020,
  CD: 0x0010,
} as const

export const OPCODE_SHIFT = 11
export const OPCODE_MASK = 0x7800
export const RCODE_MASK = 0x000f

/** The most octets that a message over a stream, or UDP, can have. */
export const MESSAGE_OCTETS_MAX = 65_535
/** What a client without EDNS can take over UDP (RFC 1035 section 4.2.1). */
export const UDP_OCTETS_PLAIN = 512
/** What passes nearly every path without fragments; our cap over UDP. */
export const UDP_OCTETS_SAFE = 1232

export const opcodeOf = (flags: number): number => (flags & OPCODE_MASK) >>> OPCODE_SHIFT

export type Acceptance = 'answer' | 'drop' | 'formerr' | 'notimp'

/**
 * What to do with a packet, from its header alone, before any name is read. Silence for what has no header and for
 * answers: answering those makes loops. Additional records are not limited here; the reader bounds them by length.
 */
export function accept(query: Packet): Acceptance {
  if (query.end < HEADER_OCTETS) return 'drop'
  const { view } = query
  const flags = view.getUint16(HEADER.FLAGS)
  if ((flags & FLAG.QR) !== 0) return 'drop'
  if (opcodeOf(flags) !== OPCODE.QUERY) return 'notimp'
  const wellCounted =
    view.getUint16(HEADER.QDCOUNT) === 1 && view.getUint16(HEADER.ANCOUNT) === 0 && view.getUint16(HEADER.NSCOUNT) === 0
  return wellCounted ? 'answer' : 'formerr'
}
