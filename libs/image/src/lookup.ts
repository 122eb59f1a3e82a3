/**
 * What a name means in a forward zone: fixed names first, then those that templates make of services (SVC.NS.svc.Z and what
 * lies below, by the Kubernetes DNS specification), then owners of RRsets. Reverse zones: reverse.ts.
 */
import { readAddressLabel } from '@zonecast/dns'
import { findRRset, findService, hasNamespace, hasNamespaceLabel, hasPod, type ImageStack, type Place } from './find.ts'
import type { Image } from './image.ts'
import { ENDPOINT } from './layout.ts'
import { type Match, STEPS } from './match.ts'
import { hasUnderscore, protocolOf } from './protocol-label.ts'
import type { QueryName } from './query-name.ts'
import {
  ANY_PROTOCOL,
  derivedCount,
  EXTERNAL,
  endpointCount,
  endpointsAt,
  INNER,
  kindOf,
  REVERSE_ONLY,
  recordHasPort,
  searchAddress4,
  searchName,
} from './record.ts'
import { namespaceLabel, readByTemplate, type Template } from './template.ts'
import type { ZoneView } from './zone-view.ts'

/**
 * found: `out` says what; whether it has data of the type asked for shows when it is written. follow: an external service,
 * `out` is its record, the answer goes on at its target.
 */
export type Outcome = 'found' | 'nxdomain' | 'follow'

const POD = new TextEncoder().encode('pod')
const DNS = new TextEncoder().encode('dns')
const NS = new TextEncoder().encode('ns')

const place: Place = { image: undefined, at: 0 }
/** The address that a label spells, and a view of the same octets. */
const spelled = new Uint8Array(16)
const spelledView = new DataView(spelled.buffer)

/**
 * Finds what a name in a forward zone stands for. Allocates nothing.
 * @param labels how many labels of `name` stand before the zone's
 * @param type   asked for; matters for owners of generic RRsets only
 * @param out    overwritten; owned and reused by the caller
 * @throws RangeError when an image contradicts itself
 */
export function lookup(
  images: ImageStack,
  zone: ZoneView,
  name: QueryName,
  labels: number,
  type: number,
  out: Match,
): Outcome {
  out.portLabel = -1
  out.protocol = ANY_PROTOCOL
  out.steps = STEPS
  if (labels === 0) return found(out, 'apex')
  let outcome: Outcome = 'nxdomain'
  const top = labels - 1
  if (name.labelIs(top, POD)) outcome = lookupPod(images, zone, name, labels, out)
  else if (name.labelIs(top, DNS)) outcome = lookupDns(name, labels, out)
  const { templates } = zone
  for (let at = 0; outcome === 'nxdomain' && at < templates.length; at++) {
    outcome = lookupByTemplate(images, zone, templates[at] as Template, name, labels, out)
  }
  if (outcome !== 'nxdomain') return outcome
  const owner = findRRset(images, zone.index, name, labels, type, place)
  if (owner === 'nxdomain') return 'nxdomain'
  if (owner === 'nodata') return found(out, 'inner')
  out.image = place.image
  out.at = place.at
  return found(out, 'owner')
}

function found(out: Match, kind: Match['kind']): Outcome {
  out.kind = kind
  return 'found'
}

function lookupDns(name: QueryName, labels: number, out: Match): Outcome {
  if (labels === 1) return found(out, 'inner')
  return labels === 2 && name.labelIs(0, NS) ? found(out, 'nameserver') : 'nxdomain'
}

/** SVC.NS.svc, HOST.SVC.NS.svc, _PORT._PROTO.SVC.NS.svc and the inner nodes, or what another template makes of them. */
function lookupByTemplate(
  images: ImageStack,
  { index, namespace }: ZoneView,
  template: Template,
  name: QueryName,
  labels: number,
  out: Match,
): Outcome {
  const before = readByTemplate(template, name, labels)
  if (before < 0) return 'nxdomain'
  const label = namespaceLabel(template, labels, before)
  const view = label < 0 ? namespace?.view : name.view
  const at = label < 0 ? 0 : name.start(label)
  const hash = label < 0 ? (namespace?.hash ?? 0) : name.hash(label)
  if (before === 0) {
    // Too short for the namespace: an inner node, whatever namespaces there are.
    const isAbove = label < 0 && template.namespaceAt >= 0
    if (isAbove) return found(out, 'inner')
    return view !== undefined && hasNamespaceLabel(images, index, view, at, hash) ? found(out, 'inner') : 'nxdomain'
  }
  const service = before - 1
  const isThere =
    service <= 2 && view !== undefined && findService(images, index, name, service, before, view, at, hash, place)
  if (!isThere) return 'nxdomain'
  const image = place.image as Image
  out.image = image
  out.at = place.at
  const kind = kindOf(image.view, place.at)
  if (kind === REVERSE_ONLY) return 'nxdomain'
  if (kind === INNER) return service === 0 ? found(out, 'inner') : 'nxdomain'
  if (service === 0) return kind === EXTERNAL ? 'follow' : found(out, 'service')
  if (kind === EXTERNAL) return 'nxdomain'
  return service === 1 ? lookupBelow(image, name, out) : lookupPort(image, name, out)
}

/** One label below a service: an endpoint, or the inner node above its ports. */
function lookupBelow(image: Image, name: QueryName, out: Match): Outcome {
  const { view } = image
  const record = out.at
  const endpoints = endpointsAt(view, record)
  const count = endpointCount(view, record)
  const derived = derivedCount(view, record)
  if (addressOf(name, 0) === 4) {
    const address = spelledView.getUint32(0)
    const at = searchAddress4(view, endpoints, derived, address)
    if (at < derived && view.getUint32(endpoints + at * ENDPOINT.octets + ENDPOINT.address) === address) {
      out.first = at
      out.end = at + 1
      return found(out, 'endpoints')
    }
  }
  const first = searchName(image, endpoints, derived, count, name, 1, false)
  const end = searchName(image, endpoints, first, count, name, 1, true)
  if (end > first) {
    out.first = first
    out.end = end
    return found(out, 'endpoints')
  }
  const protocol = hasUnderscore(name, 0) ? protocolOf(name, 0) : -1
  return protocol >= 0 && recordHasPort(image, record, name, -1, protocol) ? found(out, 'inner') : 'nxdomain'
}

function lookupPort(image: Image, name: QueryName, out: Match): Outcome {
  out.portLabel = 0
  out.protocol = protocolOf(name, 1)
  const isPort = out.protocol >= 0 && recordHasPort(image, out.at, name, 0, out.protocol)
  return isPort ? found(out, 'service') : 'nxdomain'
}

/** 1-2-3-4.NS.pod: the address that the label spells. */
function lookupPod(
  images: ImageStack,
  { index, stanza }: ZoneView,
  name: QueryName,
  labels: number,
  out: Match,
): Outcome {
  if (labels === 1) return found(out, 'inner')
  if (stanza.pods === 'disabled' || labels > 3) return 'nxdomain'
  const namespace = labels - 2
  if (!hasNamespace(images, index, name, namespace)) return 'nxdomain'
  if (labels === 2) return found(out, 'inner')
  const octets = addressOf(name, 0)
  if (octets === 0) return 'nxdomain'
  if (octets === 4) mapAddress()
  // One that is spelled `--ffff-a00-1` is an IPv4 address too.
  out.isIPv6 = !isMapped()
  if (out.isIPv6) for (let at = 0; at < 16; at += 4) out.address.setUint32(at, spelledView.getUint32(at))
  else out.address.setUint32(0, spelledView.getUint32(12))
  if (stanza.pods === 'verified' && !hasPod(images, index, name, namespace, spelledView)) return 'nxdomain'
  return found(out, 'pod')
}

/** Reads an address from a label into `spelled`. @returns its octets, 0: the label spells none. */
function addressOf(name: QueryName, label: number): 0 | 4 | 16 {
  const start = name.start(label) + 1
  return readAddressLabel(name.octets, start, start + name.length(label), spelled)
}

/** Makes the 4 octets in `spelled` the 16 under which `pods` has them. */
function mapAddress(): void {
  spelledView.setUint32(12, spelledView.getUint32(0))
  spelledView.setUint32(0, 0)
  spelledView.setUint32(4, 0)
  spelledView.setUint32(8, 0xffff)
}

function isMapped(): boolean {
  return spelledView.getUint32(0) === 0 && spelledView.getUint32(4) === 0 && spelledView.getUint32(8) === 0xffff
}
