/**
 * What a name means in a forward zone: fixed names first (owners of one label, `pod.Z` and `dns.Z`), then those that templates
 * make of services (SVC.NS.svc.Z and what lies below, by the Kubernetes DNS specification), then other owners of RRsets,
 * then wildcards that objects ask for. Reverse zones: reverse.ts.
 */
import { readAddressLabel } from '@zonecast/dns'
import type { Image } from '../image.ts'
import { ENDPOINT, labelsBit, MAX_TEMPLATES, WILDCARD_NAMES } from '../layout.ts'
import { hasUnderscore, protocolOf } from '../protocol-label.ts'
import { QueryName } from '../query-name.ts'
import {
  ANY_PROTOCOL,
  derivedCount,
  EXTERNAL,
  endpointCount,
  endpointsAt,
  INNER,
  isAlias,
  kindOf,
  REVERSE_ONLY,
  recordHasPort,
  searchAddress4,
  searchName,
} from '../record.ts'
import { namespaceLabel, readByTemplate, type Template } from '../template.ts'
import type { ZoneView } from '../zone-view.ts'
import { findRRset, findService, hasNamespace, hasNamespaceLabel, hasPod, type ImageStack, type Place } from './find.ts'
import { type Match, STEPS } from './match.ts'

/**
 * found: `out` says what; whether it has data of the type asked for shows when it is written. follow: an external service,
 * `out` is its record, the answer goes on at its target.
 */
export type Outcome = 'found' | 'nxdomain' | 'follow'

const POD = new TextEncoder().encode('pod')
const DNS = new TextEncoder().encode('dns')
const NS = new TextEncoder().encode('ns')
const STAR = new TextEncoder().encode('*')

/** What a search among names of services comes to. inner: exists without data, so something else may have data there. */
type Step = Outcome | 'inner'

const place: Place = { image: undefined, at: 0 }
/** The address that a label spells, and a view of the same octets. */
const spelled = new Uint8Array(16)
const spelledView = new DataView(spelled.buffer)
/** How many labels of the name stand before the rest of each template; see `readByTemplate`. */
const befores = new Int8Array(MAX_TEMPLATES)
/** An alias of one label was passed over. */
let passedAlias = false

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
  const outcome = lookupExisting(images, zone, name, labels, type, out)
  return outcome === 'nxdomain' ? lookupWildcard(images, zone, name, labels, out) : outcome
}

/** What the zone has under just this name. */
function lookupExisting(
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
  if (labels === 1) {
    const fixed = lookupOwner(images, zone, name, labels, type, out)
    if (fixed !== 'nxdomain') return fixed
  }
  const top = labels - 1
  let outcome: Step = 'nxdomain'
  if (name.labelIs(top, POD)) outcome = lookupPod(images, zone, name, labels, out)
  else if (name.labelIs(top, DNS)) outcome = lookupDns(name, labels, out)
  if (outcome !== 'nxdomain') return outcome
  outcome = lookupServices(images, zone, name, labels, out)
  if (outcome === 'found' || outcome === 'follow') return outcome
  if (labels > 1) {
    const owner = lookupOwner(images, zone, name, labels, type, out)
    if (owner !== 'nxdomain') return owner
  }
  return outcome === 'inner' ? found(out, 'inner') : 'nxdomain'
}

function found(out: Match, kind: Match['kind']): Outcome {
  out.kind = kind
  return 'found'
}

/** An owner of RRsets. */
function lookupOwner(
  images: ImageStack,
  { index }: ZoneView,
  name: QueryName,
  labels: number,
  type: number,
  out: Match,
): Outcome {
  const owner = findRRset(images, index, name, labels, type, place)
  if (owner === 'nxdomain') return 'nxdomain'
  if (owner === 'nodata') return found(out, 'inner')
  out.image = place.image
  out.at = place.at
  return found(out, 'owner')
}

function lookupDns(name: QueryName, labels: number, out: Match): Outcome {
  if (labels === 1) return found(out, 'inner')
  return labels === 2 && name.labelIs(0, NS) ? found(out, 'nameserver') : 'nxdomain'
}

/**
 * A name that templates make, in the order of what goes before what: objects' own names, those of endpoints, those of
 * ports; then the names of several labels and the aliases that objects ask for, and what lies below them. No two templates
 * make one name of the same depth: such templates are ambiguous.
 */
function lookupServices(images: ImageStack, zone: ZoneView, name: QueryName, labels: number, out: Match): Step {
  const { templates } = zone
  if (templates.length === 1 && (zone.nameLabels & SEVERAL_LABELS) === 0) {
    // Mostly it is so, and there is nothing to put in order.
    const template = templates[0] as Template
    const before = readByTemplate(template, name, labels)
    if (before > 0 && before <= DEEPEST)
      return lookupService(images, zone, template, name, labels, before, before, ANY, out)
    return before === 0 && isAboveServices(images, zone, template, name, labels) ? 'inner' : 'nxdomain'
  }
  let isInner = false
  for (let at = 0; at < templates.length; at++) {
    const before = readByTemplate(templates[at] as Template, name, labels)
    befores[at] = before
    if (before === 0 && isAboveServices(images, zone, templates[at] as Template, name, labels)) isInner = true
  }
  passedAlias = false
  for (let depth = 1; depth <= DEEPEST; depth++) {
    for (let at = 0; at < templates.length; at++) {
      if (befores[at] !== depth) continue
      const step = lookupService(images, zone, templates[at] as Template, name, labels, depth, depth, OWN, out)
      if (step === 'inner') isInner = true
      else if (step !== 'nxdomain') return step
    }
  }
  const counts = (passedAlias ? ONE_LABEL : 0) | (zone.nameLabels & SEVERAL_LABELS)
  for (let depth = 1; counts !== 0 && depth <= DEEPEST; depth++) {
    for (let at = 0; at < templates.length; at++) {
      const before = befores[at] as number
      if (before < depth || (counts & labelsBit(before - depth + 1)) === 0) continue
      const step = lookupService(images, zone, templates[at] as Template, name, labels, before, depth, ALIAS, out)
      if (step === 'inner') isInner = true
      else if (step !== 'nxdomain') return step
    }
  }
  return isInner ? 'inner' : 'nxdomain'
}

/** A service, an endpoint of one, a port of one. */
const DEEPEST = 3
const OWN = 0
const ALIAS = 1
const ANY = 2
const ONE_LABEL = labelsBit(1)
const SEVERAL_LABELS = ~(ONE_LABEL | WILDCARD_NAMES)

/** A name to which nothing of a service belongs: `svc`, `NS.svc`. */
function isAboveServices(
  images: ImageStack,
  { index }: ZoneView,
  template: Template,
  name: QueryName,
  labels: number,
): boolean {
  const label = namespaceLabel(template, labels, 0)
  // Without a label for the namespace it is there whatever namespaces there are.
  return label < 0 || hasNamespaceLabel(images, index, name.view, name.start(label), name.hash(label))
}

/**
 * SVC.NS.svc, HOST.SVC.NS.svc, _PORT._PROTO.SVC.NS.svc, `_PROTO.SVC.NS.svc`, or what another template makes of them.
 * @param depth    1: a service's own name; 2, 3: one or two labels below it
 * @param of    which of the records of one label count: OWN, ALIAS or ANY
 */
function lookupService(
  images: ImageStack,
  { index, namespace }: ZoneView,
  template: Template,
  name: QueryName,
  labels: number,
  before: number,
  depth: number,
  of: number,
  out: Match,
): Step {
  const label = namespaceLabel(template, labels, before)
  const view = label < 0 ? namespace?.view : name.view
  const at = label < 0 ? 0 : name.start(label)
  const hash = label < 0 ? (namespace?.hash ?? 0) : name.hash(label)
  const from = depth - 1
  if (view === undefined || !findService(images, index, name, from, before, view, at, hash, place)) return 'nxdomain'
  const image = place.image as Image
  const record = place.at
  const kind = kindOf(image.view, record)
  if (kind === REVERSE_ONLY) return 'nxdomain'
  if (kind === INNER) return depth === 1 ? 'inner' : 'nxdomain'
  if (of !== ANY && before === depth && isAlias(image.view, record) !== (of === ALIAS)) {
    if (of === OWN) passedAlias = true
    return 'nxdomain'
  }
  out.image = image
  out.at = record
  if (depth === 1) return kind === EXTERNAL ? 'follow' : found(out, 'service')
  if (kind === EXTERNAL || name.labelIs(from, STAR)) return 'nxdomain'
  return depth === 2 ? lookupBelow(image, name, out) : lookupPort(image, name, out)
}

/** One label below a service: an endpoint, or the inner node above its ports. */
function lookupBelow(image: Image, name: QueryName, out: Match): Step {
  if (matchEndpoints(image, name, out)) return found(out, 'endpoints')
  const record = out.at
  const protocol = hasUnderscore(name, 0) ? protocolOf(name, 0) : -1
  return protocol >= 0 && recordHasPort(image, record, name, -1, protocol) ? 'inner' : 'nxdomain'
}

/** Looks for the endpoints that the first label of a name names, of the service at `out.at`: `first` and `end`. */
export function matchEndpoints(image: Image, name: QueryName, out: Match): boolean {
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
      return true
    }
  }
  const first = searchName(image, endpoints, derived, count, name, 1, false)
  const end = searchName(image, endpoints, first, count, name, 1, true)
  if (end > first) {
    out.first = first
    out.end = end
    return true
  }
  return false
}

function lookupPort(image: Image, name: QueryName, out: Match): Outcome {
  const protocol = protocolOf(name, 1)
  if (protocol < 0 || !recordHasPort(image, out.at, name, 0, protocol)) return 'nxdomain'
  out.portLabel = 0
  out.protocol = protocol
  return found(out, 'service')
}

/**
 * RFC 4592: a name that does not exist is answered from `*` below the closest encloser, its longest ancestor that does
 * exist. Objects ask for such names; nothing is searched while none does.
 */
function lookupWildcard(images: ImageStack, zone: ZoneView, name: QueryName, labels: number, out: Match): Outcome {
  if ((zone.nameLabels & WILDCARD_NAMES) === 0) return 'nxdomain'
  for (let below = 1; below <= labels; below++) {
    encloser.read(name.view, name.start(below), name.end)
    if (lookupExisting(images, zone, encloser, labels - below, 0, out) === 'nxdomain') continue
    const end = 2 + encloser.end
    for (let at = 0; at < encloser.end; at++) wildcardView.setUint8(2 + at, encloser.view.getUint8(at))
    source.read(wildcardView, 0, end)
    out.portLabel = -1
    out.protocol = ANY_PROTOCOL
    const step = lookupServices(images, zone, source, labels - below + 1, out)
    return step === 'inner' ? found(out, 'inner') : step
  }
  return 'nxdomain'
}

/** The closest encloser, and the source of synthesis below it. */
const encloser = new QueryName()
const source = new QueryName()
const wildcardView = new DataView(new ArrayBuffer(2 + 256))
wildcardView.setUint8(0, 1)
wildcardView.setUint8(1, 0x2a)

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
