/**
 * NS records of a zone, their glue, and `ns.dns.Z`. The nameservers are the services that have an endpoint with one of the
 * responder's own addresses (the DNS service itself, when the responder runs behind it); when there are none, `ns.dns.Z`
 * with those addresses.
 */
import { CLASS, nameFromText, type Question, RCODE, type ResourceRecord, TYPE } from '@zonecast/dns'
import {
  addressEnd,
  addressStart,
  applyTemplate,
  entryOrdinal,
  entryRecord,
  type Image,
  type ImageStack,
  isReverseZone,
  isVisible,
  OWN_ADDRESS,
  readService,
  type ServiceRecord,
} from '@zonecast/image'
import type { Answerer } from '../answerer.ts'
import { EXPIRE_SEC, MNAME_LABELS, REFRESH_SEC, RETRY_SEC, RNAME_LABELS, TTL_SEC_MAX } from '../records/soa.ts'
import type { Zone, ZoneData } from '../routes.ts'
import type { ReplyFields } from './exchange.ts'

interface Nameserver {
  readonly name: Uint8Array
  readonly addresses: readonly Uint8Array[]
}

/** The answer to NS at the apex, or to any type at `ns.dns.Z`. @param zone with data */
export function nameserverRecords(
  answerer: Answerer,
  zone: Zone,
  question: Question,
  ownAddresses: readonly Uint8Array[],
): ReplyFields {
  const data = zone.data as ZoneData
  const forward = zone.isReverse ? firstForward(data) : zone.name
  const nameservers = findNameservers(answerer.images(zone.plugin.feed), data, forward, ownAddresses)
  const { ttlSec } = data.stanza
  if (question.qname.length === zone.wire.length) {
    const answers = nameservers.map(({ name }) => record(question.qname, TYPE.NS, ttlSec, name))
    const additionals = nameservers.flatMap(({ name, addresses }) =>
      addresses.map((address) => record(name, addressType(address), ttlSec, address)),
    )
    return { rcode: RCODE.NOERROR, authoritative: true, answers, additionals }
  }
  const answers = nameservers
    .flatMap(({ addresses }) => addresses)
    .filter((address) => question.type === addressType(address))
    .map((address) => record(question.qname, question.type, ttlSec, address))
  const authorities = answers.length === 0 ? [soa(zone, data)] : []
  return { rcode: RCODE.NOERROR, authoritative: true, answers, authorities }
}

function findNameservers(
  images: ImageStack,
  data: ZoneData,
  zone: string,
  ownAddresses: readonly Uint8Array[],
): Nameserver[] {
  const services = new Map<string, ServiceRecord>()
  for (const address of ownAddresses) {
    for (const service of servicesAt(images, data.index, address)) {
      services.set(`${applyTemplate(data.stanza, data.stanza.names[0] ?? '', service)}.${zone}.`, service)
    }
  }
  const found = [...services]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, service]) => ({
      name: nameFromText(name),
      addresses: publishedAddresses(service, data, ownAddresses),
    }))
    // A name without addresses leads nobody here.
    .filter(({ addresses }) => addresses.length > 0)
  if (found.length > 0) return found
  return [{ name: nameFromText(zone === '' ? 'ns.dns.' : `ns.dns.${zone}.`), addresses: ownAddresses }]
}

/** Those of a service's name; of endpoints only the responder's own. */
function publishedAddresses(
  { kind, addresses, externalAddresses, endpoints }: ServiceRecord,
  { stanza }: ZoneData,
  ownAddresses: readonly Uint8Array[],
): readonly Uint8Array[] {
  const isOwn = (own: Uint8Array) => endpoints.some(({ address }) => isSame(address, own))
  const internal = kind === 'cluster' ? addresses : ownAddresses.filter(isOwn)
  return stanza.externalFirst ? [...externalAddresses, ...internal] : [...internal, ...externalAddresses]
}

/** Services with forward names that have an endpoint with this address. */
function servicesAt(images: ImageStack, stanza: number, octets: Uint8Array): ServiceRecord[] {
  const address = new DataView(Uint8Array.from(octets).buffer)
  const isIPv6 = octets.length === 16
  const services: ServiceRecord[] = []
  images.forEach((image: Image, layer) => {
    const end = addressEnd(image, isIPv6, address)
    for (let entry = addressStart(image, isIPv6, address); entry < end; entry++) {
      if (entryOrdinal(image, isIPv6, entry) === OWN_ADDRESS) continue
      if (!isVisible(images, layer, stanza, isIPv6, entry)) continue
      services.push(readService(image, entryRecord(image, isIPv6, entry)))
    }
  })
  return services.filter(({ kind }) => kind === 'cluster' || kind === 'headless')
}

function soa({ wire }: Zone, { stanza, serial }: ZoneData): ResourceRecord {
  const numbers = new DataView(new ArrayBuffer(20))
  for (const [index, value] of [serial, REFRESH_SEC, RETRY_SEC, EXPIRE_SEC, stanza.ttlSec].entries()) {
    numbers.setUint32(index * 4, value)
  }
  const rdata = Uint8Array.of(...MNAME_LABELS, ...wire, ...RNAME_LABELS, ...wire, ...new Uint8Array(numbers.buffer))
  return record(wire, TYPE.SOA, Math.min(stanza.ttlSec, TTL_SEC_MAX), rdata)
}

function record(ownerName: Uint8Array, type: number, ttlSec: number, rdata: Uint8Array): ResourceRecord {
  return { ownerName, type, class: CLASS.IN, ttlSec, rdata }
}

function addressType(address: Uint8Array): number {
  return address.length === 4 ? TYPE.A : TYPE.AAAA
}

function firstForward({ stanza }: ZoneData): string {
  return stanza.zones.find(({ name }) => !isReverseZone(name))?.name ?? ''
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at])
}
