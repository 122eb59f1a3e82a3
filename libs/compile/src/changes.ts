/**
 * What differs from what was published last. When something is about to change for the first time since then, it is
 * compiled as it still is and summed up in a digest and the zones it shows in; nothing is kept of what does not change.
 * So a change costs two compilations of what it touches, and the same object again, or there and back, is no change.
 */
import type { NamespaceRecord, PodRecord, ServiceRecord, StanzaSet } from '@zonecast/image'
import type { Cluster } from './cluster/cluster.ts'
import type { NamespaceEntry, ServiceEntry } from './cluster/entries.ts'
import { compilePod, type PodAddress } from './cluster/pod-index.ts'
import { compareOctets, compareText } from './order.ts'
import { compileName } from './records/compile-name.ts'
import { tombstone } from './records/compile-service.ts'
import { digestService } from './records/digest.ts'
import type { Shape } from './stanza.ts'
import { NO_ZONES, type ZoneSet, type Zones } from './zones.ts'

/** A record in brief. */
interface Brief {
  readonly stanzas: StanzaSet
  readonly digest: number
  readonly zones: ZoneSet
}

/** Records of all that differs, tombstones included, in the order of their names; and the zones that they show in. */
export interface Difference {
  readonly namespaces: readonly NamespaceRecord[]
  readonly services: readonly ServiceRecord[]
  readonly pods: readonly PodRecord[]
  readonly zones: ZoneSet
}

export class Changes {
  readonly #shapes: readonly Shape[]
  readonly #zones: Zones
  readonly #services = new Map<ServiceEntry, readonly Brief[]>()
  readonly #namespaces = new Map<NamespaceEntry, StanzaSet>()
  readonly #pods = new Map<PodAddress, StanzaSet>()

  constructor(shapes: readonly Shape[], zones: Zones) {
    this.#shapes = shapes
    this.#zones = zones
  }

  touchService(entry: ServiceEntry): void {
    if (!this.#services.has(entry)) this.#services.set(entry, this.#brief(compileName(entry, this.#shapes)))
  }

  touchNamespace(entry: NamespaceEntry): void {
    if (!this.#namespaces.has(entry)) this.#namespaces.set(entry, entry.exposed)
  }

  touchPod(entry: PodAddress): void {
    if (!this.#pods.has(entry)) this.#pods.set(entry, compilePod(entry))
  }

  /** What may have changed since it was taken last. */
  get touchedServices(): Iterable<ServiceEntry> {
    return this.#services.keys()
  }

  /** Those of which something may have changed, pods apart. */
  get touchedNamespaces(): ReadonlySet<NamespaceEntry> {
    const namespaces = new Set<NamespaceEntry>(this.#namespaces.keys())
    for (const { namespace } of this.#services.keys()) namespaces.add(namespace)
    return namespaces
  }

  /** Gives what differs from what was and begins anew: what is now counts as published. Prunes the cluster. */
  take(cluster: Cluster): Difference {
    const difference = this.#difference()
    const namespaces = new Set<NamespaceEntry>(this.#namespaces.keys())
    for (const entry of this.#services.keys()) {
      cluster.pruneService(entry)
      namespaces.add(entry.namespace)
    }
    for (const entry of this.#pods.keys()) {
      entry.namespace.pods.prune(entry)
      namespaces.add(entry.namespace)
    }
    for (const entry of namespaces) cluster.pruneNamespace(entry)
    this.#services.clear()
    this.#namespaces.clear()
    this.#pods.clear()
    return difference
  }

  #difference(): Difference {
    let zones = NO_ZONES
    const services: ServiceRecord[] = []
    for (const [entry, before] of sorted(this.#services, compareServices)) {
      const records = compileName(entry, this.#shapes)
      const after = this.#brief(records)
      const changed = changedStanzas(before, after)
      if (changed === 0) continue
      for (const brief of [...before, ...after]) zones |= brief.zones & this.#zones.of(brief.stanzas & changed)
      if (records.length === 0) services.push(tombstone(entry))
      else services.push(...records)
    }
    const namespaces: NamespaceRecord[] = []
    for (const [{ name, exposed }, before] of sorted(this.#namespaces, (a, b) => compareText(a.name, b.name))) {
      if (exposed === before) continue
      zones |= this.#zones.forward(exposed ^ before)
      namespaces.push({ name, stanzas: exposed >>> 0 })
    }
    const pods: PodRecord[] = []
    for (const [entry, before] of sorted(this.#pods, comparePods)) {
      const stanzas = compilePod(entry)
      if (stanzas === before) continue
      zones |= this.#zones.forward(stanzas ^ before)
      pods.push({ namespace: entry.namespace.name, address: entry.address, stanzas: stanzas >>> 0 })
    }
    return { namespaces, services, pods, zones }
  }

  #brief(records: readonly ServiceRecord[]): readonly Brief[] {
    return records.map((record) => ({
      stanzas: record.stanzas,
      digest: digestService(record),
      zones: this.#zones.holding(record),
    }))
  }
}

/** The stanzas for which not the same record stands in both. */
function changedStanzas(before: readonly Brief[], after: readonly Brief[]): StanzaSet {
  let changed = 0
  for (const { stanzas } of before) changed |= stanzas
  for (const { stanzas } of after) changed |= stanzas
  for (const was of before) {
    for (const is of after) if (was.digest === is.digest) changed &= ~(was.stanzas & is.stanzas)
  }
  return changed
}

function sorted<Entry, Before>(
  touched: ReadonlyMap<Entry, Before>,
  compare: (a: Entry, b: Entry) => number,
): [Entry, Before][] {
  return [...touched].sort(([a], [b]) => compare(a, b))
}

function compareServices(a: ServiceEntry, b: ServiceEntry): number {
  return compareText(a.namespace.name, b.namespace.name) || compareText(a.name, b.name)
}

function comparePods(a: PodAddress, b: PodAddress): number {
  return compareText(a.namespace.name, b.namespace.name) || compareOctets(a.address, b.address)
}
