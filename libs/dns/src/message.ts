/**
 * Whole messages (RFC 1035 section 4), read into objects: for the slow path, for tools and for tests. Everything in a
 * message is a claim: the counts are held against its length before anything is made, pointers only lead backwards, and
 * names and data must end where they say.
 */
import { type Edns, optOctets, plainEdns, readOpt } from './edns.ts'
import { DnsError } from './errors.ts'
import { FLAG, HEADER, HEADER_OCTETS, OPCODE_SHIFT, opcodeOf, RCODE_MASK, UDP_OCTETS_SAFE } from './header.ts'
import { nameEnd, readName } from './name.ts'
import { OPCODE } from './opcode.ts'
import { type Packet, packetOver } from './packet.ts'
import { rdataNames } from './rdata-names.ts'
import type { Question, ResourceRecord } from './record.ts'
import { CLASS } from './rrclass.ts'
import { TYPE } from './rrtype.ts'
import { MessageWriter } from './writer.ts'

export interface Message {
  readonly id: number
  /** All sixteen bits; see `FLAG`. */
  readonly flags: number
  readonly opcode: number
  /** With the upper bits that OPT carries. */
  readonly rcode: number
  readonly questions: readonly Question[]
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  /** Without OPT. */
  readonly additionals: readonly ResourceRecord[]
  readonly edns: Edns | undefined
  /** Octets behind the last record. */
  readonly surplusOctets: number
}

/** A question has a name of one octet, type and class; a record TTL and length besides. */
const QUESTION_OCTETS_MIN = 5
const RECORD_OCTETS_MIN = 11

/**
 * @param octets not kept: names and data are copies.
 * @throws DnsError unexpected-end, bad-count, bad-rdata, bad-opt, and what `readName` throws; never anything else
 */
export function decodeMessage(octets: Uint8Array): Message {
  const message = packetOver(octets)
  const { view } = message
  if (message.end < HEADER_OCTETS) throw new DnsError('unexpected-end', 'header')
  const questionCount = view.getUint16(HEADER.QDCOUNT)
  const answerCount = view.getUint16(HEADER.ANCOUNT)
  const authorityCount = view.getUint16(HEADER.NSCOUNT)
  const additionalCount = view.getUint16(HEADER.ARCOUNT)
  const recordCount = answerCount + authorityCount + additionalCount
  if (HEADER_OCTETS + questionCount * QUESTION_OCTETS_MIN + recordCount * RECORD_OCTETS_MIN > message.end) {
    throw new DnsError('bad-count', `${questionCount} questions and ${recordCount} records in ${message.end} octets`)
  }
  const reader = new MessageReader(message)
  const questions = Array.from({ length: questionCount }, () => reader.question())
  const answers = Array.from({ length: answerCount }, () => reader.record())
  const authorities = Array.from({ length: authorityCount }, () => reader.record())
  const additionals: ResourceRecord[] = []
  let edns: Edns | undefined
  for (let left = additionalCount; left > 0; left--) {
    const start = reader.at
    const record = reader.record()
    if (record.type !== TYPE.OPT) {
      additionals.push(record)
      continue
    }
    if (edns !== undefined || octets[start] !== 0) throw new DnsError('bad-opt', `record at offset ${start}`)
    edns = readOpt(message, start)
  }
  const flags = view.getUint16(HEADER.FLAGS)
  return {
    id: view.getUint16(HEADER.ID),
    flags,
    opcode: opcodeOf(flags),
    rcode: ((edns?.extendedRcode ?? 0) << 4) | (flags & RCODE_MASK),
    questions,
    answers,
    authorities,
    additionals,
    edns,
    surplusOctets: message.end - reader.at,
  }
}

/**
 * Records that stand one after the other, as in a section. Unlike a message's, their number and octets have no bound but
 * the packet's.
 * @param start where the first one begins
 * @throws DnsError as `decodeMessage`
 */
export function decodeRecords(packet: Packet, start: number, count: number): ResourceRecord[] {
  const reader = new MessageReader(packet, start)
  return Array.from({ length: count }, () => reader.record())
}

export interface QueryFields {
  readonly qname: Uint8Array
  readonly type: number
  /** IN when absent. */
  readonly class?: number
  readonly id: number
  /** QUERY when absent. */
  readonly opcode?: number
  /** RD alone when absent. */
  readonly flags?: number
  /** null: without OPT. EDNS(0) with 1232 octets when absent. */
  readonly edns?: Edns | null
}

/** A query of one question, in octets of its own. */
export function encodeQuery(fields: QueryFields): Uint8Array {
  const { edns = plainEdns(UDP_OCTETS_SAFE), opcode = OPCODE.QUERY, flags = FLAG.RD } = fields
  const size = HEADER_OCTETS + fields.qname.length + 4 + (edns === null ? 0 : optOctets(edns))
  const writer = new MessageWriter(packetOver(new Uint8Array(size)))
  writer.begin(fields.id, (opcode << OPCODE_SHIFT) | flags)
  writer.question({ qname: fields.qname, type: fields.type, class: fields.class ?? CLASS.IN })
  if (edns !== null) writer.opt(edns)
  return writer.finish()
}

class MessageReader {
  /** Where the next question or record begins. */
  at: number
  readonly #message: Packet

  constructor(message: Packet, start = HEADER_OCTETS) {
    this.#message = message
    this.at = start
  }

  question(): Question {
    const qname = this.#name()
    const fields = this.#take(4)
    return { qname, type: this.#message.view.getUint16(fields), class: this.#message.view.getUint16(fields + 2) }
  }

  record(): ResourceRecord {
    const { view } = this.#message
    const ownerName = this.#name()
    const fields = this.#take(10)
    const type = view.getUint16(fields)
    const rdata = this.#take(view.getUint16(fields + 8))
    return {
      ownerName,
      type,
      class: view.getUint16(fields + 2),
      ttlSec: view.getUint32(fields + 4),
      rdata: readRdata(this.#message.octets, rdata, this.at, type),
    }
  }

  #name(): Uint8Array {
    const name = readName(this.#message.octets, this.at)
    this.at = nameEnd(this.#message.octets, this.at)
    return name
  }

  /** Steps over octets; gives where they begin. */
  #take(octets: number): number {
    const start = this.at
    if (start + octets > this.#message.end) throw new DnsError('unexpected-end', `record before offset ${start}`)
    this.at += octets
    return start
  }
}

/** A copy of the data, its names uncompressed. */
function readRdata(octets: Uint8Array, start: number, end: number, type: number): Uint8Array {
  const layout = rdataNames(type)
  // Updates have records without data (RFC 2136 section 2.4).
  if (layout === undefined || start === end) return octets.slice(start, end)
  const parts = [octets.subarray(start, start + layout.before)]
  let at = start + layout.before
  for (let left = layout.count; left > 0; left--) {
    const next = nameEnd(octets, at, end)
    if (next < 0) throw new DnsError('bad-rdata', `data at offset ${start}`)
    parts.push(readName(octets, at))
    at = next
  }
  parts.push(octets.subarray(at, end))
  const rdata = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let to = 0
  for (const part of parts) {
    rdata.set(part, to)
    to += part.length
  }
  return rdata
}
