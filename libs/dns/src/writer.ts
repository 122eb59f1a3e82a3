/**
 * Writes a message into a packet: header, question, then records, section by section, with compressed names. What does
 * not fit is not written: every method that appends says whether it did, and leaves the message as it was when not.
 * Space for OPT is set aside first (`reserve`), so that an answer never pushes it out.
 */
import { Compressor } from './compressor.ts'
import { type Edns, optOctets, writeOpt } from './edns.ts'
import { HEADER, HEADER_OCTETS } from './header.ts'
import { nameEnd } from './name.ts'
import type { Packet } from './packet.ts'
import { rdataNames } from './rdata-names.ts'
import type { Question, ResourceRecord, RRset } from './record.ts'

/** Where in the header the records of each section are counted. */
export const SECTION = { ANSWER: HEADER.ANCOUNT, AUTHORITY: HEADER.NSCOUNT, ADDITIONAL: HEADER.ARCOUNT } as const
export type Section = (typeof SECTION)[keyof typeof SECTION]

/** A point to come back to. */
export interface WriterMark {
  readonly end: number
  readonly suffixes: number
  /** QDCOUNT and ANCOUNT, NSCOUNT and ARCOUNT. */
  readonly counts: readonly [number, number]
}

export class MessageWriter {
  readonly packet: Packet
  readonly #compressor = new Compressor()
  #limit = 0

  /** @param packet overwritten from `begin` on. */
  constructor(packet: Packet) {
    this.packet = packet
  }

  /** @param limitOctets the message may have; at least 12, and no more than the packet has. */
  begin(id: number, flags: number, limitOctets: number = this.packet.octets.length): void {
    this.packet.octets.fill(0, 0, HEADER_OCTETS)
    this.packet.view.setUint16(HEADER.ID, id)
    this.packet.view.setUint16(HEADER.FLAGS, flags)
    this.packet.end = HEADER_OCTETS
    this.#limit = Math.min(limitOctets, this.packet.octets.length)
    this.#compressor.forget(0)
  }

  get flags(): number {
    return this.packet.view.getUint16(HEADER.FLAGS)
  }

  set flags(flags: number) {
    this.packet.view.setUint16(HEADER.FLAGS, flags)
  }

  /** Octets that can still be written. */
  get space(): number {
    return this.#limit - this.packet.end
  }

  /** Sets octets aside until `release`, or `opt`, gives them back. */
  reserve(octets: number): boolean {
    if (octets > this.space) return false
    this.#limit -= octets
    return true
  }

  release(octets: number): void {
    this.#limit += octets
  }

  question(question: Question): boolean {
    const mark = this.mark()
    if (!this.#name(question.qname, false) || !this.#uint16s(question.type, question.class)) return this.#undo(mark)
    this.#count(HEADER.QDCOUNT)
    return true
  }

  record(section: Section, record: ResourceRecord): boolean {
    const mark = this.mark()
    return this.#record(section, record, record.rdata) || this.#undo(mark)
  }

  /** All of its records, or none (RFC 2181 section 9). */
  rrset(section: Section, rrset: RRset): boolean {
    const mark = this.mark()
    return rrset.rdatas.every((rdata) => this.#record(section, rrset, rdata)) || this.#undo(mark)
  }

  /** @param reserved octets that were set aside for it. */
  opt(edns: Edns, reserved = 0): boolean {
    if (optOctets(edns) > this.space + reserved) return false
    this.release(reserved)
    writeOpt(this.packet, edns)
    this.#count(HEADER.ARCOUNT)
    return true
  }

  mark(): WriterMark {
    const { end, view } = this.packet
    return {
      end,
      suffixes: this.#compressor.count,
      counts: [view.getUint32(HEADER.QDCOUNT), view.getUint32(HEADER.NSCOUNT)],
    }
  }

  /** Takes back what was written since, and the suffixes that lay in it. What is reserved stays so. */
  rollback(mark: WriterMark): void {
    this.packet.end = mark.end
    this.packet.view.setUint32(HEADER.QDCOUNT, mark.counts[0])
    this.packet.view.setUint32(HEADER.NSCOUNT, mark.counts[1])
    this.#compressor.forget(mark.suffixes)
  }

  /** The message, as a view of the packet. */
  finish(): Uint8Array {
    return this.packet.octets.subarray(0, this.packet.end)
  }

  #undo(mark: WriterMark): false {
    this.rollback(mark)
    return false
  }

  #record(
    section: Section,
    { ownerName, type, class: rrclass, ttlSec }: Omit<ResourceRecord, 'rdata'>,
    rdata: Uint8Array,
  ) {
    if (!this.#name(ownerName, true) || !this.#uint16s(type, rrclass) || this.space < 6) return false
    const { packet } = this
    packet.view.setUint32(packet.end, ttlSec)
    const lengthAt = packet.end + 4
    packet.end += 6
    if (!this.#rdata(type, rdata)) return false
    packet.view.setUint16(lengthAt, packet.end - lengthAt - 2)
    this.#count(section)
    return true
  }

  /** Data that is not built as its type says goes in as it is. */
  #rdata(type: number, rdata: Uint8Array): boolean {
    const names = rdataNames(type)
    if (names === undefined) return this.#octets(rdata)
    const ends: number[] = []
    let at = names.before
    for (let left = names.count; left > 0; left--) {
      at = nameEnd(rdata, at)
      if (at < 0) return this.#octets(rdata)
      ends.push(at)
    }
    if (!this.#octets(rdata.subarray(0, names.before))) return false
    at = names.before
    for (const end of ends) {
      if (!this.#name(rdata.subarray(at, end), names.mayCompress)) return false
      at = end
    }
    return this.#octets(rdata.subarray(at))
  }

  #name(nameWire: Uint8Array, mayCompress: boolean): boolean {
    return this.#compressor.write(this.packet, this.#limit, nameWire, mayCompress)
  }

  #uint16s(first: number, second: number): boolean {
    if (this.space < 4) return false
    this.packet.view.setUint16(this.packet.end, first)
    this.packet.view.setUint16(this.packet.end + 2, second)
    this.packet.end += 4
    return true
  }

  #octets(octets: Uint8Array): boolean {
    if (octets.length > this.space) return false
    this.packet.octets.set(octets, this.packet.end)
    this.packet.end += octets.length
    return true
  }

  #count(field: number): void {
    this.packet.view.setUint16(field, this.packet.view.getUint16(field) + 1)
  }
}
