/**
 * An image read back to content: for merging deltas, and for tools that print. Never on the way of a packet. An image stores
 * each thing once, so all that is read of a section cannot be more than the section has: where it is, the image contradicts
 * itself, and reading ends before it costs memory.
 */
import { LABEL_OCTETS_MAX } from '@zonecast/dns'
import { dashedAddress } from '../build/record-builder.ts'
import type {
  EndpointRecord,
  ImageContent,
  NamespaceRecord,
  PodRecord,
  Port,
  RRsetRecord,
  ServiceRecord,
} from '../content.ts'
import { ImageError } from '../errors.ts'
import { type Image, NAMESPACE_SLOT, OWNER_SLOT, POD_SLOT, SERVICE_SLOT } from '../image.ts'
import { ENDPOINT, PROTOCOLS, RECORD, SECTION, SERVICE_KINDS } from '../layout.ts'
import {
  aliasAt,
  EXTERNAL,
  endpointAddress,
  endpointCount,
  endpointsAt,
  externalAt,
  isAlias,
  isIPv6,
  kindOf,
  portCount,
  portSetsAt,
  zonesAt,
} from '../record.ts'

/** @throws ImageError malformed, when the image contradicts itself. */
export function readContent(image: Image): ImageContent {
  return read(image, (reader) => ({
    ...contentWithout(image, reader),
    services: Array.from(serviceOffsets(image), (offset) => reader.service(offset)),
  }))
}

/** All but the services, which are most of it. @throws ImageError malformed */
export function readWithout(image: Image): Omit<ImageContent, 'services'> {
  return read(image, (reader) => contentWithout(image, reader))
}

function contentWithout(image: Image, reader: ContentReader): Omit<ImageContent, 'services'> {
  const { kind, createdAtMs, stanzas } = image
  const [namespaces, pods, rrsets] = [reader.namespaces(), reader.pods(), reader.rrsets()]
  return { kind, createdAtMs, meta: image.meta(), stanzas, namespaces, pods, rrsets }
}

function read<T>(image: Image, use: (reader: ContentReader) => T): T {
  try {
    return use(new ContentReader(image))
  } catch (cause) {
    if (cause instanceof ImageError) throw cause
    throw new ImageError('malformed', `the image contradicts itself: ${String(cause)}`)
  }
}

/** Offsets in the image of its service records, tombstones included, in the order of their index. */
export function* serviceOffsets(image: Image): Generator<number> {
  for (let slot = 0; slot < image.serviceSlots; slot++) {
    const offset = image.view.getUint32(image.services + slot * SERVICE_SLOT + 4, true)
    if (offset !== 0) yield image.records + offset - 1
  }
}

/**
 * @param record octet offset in the image
 * @throws ImageError malformed, RangeError
 */
export function readService(image: Image, record: number): ServiceRecord {
  return new ContentReader(image).service(record)
}

/** Reads each thing of one image at most once. Methods throw ImageError malformed and RangeError. */
export class ContentReader {
  readonly #image: Image
  readonly #texts = new Map<number, string>()
  readonly #portLists = new Map<number, readonly Port[]>()
  /** By section: octets that may still be read. */
  readonly #left = new Map<number, number>()

  constructor(image: Image) {
    this.#image = image
  }

  service(record: number): ServiceRecord {
    const { view, ports, strings } = this.#image
    const kindNumber = kindOf(view, record)
    const kind = SERVICE_KINDS[kindNumber]
    if (kind === undefined) throw new ImageError('malformed', `a service of kind ${kindNumber}`)
    const endpoints = endpointCount(view, record)
    this.#spend(SECTION.records, endpointsAt(view, record) + endpoints * ENDPOINT.octets - record)
    const setsAt = portSetsAt(view, record)
    const list = view.getUint32(record + RECORD.ports, true)
    return {
      service: this.#text(view.getUint32(record + RECORD.service, true)),
      namespace: this.#text(view.getUint32(record + RECORD.namespace, true)),
      stanzas: view.getUint32(record + RECORD.stanzas, true),
      kind,
      aliasOf: isAlias(view, record) ? this.#text(view.getUint32(aliasAt(view, record), true)) : '',
      addresses: this.#addresses(record + RECORD.octets, record + RECORD.addresses4),
      externalAddresses: this.#addresses(externalAt(view, record), record + RECORD.external4),
      ports: kindNumber === EXTERNAL ? [] : this.#ports(ports + list),
      portSets: Array.from({ length: view.getUint16(record + RECORD.portSets, true) }, (_, set) =>
        this.#ports(ports + view.getUint32(setsAt + set * 8, true)),
      ),
      endpoints: Array.from({ length: endpoints }, (_, ordinal) => this.#endpoint(record, ordinal)),
      target: kindNumber === EXTERNAL ? this.#target(strings + list) : new Uint8Array(),
    }
  }

  namespaces(): NamespaceRecord[] {
    const { view, namespaces, namespaceSlots } = this.#image
    const read: NamespaceRecord[] = []
    for (let slot = 0; slot < namespaceSlots; slot++) {
      const at = namespaces + slot * NAMESPACE_SLOT
      const fragment = view.getUint32(at, true)
      if (fragment !== 0) read.push({ name: this.#text(fragment), stanzas: view.getUint32(at + 4, true) })
    }
    return read
  }

  pods(): PodRecord[] {
    const { view, pods, podSlots } = this.#image
    const read: PodRecord[] = []
    for (let slot = 0; slot < podSlots; slot++) {
      const at = pods + slot * POD_SLOT
      const fragment = view.getUint32(at + 16, true)
      if (fragment === 0) continue
      const mapped = view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 && view.getUint32(at + 8) === 0xffff
      const address = mapped ? this.#copy(at + 12, 4) : this.#copy(at, 16)
      read.push({ namespace: this.#text(fragment), address, stanzas: view.getUint32(at + 20, true) })
    }
    return read
  }

  rrsets(): RRsetRecord[] {
    const { view, owners, ownerSlots, rrsets } = this.#image
    const read: RRsetRecord[] = []
    for (let slot = 0; slot < ownerSlots; slot++) {
      const offset = view.getUint32(owners + slot * OWNER_SLOT + 4, true)
      if (offset === 0) continue
      const at = rrsets + offset - 1
      const rdata: Uint8Array[] = []
      let next = at + 16
      for (let count = view.getUint16(at + 8, true); count > 0; count--) {
        const octets = view.getUint16(next, true)
        this.#spend(SECTION.rrsets, 2 + octets)
        rdata.push(this.#copy(next + 2, octets))
        next += 2 + octets
      }
      read.push({
        owner: this.#text(view.getUint32(at, true)),
        stanzas: view.getUint32(at + 4, true),
        type: view.getUint16(at + 10, true),
        ttlSec: view.getUint32(at + 12, true),
        rdata,
      })
    }
    return read
  }

  /** @param counts where the octets stand that count those of IPv4 and of IPv6 */
  #addresses(start: number, counts: number): Uint8Array[] {
    const { view } = this.#image
    const addresses: Uint8Array[] = []
    const count4 = view.getUint8(counts)
    const count6 = view.getUint8(counts + 1)
    let at = start
    for (let index = 0; index < count4 + count6; index++) {
      const octets = index < count4 ? 4 : 16
      addresses.push(this.#copy(at, octets))
      at += octets
    }
    return addresses
  }

  #endpoint(record: number, ordinal: number): EndpointRecord {
    const { view } = this.#image
    const endpoint = endpointsAt(view, record) + ordinal * ENDPOINT.octets
    const address = this.#copy(endpointAddress(this.#image, endpoint), isIPv6(view, endpoint) ? 16 : 4)
    const name = this.#text(view.getUint32(endpoint + ENDPOINT.name, true))
    const zone = view.getUint8(endpoint + ENDPOINT.zone)
    return {
      address,
      name: name === '' ? dashedAddress(address) : name,
      portSet: view.getUint16(endpoint + ENDPOINT.portSet, true),
      zone: zone === 0 ? '' : this.#text(view.getUint32(zonesAt(view, record) + (zone - 1) * 4, true)),
    }
  }

  #ports(list: number): readonly Port[] {
    const known = this.#portLists.get(list)
    if (known !== undefined) return known
    const { view } = this.#image
    const count = portCount(view, list)
    this.#spend(SECTION.ports, 4 + count * 8)
    const ports = Array.from({ length: count }, (_, index) => {
      const at = list + 4 + index * 8
      const protocol = PROTOCOLS[view.getUint16(at + 4, true)]
      if (protocol === undefined) throw new ImageError('malformed', 'a port of an unknown protocol')
      return { name: this.#text(view.getUint32(at, true)), protocol, number: view.getUint16(at + 6, true) }
    })
    this.#portLists.set(list, ports)
    return ports
  }

  #target(fragment: number): Uint8Array {
    const octets = this.#image.view.getUint8(fragment)
    this.#spend(SECTION.strings, 1 + octets)
    const name = new Uint8Array(octets + 1)
    name.set(this.#copy(fragment + 1, octets))
    if (!isName(name)) throw new ImageError('malformed', 'a target that is no name')
    return name
  }

  #text(reference: number): string {
    let text = this.#texts.get(reference)
    if (text === undefined) {
      text = this.#image.fragmentText(reference)
      this.#spend(SECTION.strings, 1 + text.length)
      this.#texts.set(reference, text)
    }
    return text
  }

  #copy(at: number, octets: number): Uint8Array {
    if (at + octets > this.#image.octets.length) throw new RangeError('octets outside the image')
    return this.#image.octets.slice(at, at + octets)
  }

  #spend(section: number, octets: number): void {
    const left = (this.#left.get(section) ?? this.#image.sectionOctets(section)) - octets
    if (left < 0) throw new ImageError('malformed', `more is read of section ${section} than it has`)
    this.#left.set(section, left)
  }
}

/** True for labels of 1..63 octets up to the root label, which is the last octet. */
function isName(octets: Uint8Array): boolean {
  let at = 0
  for (let length = octets[at]; length !== 0; length = octets[at]) {
    if (length === undefined || length > LABEL_OCTETS_MAX) return false
    at += 1 + length
  }
  return at === octets.length - 1
}
