/** Reading one service record in place. Every function takes the image's view and the record's offset in the image. */
import type { Image } from './image.ts'
import { ALIAS, ENDPOINT, ENDPOINT_FLAG, MAX_PORTS, RECORD } from './layout.ts'
import type { QueryName } from './query-name.ts'

/** Numbers of SERVICE_KINDS. */
export const CLUSTER = 0
export const HEADLESS = 1
export const EXTERNAL = 2
export const REVERSE_ONLY = 3
export const INNER = 4

/** Stands for "any" where a protocol number of PROTOCOLS is asked for. */
export const ANY_PROTOCOL = -1

/** Number of SERVICE_KINDS. */
export function kindOf(view: DataView, record: number): number {
  return view.getUint8(record + RECORD.kind) & ~ALIAS
}

/** Where the external addresses begin. */
export function externalAt(view: DataView, record: number): number {
  return (
    record +
    RECORD.octets +
    view.getUint8(record + RECORD.addresses4) * 4 +
    view.getUint8(record + RECORD.addresses6) * 16
  )
}

export function portSetsAt(view: DataView, record: number): number {
  return (
    externalAt(view, record) +
    view.getUint8(record + RECORD.external4) * 4 +
    view.getUint8(record + RECORD.external6) * 16
  )
}

export function zonesAt(view: DataView, record: number): number {
  return portSetsAt(view, record) + view.getUint16(record + RECORD.portSets, true) * 8
}

export function endpointsAt(view: DataView, record: number): number {
  return zonesAt(view, record) + view.getUint8(record + RECORD.zones) * 4
}

/** True for a further name of a service. */
export function isAlias(view: DataView, record: number): boolean {
  return (view.getUint8(record + RECORD.kind) & ALIAS) !== 0
}

/** Where an alias has the fragment of the name that it is an alias of. */
export function aliasAt(view: DataView, record: number): number {
  return endpointsAt(view, record) + view.getUint32(record + RECORD.endpoints, true) * ENDPOINT.octets
}

/** The fragment, in `strings`, of the name that PTR and SRV records have for a service. */
export function primaryName(view: DataView, record: number): number {
  return view.getUint32(isAlias(view, record) ? aliasAt(view, record) : record + RECORD.service, true)
}

/** How many endpoints a record has. @throws RangeError when it claims more than fit into the image. */
export function endpointCount(view: DataView, record: number): number {
  return bounded(view.getUint32(record + RECORD.endpoints, true), view.byteLength / ENDPOINT.octets)
}

/** How many of them, the first ones, are named after their IPv4 address. @throws RangeError as `endpointCount` */
export function derivedCount(view: DataView, record: number): number {
  return bounded(view.getUint32(record + RECORD.derived, true), view.getUint32(record + RECORD.endpoints, true))
}

/** How many ports a list has. @throws RangeError when it claims more than any service may have. */
export function portCount(view: DataView, list: number): number {
  return bounded(view.getUint32(list, true), MAX_PORTS)
}

function bounded(count: number, most: number): number {
  if (count > most) throw new RangeError('a count in the image that cannot be')
  return count
}

/** Where the list of the service's own ports begins. */
export function ownPorts(image: Image, record: number): number {
  return image.ports + image.view.getUint32(record + RECORD.ports, true)
}

/** Where the list of a port set begins. */
export function portSet(image: Image, record: number, set: number): number {
  return image.ports + image.view.getUint32(portSetsAt(image.view, record) + set * 8, true)
}

/** Offset of the fragment that names an endpoint; the empty fragment for one that is named after its IPv4 address. */
export function endpointName(image: Image, endpoint: number): number {
  return image.strings + image.view.getUint32(endpoint + ENDPOINT.name, true)
}

export function isIPv6(view: DataView, endpoint: number): boolean {
  return (view.getUint8(endpoint + ENDPOINT.flags) & ENDPOINT_FLAG.ipv6) !== 0
}

/** Where the 4 or 16 octets of an endpoint's address begin. */
export function endpointAddress(image: Image, endpoint: number): number {
  if (!isIPv6(image.view, endpoint)) return endpoint + ENDPOINT.address
  return image.addresses6 + image.view.getUint32(endpoint + ENDPOINT.address, true) * 16
}

/** The first of `count` endpoints, sorted by IPv4 address, that is not below `address`. */
export function searchAddress4(view: DataView, endpoints: number, count: number, address: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (view.getUint32(endpoints + middle * ENDPOINT.octets + ENDPOINT.address) < address) low = middle + 1
    else high = middle
  }
  return low
}

/** The first named endpoint in [from, to) whose name is not below (`after`: is above) that of labels [label, end). */
export function searchName(
  image: Image,
  endpoints: number,
  from: number,
  to: number,
  name: QueryName,
  labels: number,
  after: boolean,
): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = compareFragment(image, endpointName(image, endpoints + middle * ENDPOINT.octets), name, labels)
    if (order < 0 || (after && order === 0)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Compares a fragment with the first `labels` labels of a name as their texts (dots between labels) compare: the builder
 * sorts by text. Lengths of labels are octets below any character that a label may hold but stand before it, so they are
 * passed over; a label's end sorts as a dot does.
 */
function compareFragment(image: Image, fragment: number, name: QueryName, labels: number): number {
  const { view } = image
  const end = fragment + 1 + view.getUint8(fragment)
  const nameEnd = name.start(labels)
  let at = fragment + 1
  let nameAt = 0
  while (at < end && nameAt < nameEnd) {
    const labelEnd = at + 1 + view.getUint8(at)
    const nameLabelEnd = nameAt + 1 + name.view.getUint8(nameAt)
    for (at += 1, nameAt += 1; at < labelEnd && nameAt < nameLabelEnd; at++, nameAt++) {
      const order = view.getUint8(at) - name.view.getUint8(nameAt)
      if (order !== 0) return order
    }
    if (at < labelEnd) return nameAt < nameEnd ? view.getUint8(at) - DOT : 1
    if (nameAt < nameLabelEnd) return at < end ? DOT - name.view.getUint8(nameAt) : -1
  }
  return at < end ? 1 : nameAt < nameEnd ? -1 : 0
}

const DOT = 0x2e

/** True when a fragment is just one label, given in wire form. */
export function fragmentIsLabel(view: DataView, fragment: number, label: DataView, labelAt: number): boolean {
  const octets = label.getUint8(labelAt) + 1
  if (view.getUint8(fragment) !== octets) return false
  for (let at = 0; at < octets; at++) {
    if (view.getUint8(fragment + 1 + at) !== label.getUint8(labelAt + at)) return false
  }
  return true
}

/** True when a fragment has just the labels [from, to) of a name. */
export function fragmentEquals(view: DataView, fragment: number, name: QueryName, from: number, to: number): boolean {
  const start = name.start(from)
  const octets = name.start(to) - start
  if (view.getUint8(fragment) !== octets) return false
  for (let at = 0; at < octets; at++) {
    if (view.getUint8(fragment + 1 + at) !== name.view.getUint8(start + at)) return false
  }
  return true
}

/**
 * How many ports of a list have this protocol and this name.
 * @param portLabel a label of `name`, read without one leading underscore; -1: any name, unnamed ports too.
 * @param protocol number of PROTOCOLS or ANY_PROTOCOL
 */
export function countPorts(image: Image, list: number, name: QueryName, portLabel: number, protocol: number): number {
  const { view } = image
  const count = portCount(view, list)
  if (portLabel < 0 && protocol === ANY_PROTOCOL) return count
  let found = 0
  for (let port = list + 4; port < list + 4 + count * 8; port += 8) {
    if (portMatches(image, port, name, portLabel, protocol)) found += 1
  }
  return found
}

export function portMatches(image: Image, port: number, name: QueryName, portLabel: number, protocol: number): boolean {
  const { view } = image
  if (protocol !== ANY_PROTOCOL && view.getUint16(port + 4, true) !== protocol) return false
  if (portLabel < 0) return true
  const fragment = image.strings + view.getUint32(port, true)
  let start = name.start(portLabel) + 1
  let octets = name.length(portLabel)
  if (name.view.getUint8(start) === UNDERSCORE) {
    start += 1
    octets -= 1
  }
  // An unnamed port has the empty fragment, which no label equals.
  if (octets === 0 || view.getUint8(fragment) !== octets + 1) return false
  for (let at = 0; at < octets; at++) {
    if (view.getUint8(fragment + 2 + at) !== name.view.getUint8(start + at)) return false
  }
  return true
}

/**
 * True when one of the record's port lists has a port of this protocol that the label names.
 * @param portLabel as for `countPorts`; -1: any named port. If there is one, `_proto` is an inner node above it.
 * @throws RangeError when the lists claim more ports than any service may have.
 */
export function recordHasPort(
  image: Image,
  record: number,
  name: QueryName,
  portLabel: number,
  protocol: number,
): boolean {
  const { view } = image
  const sets = kindOf(view, record) === CLUSTER ? 0 : view.getUint16(record + RECORD.portSets, true)
  let left = MAX_PORTS
  // A headless service has ports of its own only where it has addresses of its own: those from outside.
  for (let index = -1; index < sets; index++) {
    const list = index < 0 ? ownPorts(image, record) : portSet(image, record, index)
    left -= bounded(portCount(view, list), left)
    if (portLabel < 0 ? hasNamedPort(image, list, protocol) : countPorts(image, list, name, portLabel, protocol) > 0) {
      return true
    }
  }
  return false
}

function hasNamedPort(image: Image, list: number, protocol: number): boolean {
  const { view } = image
  const count = portCount(view, list)
  for (let port = list + 4; port < list + 4 + count * 8; port += 8) {
    if (view.getUint16(port + 4, true) === protocol && view.getUint32(port, true) !== 0) return true
  }
  return false
}

const UNDERSCORE = 0x5f
