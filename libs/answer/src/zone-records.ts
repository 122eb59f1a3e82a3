/**
 * Every record of a zone, for dumps and transfers. Each name that the images list is asked for each type that it may have,
 * and what writes answers writes it, into a buffer that grows until the RRset is whole. So what is printed is what is
 * answered, however large.
 */
import {
  CLASS,
  decodeRecords,
  HEADER,
  HEADER_OCTETS,
  joinNames,
  NAME_OCTETS_MAX,
  nameFromText,
  type Packet,
  packetOver,
  type ResourceRecord,
  TYPE,
} from '@zonecast/dns'
import { type ImageStack, type ListedName, listNames, Match, QueryName } from '@zonecast/image'
import { type Answerer, find, writeCname, writeMatch } from './answerer.ts'
import { Question, readQuestion } from './question.ts'
import { ResponseWriter } from './response-writer.ts'
import type { Zone, ZoneData } from './routes.ts'

const FIRST_OCTETS = 64 * 1024
/** More than any RRset takes: a million addresses. */
const MOST_OCTETS = 256 * 1024 * 1024

const NAMESERVER: ListedName = { labels: 'ns.dns', types: [TYPE.A, TYPE.AAAA] }

/**
 * SOA first, NS second, then all names in canonical order (RFC 4034 section 6.1).
 * @param zone one of `servedZones`
 * @param nameserverAddresses of `ns.dns.Z`, 4 or 16 octets each: the nameserver that the NS record names
 * @throws ImageError malformed, RangeError
 */
export function* zoneRecords(
  answerer: Answerer,
  zone: Zone,
  nameserverAddresses: readonly Uint8Array[],
): Generator<ResourceRecord> {
  const data = zone.data as ZoneData
  const reader = new RRsetReader(answerer, zone, data)
  const { ttlSec } = data.stanza
  const nameserver = joinNames(nameFromText('ns.dns.'), data.forward)
  yield* reader.read(zone.wire, TYPE.SOA)
  yield { ownerName: zone.wire, type: TYPE.NS, class: CLASS.IN, ttlSec, rdata: nameserver }
  for (const { labels, types } of inOrder(listNames(answerer.images(zone.plugin.feed), data.index, zone.name), zone)) {
    const ownerName = joinNames(nameFromText(`${labels}.`), zone.wire)
    if (labels !== NAMESERVER.labels) {
      for (const type of types) yield* reader.read(ownerName, type)
      continue
    }
    for (const rdata of nameserverAddresses) {
      yield { ownerName, type: rdata.length === 4 ? TYPE.A : TYPE.AAAA, class: CLASS.IN, ttlSec, rdata }
    }
  }
}

/** The zones with data that questions reach: a zone of a stanza may lie outside of all that its server block serves. */
export function servedZones(answerer: Answerer): Zone[] {
  const name = new QueryName()
  return answerer.routes.zones.filter((zone) => {
    const { wire } = zone
    name.read(new DataView(wire.buffer, wire.byteOffset, wire.length), 0, wire.length)
    return zone.data !== undefined && answerer.routes.find(name)?.zone === zone
  })
}

/** Label by label from the root down; a zero stands for the dot, so that a name comes before those below it. */
function inOrder(names: Iterable<ListedName>, zone: Zone): ListedName[] {
  const keyed: { key: string; name: ListedName }[] = []
  const keyOf = (labels: string) => labels.split('.').reverse().join('\0')
  for (const name of names) if (name.types.length > 0) keyed.push({ key: keyOf(name.labels), name })
  if (!zone.isReverse) keyed.push({ key: keyOf(NAMESERVER.labels), name: NAMESERVER })
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name)
}

class RRsetReader {
  readonly #answerer: Answerer
  readonly #zone: Zone
  readonly #data: ZoneData
  readonly #images: ImageStack
  readonly #query = packetOver(new Uint8Array(HEADER_OCTETS + NAME_OCTETS_MAX + 4))
  readonly #question = new Question()
  readonly #match = new Match()
  readonly #writer = new ResponseWriter()
  #packet = packetOver(new Uint8Array(FIRST_OCTETS))

  constructor(answerer: Answerer, zone: Zone, data: ZoneData) {
    this.#answerer = answerer
    this.#zone = zone
    this.#data = data
    this.#images = answerer.images(zone.plugin.feed)
    this.#query.view.setUint16(HEADER.QDCOUNT, 1)
  }

  /** None, too, for a name that lies in another zone below this one. */
  read(ownerName: Uint8Array, type: number): ResourceRecord[] {
    const query = this.#query
    query.octets.set(ownerName, HEADER_OCTETS)
    query.end = HEADER_OCTETS + ownerName.length + 4
    query.view.setUint16(query.end - 4, type)
    query.view.setUint16(query.end - 2, CLASS.IN)
    readQuestion(query, this.#question)
    if (this.#answerer.routes.find(this.#question.name)?.zone !== this.#zone) return []
    let before = 0
    while (!this.#write(query) && this.#writer.at > before && this.#packet.octets.length < MOST_OCTETS) {
      before = this.#writer.at
      this.#packet = packetOver(new Uint8Array(this.#packet.octets.length * 2))
    }
    return decodeRecords(this.#packet, this.#question.end, this.#writer.answers)
  }

  /** @returns false when more room is needed. */
  #write(query: Packet): boolean {
    const { name, type } = this.#question
    this.#writer.begin(query, this.#question, this.#packet, true)
    this.#writer.limit = this.#packet.octets.length
    const outcome = find(this.#images, this.#zone, this.#data, name, type, this.#match)
    if (outcome === 'nxdomain') return true
    if (outcome === 'follow') {
      if (type === TYPE.CNAME) writeCname(this.#writer, this.#match, this.#data)
      return true
    }
    // Nobody waits for this, so it may take as long as it takes.
    this.#match.steps = Number.MAX_SAFE_INTEGER
    return writeMatch(this.#writer, this.#images, this.#match, this.#zone, this.#data, name, type, 0)
  }
}
