/**
 * The fast path: find, decide, write. Reads a query in place, finds its zone and what the name stands for, and writes the
 * whole response into the caller's buffer. One is made for each thread and listener; it allocates nothing for a query.
 */
import { HEADER, type Packet, RCODE, TYPE } from '@zonecast/dns'
import {
  type Image,
  type ImageStack,
  isAboveServices,
  lookup,
  lookupReverse,
  Match,
  mayStandForMany,
  type Outcome,
  type QueryName,
  RECORD,
  WildcardSearch,
} from '@zonecast/image'
import { type Block, WILDCARD_RECORDS, type WildcardsPlugin } from './block.ts'
import { ANSWERED, DROP, type PacketClient, type PacketOutcome, SLOW } from './handler.ts'
import { Question, readQuestion } from './question.ts'
import { writeAddresses } from './records/addresses.ts'
import { writeFragment } from './records/names.ts'
import { writePtr } from './records/ptr.ts'
import { writeSoa } from './records/soa.ts'
import { writeSrv } from './records/srv.ts'
import { hasData } from './records/wildcard-data.ts'
import { writeWildcards } from './records/wildcards.ts'
import { QNAME_POINTER, ResponseWriter, writeHeaderOnly } from './response-writer.ts'
import { type Route, Routes, type Zone, type ZoneData } from './routes.ts'
import type { Tally } from './tally/tally.ts'
import { PLUGINS } from './tally/tally-layout.ts'
import { assignZoneData } from './zone-data.ts'

/**
 * What came of a question in a zone. written: the response is whole. follow: so far it is the CNAME of an external service.
 * next: the name does not exist here, the next plugin may know it. nameserver: NS records or `ns.dns.Z`, which depend on the
 * responder's addresses.
 */
export type Resolution = 'written' | 'follow' | 'next' | 'nameserver'

/** How long an answer that is but a part of what there is stays the same part. */
const TURN_MS = 5000

const SERVER = PLUGINS.indexOf('')
const KUBERNETES = PLUGINS.indexOf('kubernetes')

export class Answerer {
  readonly routes: Routes
  readonly #images = new Map<string, ImageStack>()
  readonly #question = new Question()
  readonly #match = new Match()
  readonly #writer = new ResponseWriter()
  /** Counts what this thread answers. */
  readonly tally: Tally | undefined
  /** Of the query under way: see `Route.counted`. */
  #counted = -1
  readonly #wildcards: WildcardSearch
  readonly #nowMs: () => number
  #turn = 0

  /**
   * @param tally that of this thread; undefined: nothing is counted.
   * @param nowMs the time of day, the same for all threads: answers that are but a part of what there is turn over with it.
   */
  constructor(blocks: readonly Block[], tally?: Tally, nowMs: () => number = () => 0) {
    this.routes = new Routes(blocks)
    this.tally = tally
    this.#nowMs = nowMs
    this.#wildcards = new WildcardSearch(WILDCARD_RECORDS, hasData)
  }

  /** From now on zones of this feed are answered from these images, newest first. Queries under way keep theirs. */
  setImages(feed: string, images: ImageStack): void {
    this.#images.set(feed, images)
    assignZoneData(
      this.routes.zones.filter((zone) => zone.plugin.feed === feed),
      images,
    )
  }

  images(feed: string): ImageStack {
    return this.#images.get(feed) ?? []
  }

  /** See `AnswerPacket`. */
  answer(query: Packet, response: Packet, stream: boolean, client: PacketClient): PacketOutcome {
    const tally = this.tally
    if (tally === undefined) return this.#answer(query, response, stream, client)
    const question = this.#question
    // What is left so is of no zone, or cannot be read.
    this.#counted = tally.dropped
    question.type = 0
    question.dnssecOk = false
    tally.begin()
    const outcome = this.#answer(query, response, stream, client)
    if (outcome === ANSWERED) {
      const zone = this.#counted
      const plugin = zone === tally.dropped ? SERVER : KUBERNETES
      const rcode = response.view.getUint16(HEADER.FLAGS) & 0xf
      tally.count(
        zone,
        question.type,
        question.dnssecOk,
        stream,
        client.isIPv6,
        plugin,
        rcode,
        query.end,
        response.end,
        -1,
      )
    }
    return outcome
  }

  #answer(query: Packet, response: Packet, stream: boolean, client: PacketClient): PacketOutcome {
    const question = this.#question
    const reading = readQuestion(query, question)
    if (reading === 'drop') return DROP
    if (reading === 'slow') return SLOW
    if (reading !== 'answer') {
      writeHeaderOnly(query, response, reading === 'formerr' ? RCODE.FORMERR : RCODE.NOTIMP)
      return ANSWERED
    }
    const route = this.routes.find(question.name)
    if (route === undefined) {
      this.#writer.begin(query, question, response, stream)
      this.#writer.rcode(RCODE.REFUSED)
      this.#writer.finish()
      return ANSWERED
    }
    const { log, nsid } = route.block
    if (log.length > 0 || route.zone === undefined || (question.asksNsid && nsid !== undefined)) return SLOW
    this.#counted = route.counted
    const resolution = this.resolve(route, route.zone, query, question, response, stream, client)
    return resolution === 'written' ? ANSWERED : SLOW
  }

  /**
   * Answers a question whose zone is known. On 'written' the response is whole; on 'follow' it is whole too, with the CNAME
   * alone; otherwise it is to be made anew.
   */
  resolve(
    route: Route,
    zone: Zone,
    query: Packet,
    question: Question,
    response: Packet,
    stream: boolean,
    client: PacketClient,
  ): Resolution {
    const writer = this.#writer
    writer.begin(query, question, response, stream)
    const { data } = zone
    if (data === undefined) {
      writer.rcode(RCODE.SERVFAIL)
      writer.finish()
      return 'written'
    }
    if (question.type === TYPE.AXFR || question.type === TYPE.IXFR) {
      writer.rcode(RCODE.REFUSED)
      writer.finish()
      return 'written'
    }
    try {
      return this.#resolve(route, zone, data, question, client)
    } catch (error) {
      // An image that contradicts itself; see `Image`.
      if (!(error instanceof RangeError)) throw error
      this.tally?.panicked()
      writer.begin(query, question, response, stream)
      writer.rcode(RCODE.SERVFAIL)
      writer.finish()
      return 'written'
    }
  }

  #resolve(route: Route, zone: Zone, data: ZoneData, question: Question, client: PacketClient): Resolution {
    const writer = this.#writer
    const match = this.#match
    const { name, type } = question
    const images = this.images(zone.plugin.feed)
    const outcome = find(images, zone, data, name, type, match)
    writer.authoritative()
    const isMissing = outcome === 'nxdomain'
    const isEmpty = outcome === 'found' && match.kind === 'inner'
    if (data.wildcards !== undefined && (isMissing || isEmpty)) {
      const resolution = this.#resolveWildcards(zone, data, data.wildcards, question, isEmpty, client)
      if (resolution !== undefined) return resolution
    }
    if (isMissing) {
      if (zone.fallthrough && route.block.whoami) return 'next'
      writer.rcode(RCODE.NXDOMAIN)
      return this.#finishNegative(zone, data, name)
    }
    if (outcome === 'follow') {
      writeCname(writer, match, data)
      writer.finish()
      return type === TYPE.A || type === TYPE.AAAA ? 'follow' : 'written'
    }
    if (match.kind === 'nameserver' || (match.kind === 'apex' && type === TYPE.NS)) return 'nameserver'
    const turn = route.block.rotate ? this.#nextTurn() : 0
    const whole = writeMatch(writer, images, match, zone, data, name, type, turn)
    if (!whole) writer.truncated()
    if (writer.answers === 0 && whole) return this.#finishNegative(zone, data, name)
    writer.finish()
    return 'written'
  }

  /** @returns undefined when there is no such name after all, or not for this client. */
  #resolveWildcards(
    zone: Zone,
    data: ZoneData,
    { scope, search, limit, clients }: WildcardsPlugin,
    { name, type }: Question,
    isEmpty: boolean,
    client: PacketClient,
  ): Resolution | undefined {
    const labels = name.labels - zone.labels
    if (!mayStandForMany(data, name, labels, search)) return undefined
    // Nothing has just the name of a node above services.
    if (isEmpty && !(search && isAboveServices(this.images(zone.plugin.feed), data, name, labels))) return undefined
    if (clients.length > 0 && !client.isIn(clients)) return undefined
    const wildcards = this.#wildcards
    const images = this.images(zone.plugin.feed)
    const turn = Math.floor(this.#nowMs() / TURN_MS) * limit
    const outcome = wildcards.find(images, data, name, labels, type, scope, search, limit, turn)
    if (outcome === 'nxdomain') return undefined
    const writer = this.#writer
    const match = this.#match
    if (type === TYPE.ANY) {
      if (outcome === 'found') writeAny(writer, data.stanza.ttlSec)
    } else if (type === TYPE.CNAME) {
      if (wildcards.count > 0) {
        wildcards.settle(match, 0)
        writeCname(writer, match, data)
      }
    } else if (wildcards.count > 0 && !writeWildcards(writer, wildcards, match, name, type, data, limit)) {
      writer.truncated()
    }
    if (wildcards.isLimited) this.tally?.limited()
    if (writer.answers === 0) return this.#finishNegative(zone, data, name)
    writer.finish()
    return 'written'
  }

  #finishNegative(zone: Zone, data: ZoneData, name: QueryName): Resolution {
    const writer = this.#writer
    if (writeSoa(writer, zone, data, name)) writer.authorities += 1
    writer.finish()
    return 'written'
  }

  /** A linear congruential step: clients that ask A and AAAA in turns must not see every second start only. */
  #nextTurn(): number {
    this.#turn = (Math.imul(this.#turn, 1_664_525) + 1_013_904_223) | 0
    return this.#turn >>> 12
  }
}

export function find(
  images: ImageStack,
  zone: Zone,
  data: ZoneData,
  name: QueryName,
  type: number,
  match: Match,
): Outcome {
  if (zone.isReverse) return lookupReverse(images, data.index, name, zone.labels, match)
  return lookup(images, data, name, name.labels - zone.labels, type, match)
}

/** The answer section for what was found; nothing when it has no data of the type. @returns false when some did not fit. */
export function writeMatch(
  writer: ResponseWriter,
  images: ImageStack,
  match: Match,
  zone: Zone,
  data: ZoneData,
  name: QueryName,
  type: number,
  turn: number,
): boolean {
  const { ttlSec, externalFirst } = data.stanza
  const { kind } = match
  if (kind === 'inner') return true
  if (type === TYPE.ANY) return writeAny(writer, ttlSec)
  if (kind === 'apex') {
    if (type === TYPE.SOA && writeSoa(writer, zone, data, name)) writer.answers += 1
    return true
  }
  if (kind === 'address') {
    return type !== TYPE.PTR || writePtr(writer, images, data.index, match, data.naming, ttlSec)
  }
  if (kind === 'owner') return writeRRset(writer, match, type)
  if (type === TYPE.A || type === TYPE.AAAA) {
    return writeAddresses(writer, match, name, type, ttlSec, externalFirst, turn)
  }
  if (type === TYPE.SRV && kind !== 'pod') {
    return writeSrv(writer, match, name, data.naming, ttlSec, externalFirst)
  }
  return true
}

/** RFC 8482 section 4.2: one HINFO record stands for all there is. */
function writeAny(writer: ResponseWriter, ttlSec: number): boolean {
  if (!writer.fits(12 + HINFO_RFC8482.length)) return false
  writer.recordHead(QNAME_POINTER, TYPE.HINFO, ttlSec)
  writer.u16(HINFO_RFC8482.length)
  writer.octets(HINFO_RFC8482)
  writer.answers += 1
  return true
}

const HINFO_RFC8482 = new TextEncoder().encode('\x07RFC8482\x00')

/** An RRset as the image holds it: all of it, or as much as fits. */
function writeRRset(writer: ResponseWriter, match: Match, type: number): boolean {
  const { view } = match.image as Image
  let at = match.at + 16
  const ttlSec = view.getUint32(match.at + 12, true)
  for (let left = view.getUint16(match.at + 8, true); left > 0; left--) {
    const octets = view.getUint16(at, true)
    if (!writer.fits(12 + octets)) return false
    writer.recordHead(QNAME_POINTER, type, ttlSec)
    writer.u16(octets)
    writer.copy(view, at + 2, octets)
    writer.answers += 1
    at += 2 + octets
  }
  return true
}

export function writeCname(writer: ResponseWriter, match: Match, data: ZoneData): void {
  const image = match.image as Image
  const target = image.strings + image.view.getUint32(match.at + RECORD.ports, true)
  const octets = image.view.getUint8(target) + 1
  // A question and one name of 255 octets always fit into 512.
  writer.recordHead(QNAME_POINTER, TYPE.CNAME, data.stanza.ttlSec)
  writer.u16(octets)
  writeFragment(writer, image, target)
  writer.u8(0)
  writer.answers += 1
}
