/** An image read back to content: for merging deltas, and for tools that print. Never on the way of a packet. */
import type {
  EndpointRecord,
  ImageContent,
  NamespaceRecord,
  PodRecord,
  Port,
  RRsetRecord,
  ServiceRecord,
} from './content.ts'
import { ImageError } from './errors.ts'
import { type Image, NAMESPACE_SLOT, OWNER_SLOT, POD_SLOT, SERVICE_SLOT } from './image.ts'
import { ENDPOINT, PROTOCOLS, RECORD, SERVICE_KINDS } from './layout.ts'
import { EXTERNAL, endpointAddress, endpointsAt, isIPv6, portSetsAt, zonesAt } from './record.ts'
import { dashedAddress } from './record-builder.ts'

/** @throws ImageError malformed, when the image contradicts itself. */
export function readContent(image: Image): ImageContent {
  try {
    return {
      kind: image.kind,
      createdAtMs: image.createdAtMs,
      meta: image.meta(),
      stanzas: image.stanzas,
      namespaces: readNamespaces(image),
      services: Array.from(serviceOffsets(image), (offset) => readService(image, offset)),
      pods: readPods(image),
      rrsets: readRRsets(image),
    }
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

/** @param record octet offset in the image */
export function readService(image: Image, record: number): ServiceRecord {
  const { view } = image
  const kindNumber = view.getUint8(record + RECORD.kind)
  const kind = SERVICE_KINDS[kindNumber]
  if (kind === undefined) throw new ImageError('malformed', `a service of kind ${kindNumber}`)
  const setsAt = portSetsAt(view, record)
  const listAt = record + RECORD.ports
  const sets = view.getUint16(record + RECORD.portSets, true)
  return {
    service: image.fragmentText(view.getUint32(record + RECORD.service, true)),
    namespace: image.fragmentText(view.getUint32(record + RECORD.namespace, true)),
    stanzas: view.getUint32(record + RECORD.stanzas, true),
    kind,
    addresses: readAddresses(image, record),
    ports: kindNumber === EXTERNAL ? [] : readPorts(image, image.ports + view.getUint32(listAt, true)),
    portSets: Array.from({ length: sets }, (_, set) =>
      readPorts(image, image.ports + view.getUint32(setsAt + set * 8, true)),
    ),
    endpoints: Array.from({ length: view.getUint32(record + RECORD.endpoints, true) }, (_, ordinal) =>
      readEndpoint(image, record, ordinal),
    ),
    target:
      kindNumber === EXTERNAL ? readTarget(image, image.strings + view.getUint32(listAt, true)) : new Uint8Array(),
  }
}

function readAddresses(image: Image, record: number): Uint8Array[] {
  const addresses: Uint8Array[] = []
  const count4 = image.view.getUint8(record + RECORD.addresses4)
  const count6 = image.view.getUint8(record + RECORD.addresses6)
  let at = record + RECORD.octets
  for (let index = 0; index < count4 + count6; index++) {
    const octets = index < count4 ? 4 : 16
    addresses.push(copy(image, at, octets))
    at += octets
  }
  return addresses
}

function readEndpoint(image: Image, record: number, ordinal: number): EndpointRecord {
  const { view } = image
  const endpoint = endpointsAt(view, record) + ordinal * ENDPOINT.octets
  const address = copy(image, endpointAddress(image, endpoint), isIPv6(view, endpoint) ? 16 : 4)
  const name = image.fragmentText(view.getUint32(endpoint + ENDPOINT.name, true))
  const zone = view.getUint8(endpoint + ENDPOINT.zone)
  return {
    address,
    name: name === '' ? dashedAddress(address) : name,
    portSet: view.getUint16(endpoint + ENDPOINT.portSet, true),
    zone: zone === 0 ? '' : image.fragmentText(view.getUint32(zonesAt(view, record) + (zone - 1) * 4, true)),
  }
}

function readPorts(image: Image, list: number): Port[] {
  const { view } = image
  return Array.from({ length: Math.min(view.getUint32(list, true), image.octets.length / 8) }, (_, index) => {
    const at = list + 4 + index * 8
    const protocol = PROTOCOLS[view.getUint16(at + 4, true)]
    if (protocol === undefined) throw new ImageError('malformed', 'a port of an unknown protocol')
    return { name: image.fragmentText(view.getUint32(at, true)), protocol, number: view.getUint16(at + 6, true) }
  })
}

function readTarget(image: Image, fragment: number): Uint8Array {
  const octets = image.view.getUint8(fragment)
  const name = new Uint8Array(octets + 1)
  name.set(image.octets.subarray(fragment + 1, fragment + 1 + octets))
  return name
}

function readNamespaces(image: Image): NamespaceRecord[] {
  const namespaces: NamespaceRecord[] = []
  for (let slot = 0; slot < image.namespaceSlots; slot++) {
    const at = image.namespaces + slot * NAMESPACE_SLOT
    const fragment = image.view.getUint32(at, true)
    if (fragment === 0) continue
    namespaces.push({ name: image.fragmentText(fragment), stanzas: image.view.getUint32(at + 4, true) })
  }
  return namespaces
}

function readPods(image: Image): PodRecord[] {
  const pods: PodRecord[] = []
  for (let slot = 0; slot < image.podSlots; slot++) {
    const at = image.pods + slot * POD_SLOT
    const fragment = image.view.getUint32(at + 16, true)
    if (fragment === 0) continue
    const mapped =
      image.view.getUint32(at) === 0 && image.view.getUint32(at + 4) === 0 && image.view.getUint32(at + 8) === 0xffff
    const address = mapped ? copy(image, at + 12, 4) : copy(image, at, 16)
    pods.push({ namespace: image.fragmentText(fragment), address, stanzas: image.view.getUint32(at + 20, true) })
  }
  return pods
}

function readRRsets(image: Image): RRsetRecord[] {
  const { view } = image
  const rrsets: RRsetRecord[] = []
  for (let slot = 0; slot < image.ownerSlots; slot++) {
    const offset = view.getUint32(image.owners + slot * OWNER_SLOT + 4, true)
    if (offset === 0) continue
    const at = image.rrsets + offset - 1
    const rdata: Uint8Array[] = []
    let next = at + 16
    for (let count = view.getUint16(at + 8, true); count > 0; count--) {
      const octets = view.getUint16(next, true)
      rdata.push(copy(image, next + 2, octets))
      next += 2 + octets
    }
    rrsets.push({
      owner: image.fragmentText(view.getUint32(at, true)),
      stanzas: view.getUint32(at + 4, true),
      type: view.getUint16(at + 10, true),
      ttlSec: view.getUint32(at + 12, true),
      rdata,
    })
  }
  return rrsets
}

function copy(image: Image, at: number, octets: number): Uint8Array {
  if (at + octets > image.octets.length) throw new RangeError('octets outside the image')
  return image.octets.slice(at, at + octets)
}
