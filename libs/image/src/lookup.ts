/**
 * What a name means in a forward zone, by the Kubernetes DNS specification (SVC.NS.svc.Z, NS.pod.Z and what lies below).
 * Reverse zones: reverse.ts.
 */
import type { StanzaRecord } from './content.ts'
import { findRRset, findService, hasNamespace, hasPod, type ImageStack, type Place } from './find.ts'
import type { Image } from './image.ts'
import { dashedIPv4, dashedIPv6, hasUnderscore, protocolOf } from './label-value.ts'
import { ENDPOINT, RECORD } from './layout.ts'
import { type Match, STEPS } from './match.ts'
import type { QueryName } from './query-name.ts'
import {
  ANY_PROTOCOL,
  CLUSTER,
  countPorts,
  EXTERNAL,
  endpointsAt,
  HEADLESS,
  hasNamedPort,
  ownPorts,
  portSet,
  REVERSE_ONLY,
  searchAddress4,
  searchName,
} from './record.ts'

/**
 * found: `out` says what; whether it has data of the type asked for shows when it is written. follow: an external service,
 * `out` is its record, the answer goes on at its target.
 */
export type Outcome = 'found' | 'nxdomain' | 'follow'

const SVC = new TextEncoder().encode('svc')
const POD = new TextEncoder().encode('pod')
const DNS = new TextEncoder().encode('dns')
const NS = new TextEncoder().encode('ns')

const place: Place = { image: undefined, at: 0 }
const podAddress = new DataView(new ArrayBuffer(16))

/**
 * Finds what a name in a forward zone stands for. Allocates nothing.
 * @param index  of the stanza in the images
 * @param labels how many labels of `name` stand before the zone's
 * @param type   asked for; matters for owners of generic RRsets only
 * @param out    overwritten; owned and reused by the caller
 * @throws RangeError when an image contradicts itself
 */
export function lookup(
  images: ImageStack,
  index: number,
  stanza: StanzaRecord,
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
  if (name.labelIs(top, SVC)) outcome = lookupService(images, index, name, labels, out)
  else if (name.labelIs(top, POD)) outcome = lookupPod(images, index, stanza, name, labels, out)
  else if (name.labelIs(top, DNS)) outcome = lookupDns(name, labels, out)
  if (outcome !== 'nxdomain') return outcome
  const owner = findRRset(images, index, name, labels, type, place)
  if (owner === 'nxdomain') return 'nxdomain'
  out.image = place.image
  out.at = place.at
  return found(out, owner === 'rrset' ? 'owner' : 'inner')
}

function found(out: Match, kind: Match['kind']): Outcome {
  out.kind = kind
  return 'found'
}

function lookupDns(name: QueryName, labels: number, out: Match): Outcome {
  if (labels === 1) return found(out, 'inner')
  return labels === 2 && name.labelIs(0, NS) ? found(out, 'nameserver') : 'nxdomain'
}

/** SVC.NS.svc, HOST.SVC.NS.svc, _PORT._PROTO.SVC.NS.svc and the inner nodes. */
function lookupService(images: ImageStack, index: number, name: QueryName, labels: number, out: Match): Outcome {
  if (labels === 1) return found(out, 'inner')
  const namespace = labels - 2
  if (labels === 2) return hasNamespace(images, index, name, namespace) ? found(out, 'inner') : 'nxdomain'
  const service = labels - 3
  if (service > 2 || !findService(images, index, name, service, namespace, place)) return 'nxdomain'
  const image = place.image as Image
  out.image = image
  out.at = place.at
  const kind = image.view.getUint8(place.at + RECORD.kind)
  if (kind === REVERSE_ONLY) return 'nxdomain'
  if (service === 0) return kind === EXTERNAL ? 'follow' : found(out, 'service')
  if (kind === EXTERNAL) return 'nxdomain'
  return service === 1 ? lookupBelow(image, kind, name, out) : lookupPort(image, kind, name, out)
}

/** One label below a service: an endpoint, or the inner node above its ports. */
function lookupBelow(image: Image, kind: number, name: QueryName, out: Match): Outcome {
  const { view } = image
  const record = out.at
  const endpoints = endpointsAt(view, record)
  const derived = view.getUint32(record + RECORD.derived, true)
  const address = dashedIPv4(name, 0)
  if (address >= 0) {
    const at = searchAddress4(view, endpoints, derived, address)
    if (at < derived && view.getUint32(endpoints + at * ENDPOINT.octets + ENDPOINT.address) === address) {
      out.first = at
      out.end = at + 1
      return found(out, 'endpoints')
    }
  }
  const count = view.getUint32(record + RECORD.endpoints, true)
  const first = searchName(image, endpoints, derived, count, name, 1, false)
  const end = searchName(image, endpoints, first, count, name, 1, true)
  if (end > first) {
    out.first = first
    out.end = end
    return found(out, 'endpoints')
  }
  const protocol = hasUnderscore(name, 0) ? protocolOf(name, 0) : -1
  if (protocol < 0) return 'nxdomain'
  if (kind === CLUSTER) return hasNamedPort(image, ownPorts(image, record), protocol) ? found(out, 'inner') : 'nxdomain'
  const sets = view.getUint16(record + RECORD.portSets, true)
  for (let set = 0; set < sets; set++) {
    if (hasNamedPort(image, portSet(image, record, set), protocol)) return found(out, 'inner')
  }
  return 'nxdomain'
}

function lookupPort(image: Image, kind: number, name: QueryName, out: Match): Outcome {
  const protocol = protocolOf(name, 1)
  if (protocol < 0) return 'nxdomain'
  out.portLabel = 0
  out.protocol = protocol
  const record = out.at
  if (kind === CLUSTER) {
    return countPorts(image, ownPorts(image, record), name, 0, protocol) > 0 ? found(out, 'service') : 'nxdomain'
  }
  if (kind !== HEADLESS) return 'nxdomain'
  const sets = image.view.getUint16(record + RECORD.portSets, true)
  for (let set = 0; set < sets; set++) {
    if (countPorts(image, portSet(image, record, set), name, 0, protocol) > 0) return found(out, 'service')
  }
  return 'nxdomain'
}

/** 1-2-3-4.NS.pod: the address that the label spells. */
function lookupPod(
  images: ImageStack,
  index: number,
  stanza: StanzaRecord,
  name: QueryName,
  labels: number,
  out: Match,
): Outcome {
  if (labels === 1) return found(out, 'inner')
  if (stanza.pods === 'disabled' || labels > 3) return 'nxdomain'
  const namespace = labels - 2
  if (!hasNamespace(images, index, name, namespace)) return 'nxdomain'
  if (labels === 2) return found(out, 'inner')
  const address = dashedIPv4(name, 0)
  if (address >= 0) {
    podAddress.setUint32(0, 0)
    podAddress.setUint32(4, 0)
    podAddress.setUint32(8, 0xffff)
    podAddress.setUint32(12, address)
    out.isIPv6 = false
    out.address.setUint32(0, address)
  } else if (dashedIPv6(name, 0, podAddress)) {
    out.isIPv6 = true
    for (let at = 0; at < 16; at += 4) out.address.setUint32(at, podAddress.getUint32(at))
  } else return 'nxdomain'
  if (stanza.pods === 'verified' && !hasPod(images, index, name, namespace, podAddress)) return 'nxdomain'
  return found(out, 'pod')
}
