/**
 * The `kubernetes` plugin on the slow path: everything that the fast path answers too, and what needs more than the image:
 * CNAMEs that are followed through this server, and NS records, which depend on the responder's addresses.
 */
import {
  CLASS,
  DnsError,
  decodeMessage,
  encodeQuery,
  lowerCaseName,
  MESSAGE_OCTETS_MAX,
  type Message,
  nameToText,
  type Packet,
  packetOver,
  RCODE,
  type ResourceRecord,
  readName,
  TYPE,
} from '@zonecast/dns'
import type { Answerer } from '../answerer.ts'
import { AnswerError } from '../errors.ts'
import type { Client } from '../handler.ts'
import { Question, readQuestion } from '../question.ts'
import type { Surroundings } from '../surroundings.ts'
import { TextClient } from '../text-client.ts'
import { type Exchange, type Handler, type Next, type Reply, reply } from './exchange.ts'
import { nameserverRecords } from './nameservers.ts'

/** Asks all server blocks again; undefined when none serves the name. */
export type Ask = (query: Uint8Array, client: Client) => Promise<Reply | undefined>

const CNAMES_MAX = 11

export function kubernetes(answerer: Answerer, surroundings: Surroundings, ask: Ask): Handler {
  const question = new Question()
  const response = packetOver(new Uint8Array(MESSAGE_OCTETS_MAX))
  return async (exchange: Exchange, next: Next): Promise<Reply> => {
    const { query, route, client } = exchange
    const { zone } = route
    if (zone === undefined) return next(exchange)
    const packet: Packet = packetOver(query)
    const reading = readQuestion(packet, question)
    // More additional records than OPT: nothing in them concerns us.
    if (reading === 'slow') keepEdns(question, exchange.message)
    question.reservedOctets = exchange.reservedOctets
    const stream = client.transport !== 'udp'
    const asking = new TextClient(client.address)
    const resolution = answerer.resolve(route, zone, packet, question, response, stream, asking)
    if (resolution === 'next') return next(exchange)
    if (resolution === 'nameserver') {
      const own = surroundings.ownAddresses()
      return reply(exchange, nameserverRecords(answerer, zone, exchange.question, own))
    }
    const octets = response.octets.slice(0, response.end)
    return resolution === 'follow' && exchange.follow ? followCname(exchange, octets, ask) : octets
  }
}

function keepEdns(question: Question, { edns }: Message): void {
  question.hasEdns = edns !== undefined
  question.udpOctets = Math.max(512, edns?.udpSizeOctets ?? 512)
  question.dnssecOk = ((edns?.flags ?? 0) & 0x8000) !== 0
}

/**
 * Adds to an answer that is one CNAME what this server knows of its target, link by link. The RCODE is that of the last
 * name (RFC 6604); a loop ends with the CNAMEs found. A target that nobody here serves is the client's to ask for.
 */
async function followCname(exchange: Exchange, first: Reply, ask: Ask): Promise<Reply> {
  const { question, client } = exchange
  const stream: Client = { ...client, transport: 'tcp' }
  const answers: ResourceRecord[] = [...decodeMessage(first).answers]
  const seen = new Set([keyOf(question.qname)])
  let authorities: readonly ResourceRecord[] = []
  let rcode: number = RCODE.NOERROR
  for (let cnames = answers.length; ; ) {
    const last = answers.at(-1)
    const target = last?.type === TYPE.CNAME ? readName(last.rdata) : undefined
    if (target === undefined || seen.has(keyOf(target)) || cnames >= CNAMES_MAX) break
    seen.add(keyOf(target))
    const octets = await ask(encodeQuery({ qname: target, type: question.type, id: 0 }), stream)
    if (octets === undefined) break
    const found = read(octets)
    if (found.rcode === RCODE.REFUSED) break
    if (found.rcode !== RCODE.NOERROR && found.rcode !== RCODE.NXDOMAIN) {
      throw new AnswerError('target-failed', `CNAME target ${nameToText(target)}: RCODE ${found.rcode}`)
    }
    rcode = found.rcode
    authorities = found.answers.length === 0 || rcode === RCODE.NXDOMAIN ? found.authorities : []
    if (found.answers.length === 0) break
    answers.push(...found.answers)
    cnames += found.answers.filter((record) => record.type === TYPE.CNAME).length
  }
  return reply(exchange, { rcode, authoritative: true, answers, authorities: authorities.filter(isSoa) })
}

function read(octets: Reply): Message {
  try {
    return decodeMessage(octets)
  } catch (error) {
    if (!(error instanceof DnsError)) throw error
    throw new AnswerError(
      'target-unreadable',
      `an answer on the way of a CNAME cannot be read: ${error.message}`,
      error,
    )
  }
}

function keyOf(name: Uint8Array): string {
  return nameToText(lowerCaseName(name))
}

function isSoa(record: ResourceRecord): boolean {
  return record.type === TYPE.SOA && record.class === CLASS.IN
}
