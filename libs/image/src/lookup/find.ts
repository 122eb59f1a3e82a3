/**
 * Finding entries by key in a stack of images, newest first. The newest image that knows a key decides; one that knows it
 * but has nothing for the stanza (a tombstone, or a record of other stanzas) ends the search too.
 */
import { HASH_START, hashAddress, hashFragment, hashKey } from '../hash.ts'
import { type Image, NAMESPACE_SLOT, OWNER_SLOT, POD_SLOT, SERVICE_SLOT } from '../image.ts'
import { MAX_PROBES, RECORD } from '../layout.ts'
import type { QueryName } from '../query-name.ts'
import { fragmentEquals, fragmentIsLabel } from '../record.ts'

/** Images of one feed, newest first, the base last. */
export type ImageStack = readonly Image[]

/** Where something lies: the image and an octet offset in it. */
export interface Place {
  image: Image | undefined
  at: number
}

/**
 * Looks for the service whose labels are [from, to) of a name.
 * @param namespace a label in wire form at `namespaceAt`, of this hash: one of the name, or one that is given
 * @returns true when a record is there for the stanza: `out` tells where.
 */
export function findService(
  images: ImageStack,
  stanza: number,
  name: QueryName,
  from: number,
  to: number,
  namespace: DataView,
  namespaceAt: number,
  namespaceHash: number,
  out: Place,
): boolean {
  let hash = HASH_START
  for (let label = from; label < to; label++) hash = hashKey(hash, name.hash(label))
  hash = hashKey(hash, namespaceHash)
  for (let layer = 0; layer < images.length; layer++) {
    const image = images[layer] as Image
    const { view, serviceSlots, services, records, strings } = image
    let known = false
    let slot = hash & (serviceSlots - 1)
    for (let left = probes(serviceSlots); left > 0; left--) {
      const at = services + slot * SERVICE_SLOT
      slot = (slot + 1) & (serviceSlots - 1)
      const offset = view.getUint32(at + 4, true)
      if (offset === 0) break
      if (view.getInt32(at, true) !== hash) continue
      const record = records + offset - 1
      const its = strings + view.getUint32(record + RECORD.namespace, true)
      if (!fragmentIsLabel(view, its, namespace, namespaceAt)) continue
      if (!fragmentEquals(view, strings + view.getUint32(record + RECORD.service, true), name, from, to)) continue
      if ((view.getUint32(record + RECORD.stanzas, true) >>> stanza) & 1) {
        out.image = image
        out.at = record
        return true
      }
      known = true
    }
    if (known) return false
  }
  return false
}

/** How much more may be looked at for one question. */
export interface Work {
  left: number
}

/** For what no packet waits for. */
export const UNBOUNDED: Work = { left: Number.POSITIVE_INFINITY }

/**
 * True when an image newer than layer `below` knows the service of a record that lies in that layer.
 * @param work one less for each slot looked at; at 0 the search ends with true.
 */
export function isSuperseded(images: ImageStack, below: number, record: number, work: Work): boolean {
  if (below === 0) return false
  const { view: olderView, strings: olderStrings } = images[below] as Image
  const service = olderStrings + olderView.getUint32(record + RECORD.service, true)
  const namespace = olderStrings + olderView.getUint32(record + RECORD.namespace, true)
  let hash = hashFragment(HASH_START, olderView, service + 1, service + 1 + olderView.getUint8(service))
  hash = hashFragment(hash, olderView, namespace + 1, namespace + 1 + olderView.getUint8(namespace))
  for (let layer = 0; layer < below; layer++) {
    const { view, serviceSlots, services, records, strings } = images[layer] as Image
    let slot = hash & (serviceSlots - 1)
    for (let left = probes(serviceSlots); left > 0; left--) {
      if (work.left <= 0) return true
      work.left -= 1
      const at = services + slot * SERVICE_SLOT
      slot = (slot + 1) & (serviceSlots - 1)
      const offset = view.getUint32(at + 4, true)
      if (offset === 0) break
      if (view.getInt32(at, true) !== hash) continue
      const other = records + offset - 1
      const otherService = strings + view.getUint32(other + RECORD.service, true)
      if (!sameFragment(view, otherService, olderView, service)) continue
      const otherNamespace = strings + view.getUint32(other + RECORD.namespace, true)
      if (sameFragment(view, otherNamespace, olderView, namespace)) return true
    }
  }
  return false
}

/** True when the namespace of this label of a name exists for the stanza. */
export function hasNamespace(images: ImageStack, stanza: number, name: QueryName, label: number): boolean {
  return hasNamespaceLabel(images, stanza, name.view, name.start(label), name.hash(label))
}

/** The same of a label in wire form at `labelAt`, and its hash. */
export function hasNamespaceLabel(
  images: ImageStack,
  stanza: number,
  label: DataView,
  labelAt: number,
  labelHash: number,
): boolean {
  const hash = hashKey(HASH_START, labelHash)
  for (let layer = 0; layer < images.length; layer++) {
    const { view, namespaceSlots, namespaces, strings } = images[layer] as Image
    let slot = hash & (namespaceSlots - 1)
    for (let left = probes(namespaceSlots); left > 0; left--) {
      const at = namespaces + slot * NAMESPACE_SLOT
      slot = (slot + 1) & (namespaceSlots - 1)
      const fragment = view.getUint32(at, true)
      if (fragment === 0) break
      if (!fragmentIsLabel(view, strings + fragment, label, labelAt)) continue
      return ((view.getUint32(at + 4, true) >>> stanza) & 1) === 1
    }
  }
  return false
}

/** True when a pod with this address (16 octets, IPv4 mapped) runs in the namespace of this label, as the stanza sees it. */
export function hasPod(images: ImageStack, stanza: number, name: QueryName, label: number, address: DataView): boolean {
  const hash = hashAddress(hashKey(HASH_START, name.hash(label)), address, 0)
  for (let layer = 0; layer < images.length; layer++) {
    const { view, podSlots, pods, strings } = images[layer] as Image
    let slot = hash & (podSlots - 1)
    for (let left = probes(podSlots); left > 0; left--) {
      const at = pods + slot * POD_SLOT
      slot = (slot + 1) & (podSlots - 1)
      const fragment = view.getUint32(at + 16, true)
      if (fragment === 0) break
      if (!sameAddress6(view, at, address) || !fragmentEquals(view, strings + fragment, name, label, label + 1))
        continue
      return ((view.getUint32(at + 20, true) >>> stanza) & 1) === 1
    }
  }
  return false
}

/** The question type ANY, which every RRset has. */
const ANY_TYPE = 255

/** Whether an owner of generic RRsets exists, and has a type. */
export type OwnerOutcome = 'rrset' | 'nodata' | 'nxdomain'

/**
 * Looks for the RRset of a type whose owner's labels are [0, to).
 * @param out on 'rrset': where it lies.
 */
export function findRRset(
  images: ImageStack,
  stanza: number,
  name: QueryName,
  to: number,
  type: number,
  out: Place,
): OwnerOutcome {
  let hash = HASH_START
  for (let label = 0; label < to; label++) hash = hashKey(hash, name.hash(label))
  for (let layer = 0; layer < images.length; layer++) {
    const image = images[layer] as Image
    const { view, ownerSlots, owners, rrsets, strings } = image
    let known = false
    let exists = false
    let slot = hash & (ownerSlots - 1)
    for (let left = probes(ownerSlots); left > 0; left--) {
      const at = owners + slot * OWNER_SLOT
      slot = (slot + 1) & (ownerSlots - 1)
      const offset = view.getUint32(at + 4, true)
      if (offset === 0) break
      if (view.getInt32(at, true) !== hash) continue
      const rrset = rrsets + offset - 1
      if (!fragmentEquals(view, strings + view.getUint32(rrset, true), name, 0, to)) continue
      known = true
      if (((view.getUint32(rrset + 4, true) >>> stanza) & 1) === 0) continue
      exists = true
      if ((type === ANY_TYPE || view.getUint16(rrset + 10, true) === type) && view.getUint16(rrset + 8, true) > 0) {
        out.image = image
        out.at = rrset
        return 'rrset'
      }
    }
    if (exists) return 'nodata'
    if (known) return 'nxdomain'
  }
  return 'nxdomain'
}

/** How many slots of an index a search may look at. */
function probes(slots: number): number {
  return Math.min(slots, MAX_PROBES)
}

function sameFragment(view: DataView, fragment: number, otherView: DataView, other: number): boolean {
  const octets = view.getUint8(fragment)
  for (let at = 0; at <= octets; at++) {
    if (view.getUint8(fragment + at) !== otherView.getUint8(other + at)) return false
  }
  return true
}

function sameAddress6(view: DataView, at: number, address: DataView): boolean {
  for (let octet = 0; octet < 16; octet += 4) {
    if (view.getUint32(at + octet) !== address.getUint32(octet)) return false
  }
  return true
}
