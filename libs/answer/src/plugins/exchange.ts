/** The slow path's view of a query, and how handlers answer it. */
import {
  EDNS_DO,
  type Edns,
  FLAG,
  HEADER,
  MESSAGE_OCTETS_MAX,
  type Message,
  MessageWriter,
  OPT_OCTETS,
  packetOver,
  plainEdns,
  type Question,
  type ResourceRecord,
  SECTION,
  UDP_OCTETS_PLAIN,
  UDP_OCTETS_SAFE,
} from '@zonecast/dns'
import type { Client } from '../handler.ts'
import type { Route } from '../routes.ts'
import type { PluginName } from '../tally/tally-layout.ts'

export interface Exchange {
  /** The query as received. */
  readonly query: Uint8Array
  readonly message: Message
  readonly question: Question
  readonly client: Client
  readonly route: Route
  /** False while a CNAME is followed: whoever follows takes the links one by one. */
  readonly follow: boolean
  /** Octets of the response that are kept free for an option of EDNS. */
  readonly reservedOctets: number
  /** The plugin that was reached last, and so wrote the response; '' is the server itself. */
  readonly writer: { plugin: PluginName }
}

/** A whole response in wire form, within the client's limit. */
export type Reply = Uint8Array

/** One plugin of a server block. It answers, or hands on. May throw: the server then answers SERVFAIL. */
export type Handler = (exchange: Exchange, next: Next) => Promise<Reply>
export type Next = (exchange: Exchange) => Promise<Reply>

export interface ReplyFields {
  readonly rcode: number
  readonly authoritative?: boolean
  readonly answers?: readonly ResourceRecord[]
  readonly authorities?: readonly ResourceRecord[]
  /** Left out where they do not fit. */
  readonly additionals?: readonly ResourceRecord[]
}

/**
 * The response to a query, with the question's octets copied. Answers that do not fit are left out and TC says so.
 * @param message the query, decoded
 * @param keptOctets of the client's limit, which stay free
 */
export function encodeReply(
  query: Uint8Array,
  message: Message,
  stream: boolean,
  fields: ReplyFields,
  keptOctets = 0,
): Reply {
  const [question] = message.questions
  const most = (stream ? MESSAGE_OCTETS_MAX : udpLimit(message.edns)) - keptOctets
  const writer = new MessageWriter(packetOver(new Uint8Array(most)))
  const aa = fields.authoritative === true ? FLAG.AA : 0
  writer.begin(message.id, FLAG.QR | aa | (message.flags & (FLAG.RD | FLAG.CD)) | (fields.rcode & 0xf))
  const reserved = message.edns === undefined ? 0 : OPT_OCTETS
  writer.reserve(reserved)
  if (question !== undefined) {
    writer.question(question)
    // Letter case and all: the name's octets as they came.
    writer.packet.octets.set(query.subarray(12, 12 + question.qname.length), 12)
  }
  const { answers = [], authorities = [], additionals = [] } = fields
  const whole =
    answers.every((record) => writer.record(SECTION.ANSWER, record)) &&
    authorities.every((record) => writer.record(SECTION.AUTHORITY, record))
  if (!whole) writer.flags |= FLAG.TC
  else additionals.every((record) => writer.record(SECTION.ADDITIONAL, record))
  if (message.edns !== undefined) writer.opt(replyEdns(message.edns, fields.rcode), reserved)
  return writer.finish()
}

/** The reply to this exchange; see `encodeReply`. */
export function reply(exchange: Exchange, fields: ReplyFields): Reply {
  const { query, message, client, reservedOctets } = exchange
  return encodeReply(query, message, client.transport !== 'udp', fields, reservedOctets)
}

/** RCODE of a response in wire form, without the upper bits of EDNS. */
export function rcodeOf(octets: Reply): number {
  return new DataView(octets.buffer, octets.byteOffset).getUint16(HEADER.FLAGS) & 0xf
}

function udpLimit(edns: Edns | undefined): number {
  if (edns === undefined) return UDP_OCTETS_PLAIN
  return Math.min(UDP_OCTETS_SAFE, Math.max(UDP_OCTETS_PLAIN, edns.udpSizeOctets))
}

function replyEdns(asked: Edns, rcode: number): Edns {
  return { ...plainEdns(UDP_OCTETS_SAFE), extendedRcode: rcode >>> 4, flags: asked.flags & EDNS_DO }
}
