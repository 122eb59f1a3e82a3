/**
 * Writes a response into a packet, in place. The question is copied as it came, so the owner of a first answer is the
 * pointer 12 and zones are pointers into the question. Room for OPT is kept from the start; `mark` and `rollback` take back
 * what did not fit.
 */
import {
  CLASS,
  FLAG,
  HEADER,
  HEADER_OCTETS,
  MESSAGE_OCTETS_MAX,
  type Packet,
  packetOver,
  RCODE,
  TYPE,
  UDP_OCTETS_SAFE,
} from '@zonecast/dns'
import type { Question } from './question.ts'

const OPT_OCTETS = 11
/** Pointers reach the first 16,384 octets only. */
export const POINTER_LIMIT = 0x4000
export const QNAME_POINTER = 0xc00c

export type Section = 'answer' | 'authority' | 'additional'

export class ResponseWriter {
  packet: Packet = packetOver(new Uint8Array(HEADER_OCTETS))
  view: DataView = this.packet.view
  /** Where the next octet goes. */
  at = 0
  /** No octet at or after this offset may be written, OPT apart. */
  limit = 0
  answers = 0
  authorities = 0
  additionals = 0
  #flags = 0
  #rcode = 0
  #hasEdns = false
  #dnssecOk = false

  /** Begins a response that repeats the question. */
  begin(query: Packet, question: Question, response: Packet, stream: boolean): void {
    const { view } = query
    this.packet = response
    this.view = response.view
    const most = stream ? MESSAGE_OCTETS_MAX : Math.min(question.udpOctets, UDP_OCTETS_SAFE)
    this.limit = Math.min(most, response.octets.length) - (question.hasEdns ? OPT_OCTETS + question.reservedOctets : 0)
    this.#hasEdns = question.hasEdns
    this.#dnssecOk = question.dnssecOk
    this.#flags = FLAG.QR | (view.getUint16(HEADER.FLAGS) & (FLAG.RD | FLAG.CD))
    this.#rcode = RCODE.NOERROR
    this.answers = 0
    this.authorities = 0
    this.additionals = 0
    this.view.setUint16(HEADER.ID, view.getUint16(HEADER.ID))
    for (let at = HEADER_OCTETS; at < question.end; at++) this.view.setUint8(at, view.getUint8(at))
    this.at = question.end
  }

  /** The answer comes from a zone we hold. */
  authoritative(): void {
    this.#flags |= FLAG.AA
  }

  truncated(): void {
    this.#flags |= FLAG.TC
  }

  rcode(rcode: number): void {
    this.#rcode = rcode
  }

  /** Writes header and OPT; the response is whole. */
  finish(): void {
    const { view } = this
    if (this.#hasEdns) this.#writeOpt()
    view.setUint16(HEADER.FLAGS, this.#flags | (this.#rcode & 0xf))
    view.setUint16(HEADER.QDCOUNT, 1)
    view.setUint16(HEADER.ANCOUNT, this.answers)
    view.setUint16(HEADER.NSCOUNT, this.authorities)
    view.setUint16(HEADER.ARCOUNT, this.additionals + (this.#hasEdns ? 1 : 0))
    this.packet.end = this.at
  }

  /** True when so many more octets fit. */
  fits(octets: number): boolean {
    return this.at + octets <= this.limit
  }

  u8(value: number): void {
    this.view.setUint8(this.at, value)
    this.at += 1
  }

  u16(value: number): void {
    this.view.setUint16(this.at, value)
    this.at += 2
  }

  u32(value: number): void {
    this.view.setUint32(this.at, value)
    this.at += 4
  }

  /** Copies from another view. */
  copy(from: DataView, start: number, octets: number): void {
    const { view } = this
    let to = this.at
    for (let at = start; at < start + octets; at++, to++) view.setUint8(to, from.getUint8(at))
    this.at = to
  }

  octets(value: Uint8Array): void {
    const { view } = this
    let to = this.at
    for (let at = 0; at < value.length; at++, to++) view.setUint8(to, value[at] as number)
    this.at = to
  }

  /** Owner, type, class IN and TTL of a record; its length and data follow. 12 octets with a pointer as owner. */
  recordHead(ownerPointer: number, type: number, ttlSec: number): void {
    const { view, at } = this
    view.setUint16(at, ownerPointer)
    view.setUint16(at + 2, type)
    view.setUint16(at + 4, CLASS.IN)
    view.setUint32(at + 6, ttlSec)
    this.at = at + 10
  }

  #writeOpt(): void {
    this.u8(0)
    this.u16(TYPE.OPT)
    this.u16(UDP_OCTETS_SAFE)
    this.u8(this.#rcode >>> 4)
    this.u8(0)
    this.u16(this.#dnssecOk ? 0x8000 : 0)
    this.u16(0)
  }
}

/**
 * A response that is a header and nothing else: to what could not be read.
 * @param response overwritten
 */
export function writeHeaderOnly(query: Packet, response: Packet, rcode: number): void {
  const { view } = response
  const flags = query.view.getUint16(HEADER.FLAGS)
  view.setUint16(HEADER.ID, query.view.getUint16(HEADER.ID))
  // The opcode stays: a client finds its question by it.
  view.setUint16(HEADER.FLAGS, FLAG.QR | (flags & 0x7800) | (flags & (FLAG.RD | FLAG.CD)) | rcode)
  for (let at: number = HEADER.QDCOUNT; at < HEADER_OCTETS; at += 2) view.setUint16(at, 0)
  response.end = HEADER_OCTETS
}
