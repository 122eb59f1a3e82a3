/** From content to an image. The same content gives the same octets. */
import type {
  ImageContent,
  NamespaceRecord,
  PodRecord,
  RRsetRecord,
  ServiceRecord,
  StanzaRecord,
  StanzaSet,
} from '../content.ts'
import { ImageError } from '../errors.ts'
import { giveBack } from '../give-back.ts'
import { HASH_START, hashAddress, hashFragment } from '../hash.ts'
import {
  CHECKSUM_OCTETS,
  FORMAT_VERSION,
  type FormatVersion,
  HEADER_OCTETS,
  KIND,
  MAGIC,
  MAX_STANZAS,
  MAX_TEMPLATES,
  MAX_ZONES,
  POD_MODES,
  PREVIOUS_SECTIONS,
  RECORD,
  SECTION,
  SECTIONS,
  type Sha256,
  STANZA_FLAG,
  WILDCARD_SCOPES,
} from '../layout.ts'
import { isReverseZone, shapeOf } from '../stanza-shape.ts'
import { FragmentBuilder } from './fragments.ts'
import { NO_SLOT, placeEntries, slotsFor } from './index-builder.ts'
import { OctetBuilder } from './octet-builder.ts'
import { checkSayable, sayable } from './previous-format.ts'
import { RecordBuilder } from './record-builder.ts'
import { buildWildcards, WILDCARD_SECTIONS } from './wildcard-builder.ts'

/**
 * @param allocate gives the memory that the image lies in, e.g. a SharedArrayBuffer; so many octets, all zero.
 * @param version  of the format. The previous one leaves out what it cannot say of a service, and refuses stanzas.
 * @throws ImageError too-large, not-in-version
 */
export function buildImage(
  content: ImageContent,
  sha256: Sha256,
  allocate?: (octets: number) => ArrayBufferLike,
  version?: FormatVersion,
): Uint8Array {
  return buildFrom(content, inOrder(content.services), sha256, allocate, version)
}

/**
 * The same of services that come one after the other, so that they need not all be there at once.
 * @param services by namespace, service and stanzas
 */
export function buildFrom(
  content: Omit<ImageContent, 'services'>,
  services: Iterable<ServiceRecord>,
  sha256: Sha256,
  allocate?: (octets: number) => ArrayBufferLike,
  version?: FormatVersion,
): Uint8Array {
  return beginImage(content, services, version)(sha256, allocate)
}

/** What is left to do of an image when its services are taken in; to be called once. @throws ImageError too-large */
export type FinishImage = (sha256: Sha256, allocate?: (octets: number) => ArrayBufferLike) => Uint8Array

/**
 * The same in two steps that take about as long, for who has something to do between them. The services are read in the first.
 * @throws ImageError too-large, not-in-version
 */
export function beginImage(
  content: Omit<ImageContent, 'services'>,
  services: Iterable<ServiceRecord>,
  version: FormatVersion = FORMAT_VERSION,
): FinishImage {
  if (version !== FORMAT_VERSION) checkSayable(content.stanzas)
  if (content.stanzas.length > MAX_STANZAS) throw new ImageError('too-large', `more than ${MAX_STANZAS} stanzas`)
  const fragments = new FragmentBuilder()
  const sections: Uint8Array[] = new Array(version === FORMAT_VERSION ? SECTIONS : PREVIOUS_SECTIONS)
  sections[SECTION.meta] = aligned(new TextEncoder().encode(JSON.stringify(content.meta)))
  addStanzas(content.stanzas, fragments, sections, version)
  sections[SECTION.namespaces] = namespaceIndex(content.namespaces, fragments)
  const builder = new RecordBuilder(fragments)
  const added = new OctetBuilder()
  for (const record of version === FORMAT_VERSION ? services : sayable(services)) added.u32(builder.add(record))
  return (sha256, allocate) => {
    const offsets = Uint32Array.from({ length: added.end / 4 }, (_, at) => added.view.getUint32(at * 4, true))
    layServices(builder, offsets, fragments, sections, version, withWildcards(content.stanzas))
    sections[SECTION.pods] = podIndex(content.pods, fragments)
    addRRsets(content.rrsets, fragments, sections)
    sections[SECTION.strings] = fragments.finish()
    return assemble(content, sections, sha256, allocate, version)
  }
}

/** The memory of the sections is given back. */
function assemble(
  content: Omit<ImageContent, 'services'>,
  sections: readonly Uint8Array[],
  sha256: Sha256,
  allocate: (octets: number) => ArrayBufferLike = (octets) => new ArrayBuffer(octets),
  version: FormatVersion,
): Uint8Array {
  const start = HEADER_OCTETS + sections.length * 8
  const octets = sections.reduce((sum, section) => sum + section.length, start) + CHECKSUM_OCTETS
  if (octets > 0x7fffffff) throw new ImageError('too-large', `an image of ${octets} octets`)
  const image = new Uint8Array(allocate(octets))
  const view = new DataView(image.buffer)
  image.set(MAGIC)
  view.setUint16(8, version, true)
  view.setUint16(10, KIND[content.kind], true)
  view.setUint32(12, octets, true)
  view.setFloat64(16, content.createdAtMs, true)
  view.setUint32(24, shapeOf(content.stanzas), true)
  view.setUint32(28, sections.length, true)
  let at = start
  sections.forEach((section, index) => {
    view.setUint32(HEADER_OCTETS + index * 8, at, true)
    view.setUint32(HEADER_OCTETS + index * 8 + 4, section.length, true)
    image.set(section, at)
    at += section.length
    // Each has memory of its own.
    giveBack(section)
  })
  image.set(sha256(image.subarray(0, at)), at)
  return image
}

function addStanzas(
  stanzas: readonly StanzaRecord[],
  fragments: FragmentBuilder,
  sections: Uint8Array[],
  version: FormatVersion,
): void {
  const zones = new OctetBuilder()
  const table = new OctetBuilder()
  const templates = new OctetBuilder()
  stanzas.forEach((stanza, index) => {
    if (stanza.zones.length > MAX_ZONES) throw new ImageError('too-large', `a stanza of ${stanza.zones.length} zones`)
    table.u32(stanza.ttlSec)
    table.u32(POD_MODES.indexOf(stanza.pods))
    table.u32(zones.end / 16)
    table.u32(stanza.zones.length)
    if (version === FORMAT_VERSION) addBeyond(stanza, fragments, table, templates)
    for (const zone of stanza.zones) {
      zones.u32(fragments.add(zone.name))
      zones.u32(index)
      zones.u32(isReverseZone(zone.name) ? 1 : 0)
      zones.u32(zone.serial)
    }
  })
  sections[SECTION.zones] = zones.finish()
  sections[SECTION.stanzas] = table.finish()
  if (version === FORMAT_VERSION) sections[SECTION.templates] = templates.finish()
}

/** What the previous format has no words for. */
function addBeyond(
  { names, namespace, wildcards, search, externalFirst }: StanzaRecord,
  fragments: FragmentBuilder,
  table: OctetBuilder,
  templates: OctetBuilder,
): void {
  if (names.length > MAX_TEMPLATES) throw new ImageError('too-large', `a stanza of ${names.length} templates`)
  const { search: searchFlag, externalFirst: externalFlag } = STANZA_FLAG
  table.u32(WILDCARD_SCOPES.indexOf(wildcards) | (search ? searchFlag : 0) | (externalFirst ? externalFlag : 0))
  table.u32(templates.end / 4)
  table.u32(names.length)
  table.u32(fragments.add(namespace))
  for (const name of names) templates.u32(fragments.add(name))
}

function namespaceIndex(namespaces: readonly NamespaceRecord[], fragments: FragmentBuilder): Uint8Array {
  const sorted = [...namespaces].sort((a, b) => compareText(a.name, b.name))
  const names = sorted.map(({ name }) => fragments.add(name))
  const hashes = Int32Array.from(names, (name) => hashOf(fragments, name))
  return layIndex(hashes, 8, (view, at, entry) => {
    view.setUint32(at, names[entry] as number, true)
    view.setUint32(at + 4, (sorted[entry] as NamespaceRecord).stanzas, true)
  })
}

/**
 * @param offsets   of the records
 * @param wildcards stanzas that have them
 */
function layServices(
  builder: RecordBuilder,
  offsets: Uint32Array,
  fragments: FragmentBuilder,
  sections: Uint8Array[],
  version: FormatVersion,
  wildcards: StanzaSet,
): void {
  const { view } = builder.records
  const hashes = Int32Array.from(offsets, (offset) => {
    const service = hashOf(fragments, view.getUint32(offset + RECORD.service, true))
    return hashOf(fragments, view.getUint32(offset + RECORD.namespace, true), service)
  })
  sections[SECTION.services] = layIndex(hashes, 8, (view, at, entry) => {
    view.setInt32(at, hashes[entry] as number, true)
    view.setUint32(at + 4, (offsets[entry] as number) + 1, true)
  })
  sections[SECTION.records] = builder.records.finish()
  sections[SECTION.ports] = builder.ports.finish()
  sections[SECTION.addresses6] = builder.addresses6.finish()
  const reverse4 = builder.reverse.finish4()
  const reverse6 = builder.reverse.finish6()
  sections[SECTION.reverse4] = reverse4.entries
  sections[SECTION.reverse6] = reverse6.entries
  sections[SECTION.blocks4] = reverse4.blocks
  sections[SECTION.blocks6] = reverse6.blocks
  if (version !== FORMAT_VERSION) return
  const nameLabels = new OctetBuilder()
  nameLabels.u32(builder.nameLabels >>> 0)
  sections[SECTION.nameLabels] = nameLabels.finish()
  const indexes = buildWildcards(view, offsets, fragments, wildcards)
  for (const name of WILDCARD_SECTIONS) sections[SECTION[name]] = indexes[name]
}

function withWildcards(stanzas: readonly StanzaRecord[]): StanzaSet {
  return stanzas.reduce((set, { wildcards }, index) => (wildcards === 'off' ? set : set | (1 << index)), 0)
}

/** Sorted by namespace and service. What the compiler gives lies in this order already, or nearly. */
function inOrder(services: readonly ServiceRecord[]): readonly ServiceRecord[] {
  const compare = (a: ServiceRecord, b: ServiceRecord) =>
    compareText(a.namespace, b.namespace) || compareText(a.service, b.service) || a.stanzas - b.stanzas
  const sorted = services.every((record, at) => at === 0 || compare(services[at - 1] as ServiceRecord, record) <= 0)
  return sorted ? services : [...services].sort(compare)
}

function podIndex(pods: readonly PodRecord[], fragments: FragmentBuilder): Uint8Array {
  const sorted = pods
    .map(({ namespace, address, stanzas }) => ({ namespace, address: mapped(address), stanzas }))
    .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.address.join(), b.address.join()))
  const names = sorted.map(({ namespace }) => fragments.add(namespace))
  const hashes = Int32Array.from(sorted, ({ address }, entry) =>
    hashAddress(hashOf(fragments, names[entry] as number), new DataView(address.buffer), 0),
  )
  return layIndex(hashes, 24, (view, at, entry) => {
    const { address, stanzas } = sorted[entry] as PodRecord
    for (let octet = 0; octet < 16; octet++) view.setUint8(at + octet, address[octet] as number)
    view.setUint32(at + 16, names[entry] as number, true)
    view.setUint32(at + 20, stanzas, true)
  })
}

function addRRsets(rrsets: readonly RRsetRecord[], fragments: FragmentBuilder, sections: Uint8Array[]): void {
  const sorted = [...rrsets].sort((a, b) => compareText(a.owner, b.owner) || a.type - b.type || a.stanzas - b.stanzas)
  const table = new OctetBuilder()
  const owners = sorted.map(({ owner }) => fragments.add(owner))
  const offsets = sorted.map((rrset, entry) => {
    if (rrset.rdata.length > 65535) throw new ImageError('too-large', `an RRset of ${rrset.rdata.length} records`)
    const offset = table.end
    table.u32(owners[entry] as number)
    table.u32(rrset.stanzas)
    table.u16(rrset.rdata.length)
    table.u16(rrset.type)
    table.u32(rrset.ttlSec)
    for (const rdata of rrset.rdata) {
      if (rdata.length > 65535) throw new ImageError('too-large', `rdata of ${rdata.length} octets at ${rrset.owner}`)
      table.u16(rdata.length)
      table.octets(rdata)
    }
    table.align()
    return offset
  })
  const hashes = Int32Array.from(owners, (owner) => hashOf(fragments, owner))
  sections[SECTION.owners] = layIndex(hashes, 8, (view, at, entry) => {
    view.setInt32(at, hashes[entry] as number, true)
    view.setUint32(at + 4, (offsets[entry] as number) + 1, true)
  })
  sections[SECTION.rrsets] = table.finish()
}

function layIndex(
  hashes: Int32Array,
  slotOctets: number,
  write: (view: DataView, at: number, entry: number) => void,
): Uint8Array {
  const slots = slotsFor(hashes.length)
  const index = new Uint8Array(slots * slotOctets)
  const view = new DataView(index.buffer)
  placeEntries(hashes, slots).forEach((slot, entry) => {
    if (slot !== NO_SLOT) write(view, slot * slotOctets, entry)
  })
  return index
}

function hashOf(fragments: FragmentBuilder, reference: number, start = HASH_START): number {
  const { view } = fragments
  return hashFragment(start, view, reference + 1, reference + 1 + view.getUint8(reference))
}

/** An address as 16 octets; IPv4 as ::ffff:a.b.c.d. */
function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return Uint8Array.from(address)
  return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address])
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function aligned(octets: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(octets.length / 4) * 4)
  padded.set(octets)
  padded.fill(0x20, octets.length) // JSON text may end in spaces
  return padded
}
