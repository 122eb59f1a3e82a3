/**
 * An image in memory. Loading checks the frame and the SHA-256 and notes where the sections begin; nothing is parsed and
 * nothing is made per record. All later reading goes through one DataView, whose bounds checks turn whatever a hostile image
 * claims into a RangeError: the one place that answers queries catches it.
 */

import { type PodMode, SPECIFIED, type StanzaRecord, type ZoneRecord } from './content.ts'
import { ImageError } from './errors.ts'
import {
  CHECKSUM_OCTETS,
  FORMAT_VERSION,
  type FormatVersion,
  HEADER_OCTETS,
  KIND,
  labelsBit,
  MAGIC,
  MAX_STANZAS,
  MAX_TEMPLATES,
  MAX_ZONES,
  POD_MODES,
  PREVIOUS_SECTIONS,
  PREVIOUS_VERSION,
  REVERSE_BLOCK,
  SECTION,
  SECTIONS,
  type Sha256,
  STANZA_FLAG,
  STANZA_OCTETS,
  WILDCARD_SCOPES,
} from './layout.ts'
import { shapeOf } from './stanza-shape.ts'
import { parseTemplate } from './template.ts'

/** Octets that the slots of an index take. */
export const SERVICE_SLOT = 8
export const NAMESPACE_SLOT = 8
export const POD_SLOT = 24
export const OWNER_SLOT = 8
export const REVERSE4_ENTRY = 12
export const REVERSE6_ENTRY = 24
const PIECE_WORDS = 3

export class Image {
  readonly octets: Uint8Array
  readonly view: DataView
  readonly version: FormatVersion
  readonly kind: 'base' | 'delta'
  readonly createdAtMs: number
  /** See `shapeOf`. */
  readonly shape: number
  readonly stanzas: readonly StanzaRecord[]
  /** Octet offsets from the start of the image, and counts of slots or entries. */
  readonly strings: number
  readonly records: number
  readonly ports: number
  readonly addresses6: number
  readonly rrsets: number
  readonly namespaces: number
  readonly namespaceSlots: number
  readonly services: number
  readonly serviceSlots: number
  readonly pods: number
  readonly podSlots: number
  readonly owners: number
  readonly ownerSlots: number
  readonly reverse4: number
  readonly reverse4Entries: number
  readonly reverse6: number
  readonly reverse6Entries: number
  readonly blocks4: number
  readonly blocks6: number
  /** The word of the section `nameLabels`. */
  readonly nameLabels: number
  /** What questions with wildcards are answered by; without entries when there are none. */
  readonly order: number
  readonly orderEntries: number
  readonly spans: number
  readonly spanEntries: number
  readonly names: number
  readonly nameEntries: number
  readonly suffixes: number
  readonly pieces: number
  /** The one that stands for the end left out. */
  readonly pieceEntries: number
  readonly labelStarts: number
  readonly labelStartEntries: number
  readonly externals: number
  readonly externalEntries: number
  readonly #meta: number

  /** @param octets a checked frame, see `loadImage`. */
  constructor(octets: Uint8Array, view: DataView, like?: Image) {
    this.octets = octets
    this.view = view
    const offset = (section: number) => view.getUint32(HEADER_OCTETS + section * 8, true)
    const length = (section: number) => this.sectionOctets(section)
    const slots = (section: number, slotOctets: number) => {
      const count = length(section) / slotOctets
      const powerOfTwo = Number.isInteger(count) && (count & (count - 1)) === 0
      if (!powerOfTwo) throw new ImageError('malformed', `section ${section} is no index`)
      return count
    }
    this.version = view.getUint16(8, true) === PREVIOUS_VERSION ? PREVIOUS_VERSION : FORMAT_VERSION
    this.kind = kindOf(view.getUint16(10, true))
    this.createdAtMs = view.getFloat64(16, true)
    this.shape = view.getUint32(24, true)
    this.strings = offset(SECTION.strings)
    this.records = offset(SECTION.records)
    this.ports = offset(SECTION.ports)
    this.addresses6 = offset(SECTION.addresses6)
    this.rrsets = offset(SECTION.rrsets)
    this.namespaces = offset(SECTION.namespaces)
    this.namespaceSlots = slots(SECTION.namespaces, NAMESPACE_SLOT)
    this.services = offset(SECTION.services)
    this.serviceSlots = slots(SECTION.services, SERVICE_SLOT)
    this.pods = offset(SECTION.pods)
    this.podSlots = slots(SECTION.pods, POD_SLOT)
    this.owners = offset(SECTION.owners)
    this.ownerSlots = slots(SECTION.owners, OWNER_SLOT)
    const entries = (section: number, blocks: number, octets: number) => {
      const count = length(section) / octets
      const fits = Number.isInteger(count) && length(blocks) === Math.ceil(count / REVERSE_BLOCK) * 4
      if (!fits) throw new ImageError('malformed', `section ${section} is no reverse table`)
      return count
    }
    this.reverse4 = offset(SECTION.reverse4)
    this.reverse4Entries = entries(SECTION.reverse4, SECTION.blocks4, REVERSE4_ENTRY)
    this.reverse6 = offset(SECTION.reverse6)
    this.reverse6Entries = entries(SECTION.reverse6, SECTION.blocks6, REVERSE6_ENTRY)
    this.blocks4 = offset(SECTION.blocks4)
    this.blocks6 = offset(SECTION.blocks6)
    const hasWildcards = this.version === FORMAT_VERSION
    const words = (section: number) => (hasWildcards ? length(section) >>> 2 : 0)
    const start = (section: number) => (hasWildcards ? offset(section) : 0)
    this.order = start(SECTION.order)
    this.orderEntries = words(SECTION.order)
    this.spans = start(SECTION.spans)
    this.spanEntries = words(SECTION.spans)
    this.names = start(SECTION.names)
    this.nameEntries = words(SECTION.names)
    this.suffixes = start(SECTION.suffixes)
    this.pieces = start(SECTION.pieces)
    this.pieceEntries = Math.max(Math.trunc(words(SECTION.pieces) / PIECE_WORDS) - 1, 0)
    this.labelStarts = start(SECTION.labelStarts)
    this.labelStartEntries = words(SECTION.labelStarts)
    this.externals = start(SECTION.externals)
    this.externalEntries = words(SECTION.externals)
    this.#meta = offset(SECTION.meta)
    this.nameLabels = this.version === FORMAT_VERSION ? view.getInt32(offset(SECTION.nameLabels), true) : labelsBit(1)
    const templates = this.version === FORMAT_VERSION ? offset(SECTION.templates) : 0
    const tables = [offset(SECTION.stanzas), length(SECTION.stanzas), offset(SECTION.zones)] as const
    if (like?.shape === this.shape) this.stanzas = withSerials(this, like.stanzas, ...tables)
    else {
      this.stanzas = readStanzas(this, ...tables, templates)
      if (shapeOf(this.stanzas) !== this.shape)
        throw new ImageError('malformed', 'the shape is not that of the stanzas')
    }
  }

  /** Octets that a section has. */
  sectionOctets(section: number): number {
    return this.view.getUint32(HEADER_OCTETS + section * 8 + 4, true)
  }

  /** @throws ImageError malformed */
  meta(): Readonly<Record<string, string>> {
    // Copied, since TextDecoder refuses shared memory.
    const text = new TextDecoder().decode(this.octets.slice(this.#meta, this.#meta + this.sectionOctets(SECTION.meta)))
    try {
      const meta: unknown = JSON.parse(text)
      if (isStrings(meta)) return meta
    } catch (cause) {
      throw new ImageError('malformed', `the image's meta section is no JSON: ${String(cause)}`)
    }
    throw new ImageError('malformed', "the image's meta section is no object of strings")
  }

  /** The labels of a fragment as text, dots between them. At most 254 characters, whatever the image claims. */
  fragmentText(reference: number): string {
    const { view } = this
    let at = this.strings + reference
    const end = at + 1 + view.getUint8(at)
    let text = ''
    for (at += 1; at < end; ) {
      const labelEnd = Math.min(at + 1 + view.getUint8(at), end)
      if (text !== '') text += '.'
      for (at += 1; at < labelEnd; at++) text += String.fromCharCode(view.getUint8(at))
    }
    return text
  }
}

/**
 * @param octets the whole image, at an offset that is a multiple of 4 in its buffer. Kept, not copied: it must not change.
 * @param sha256 left out when the octets were checked before (by the thread that handed them over).
 * @param like an image that was loaded before. Where the shape is the same its stanzas are taken, and serials alone are read.
 * @throws ImageError
 */
export function loadImage(octets: Uint8Array, sha256?: Sha256, like?: Image): Image {
  if (octets.length < HEADER_OCTETS) throw new ImageError('truncated', `an image of ${octets.length} octets`)
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  if (MAGIC.some((octet, at) => octets[at] !== octet)) throw new ImageError('not-an-image', 'no image: wrong magic')
  const version = view.getUint16(8, true)
  if (version !== FORMAT_VERSION && version !== PREVIOUS_VERSION) {
    const known = `this program reads ${PREVIOUS_VERSION} and ${FORMAT_VERSION}`
    throw new ImageError('unknown-version', `image format ${version}; ${known}`)
  }
  const sections = version === FORMAT_VERSION ? SECTIONS : PREVIOUS_SECTIONS
  const least = HEADER_OCTETS + sections * 8 + CHECKSUM_OCTETS
  const stated = view.getUint32(12, true)
  if (stated !== octets.length || stated < least) {
    throw new ImageError('truncated', `an image of ${octets.length} octets that says it has ${stated}`)
  }
  const end = octets.length - CHECKSUM_OCTETS
  if (sha256 !== undefined) {
    const sum = sha256(octets.subarray(0, end))
    for (let at = 0; at < CHECKSUM_OCTETS; at++) {
      if (sum[at] !== octets[end + at]) throw new ImageError('checksum', "the image's SHA-256 does not fit its octets")
    }
  }
  if (view.getUint32(28, true) < sections) throw new ImageError('malformed', 'sections are missing')
  for (let section = 0; section < sections; section++) {
    const at = view.getUint32(HEADER_OCTETS + section * 8, true)
    const length = view.getUint32(HEADER_OCTETS + section * 8 + 4, true)
    if (at % 4 !== 0 || at < HEADER_OCTETS + sections * 8 || at + length > end) {
      throw new ImageError('malformed', `section ${section} lies outside the image`)
    }
  }
  try {
    return new Image(octets, view, like)
  } catch (cause) {
    if (cause instanceof ImageError) throw cause
    throw new ImageError('malformed', `the image contradicts itself: ${String(cause)}`)
  }
}

function kindOf(kind: number): 'base' | 'delta' {
  if (kind === KIND.base) return 'base'
  if (kind === KIND.delta) return 'delta'
  throw new ImageError('malformed', `an image of kind ${kind}`)
}

function isStrings(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((text) => typeof text === 'string')
}

function readStanzas(
  image: Image,
  start: number,
  octets: number,
  zonesAt: number,
  templatesAt: number,
): StanzaRecord[] {
  const { view, version } = image
  const each = STANZA_OCTETS[version]
  const count = octets / each
  if (!Number.isInteger(count) || count > MAX_STANZAS) throw new ImageError('malformed', 'the table of stanzas')
  return Array.from({ length: count }, (_, stanza) => {
    const at = start + stanza * each
    const first = view.getUint32(at + 8, true)
    const zones: ZoneRecord[] = []
    const zoneCount = view.getUint32(at + 12, true)
    if (zoneCount > MAX_ZONES) throw new ImageError('malformed', `a stanza of ${zoneCount} zones`)
    for (let zone = first; zone < first + zoneCount; zone++) {
      const name = image.fragmentText(view.getUint32(zonesAt + zone * 16, true))
      zones.push({ name, serial: view.getUint32(zonesAt + zone * 16 + 12, true) })
    }
    const pods: PodMode | undefined = POD_MODES[view.getUint32(at + 4, true)]
    if (pods === undefined) throw new ImageError('malformed', 'an unknown pod mode')
    const beyond = version === FORMAT_VERSION ? readBeyond(image, at + 16, templatesAt) : SPECIFIED
    return { ttlSec: view.getUint32(at, true), pods, ...beyond, zones }
  })
}

/** The stanzas of an image of the same shape, with the serials of this one. */
function withSerials(
  { view, version }: Image,
  stanzas: readonly StanzaRecord[],
  start: number,
  octets: number,
  zonesAt: number,
): StanzaRecord[] {
  const each = STANZA_OCTETS[version]
  if (octets !== stanzas.length * each) throw new ImageError('malformed', 'the table of stanzas')
  return stanzas.map((stanza, index) => {
    const first = view.getUint32(start + index * each + 8, true)
    const serial = (zone: number) => view.getUint32(zonesAt + (first + zone) * 16 + 12, true)
    return { ...stanza, zones: stanza.zones.map(({ name }, zone) => ({ name, serial: serial(zone) })) }
  })
}

/** What the previous format has no words for. @param at of the fifth word of a stanza */
function readBeyond(image: Image, at: number, templatesAt: number): Omit<StanzaRecord, 'ttlSec' | 'pods' | 'zones'> {
  const { view } = image
  const flags = view.getUint32(at, true)
  const first = view.getUint32(at + 4, true)
  const count = view.getUint32(at + 8, true)
  const wildcards = WILDCARD_SCOPES[flags & STANZA_FLAG.scope]
  if (wildcards === undefined) throw new ImageError('malformed', 'an unknown scope of wildcards')
  if (count > MAX_TEMPLATES) throw new ImageError('malformed', `a stanza of ${count} templates`)
  const names = Array.from({ length: count }, (_, index) =>
    image.fragmentText(view.getUint32(templatesAt + (first + index) * 4, true)),
  )
  const namespace = image.fragmentText(view.getUint32(at + 12, true))
  for (const name of names) {
    const template = parseTemplate(name)
    const right = template !== undefined && (template.namespaceAt >= 0 || /^[^.]+$/.test(namespace))
    if (!right) throw new ImageError('malformed', `"${name}" is no template of names`)
  }
  const { search, externalFirst } = STANZA_FLAG
  return {
    names,
    namespace,
    externalFirst: (flags & externalFirst) !== 0,
    wildcards,
    search: (flags & search) !== 0,
  }
}
