/**
 * Objects in, image content out: a base of all there is, then deltas of what changed. What is compiled counts as
 * published; whoever could not publish a delta compiles a base.
 *
 *     apply(changes)… ─▶ compileBase ─▶ apply(changes)… ─▶ compileDelta ─▶ apply … compileDelta …
 *
 * The same objects, time and serials give the same content, in whatever order the objects came.
 */
import { compareSerial, nextSerial } from '@zonecast/dns'
import {
  type Difference,
  type ImageContent,
  NAMESPACE_SYMBOL,
  type NamespaceRecord,
  type PodRecord,
  type RRsetRecord,
  type ServiceRecord,
  type StanzaRecord,
  triggersToMeta,
} from '@zonecast/image'
import type { ObjectChange } from '@zonecast/kubernetes'
import { Changes } from './changes.ts'
import { Cluster, type ObjectCounts } from './cluster/cluster.ts'
import type { NamespaceEntry } from './cluster/entries.ts'
import { compilePod } from './cluster/pod-index.ts'
import { CompileError } from './errors.ts'
import { compareOctets } from './order.ts'
import type { NameProblem } from './problems/name-problem.ts'
import { NameProblems } from './problems/name-problems.ts'
import { compileName } from './records/compile-name.ts'
import { NamespaceRecords } from './records/namespace-records.ts'
import { type Stanza, Stanzas } from './stanza.ts'
import { Triggers } from './triggers.ts'
import { NO_ZONES, type ZoneSet, Zones } from './zones.ts'

/** An ExternalName service that answers nothing, for its `externalName` is an address or no name at all; or a name. */
export type CompileWarning =
  | {
      readonly code: 'bad-external-name'
      readonly namespace: string
      readonly service: string
      readonly externalName: string
    }
  | NameProblem

export interface CompilerOptions {
  /** Told once for each service and `externalName`, and of each problem with a name when it arises. */
  readonly warn?: (warning: CompileWarning) => void
  /** Of the images that will be made of it; the current one when absent. What that leaves out is warned of. */
  readonly format?: 1 | 2
}

/** What an image says of itself. */
export interface Stamp {
  readonly nowMs: number
  readonly meta: Readonly<Record<string, string>>
}

/** Content whose services are compiled when they are read: once, and before anything changes. */
export interface StreamedContent extends Omit<ImageContent, 'services'> {
  /** By namespace, service and stanzas. */
  readonly services: Iterable<ServiceRecord>
}

/** dns-version.Z TXT "1.1.0", as the Kubernetes DNS specification 1.1.0 has it. */
const DNS_VERSION = { owner: 'dns-version', type: 16, ttlSec: 28800, rdata: [Uint8Array.of(5, 49, 46, 49, 46, 48)] }

export class Compiler {
  readonly #stanzas: Stanzas
  readonly #zones: Zones
  readonly #cluster: Cluster
  readonly #changes: Changes
  readonly #problems: NameProblems
  readonly #namespaceRecords: NamespaceRecords
  /** By zone. */
  readonly #serials = new Map<string, number>()
  readonly #triggers = new Triggers()
  #hasBase = false
  #serialsInDoubt = false

  /** @throws CompileError too-many-stanzas, no-forward-zone */
  constructor(stanzas: readonly Stanza[], { warn, format = 2 }: CompilerOptions = {}) {
    this.#stanzas = new Stanzas(stanzas)
    this.#zones = new Zones(stanzas)
    this.#changes = new Changes(this.#stanzas.shapes, this.#zones)
    this.#namespaceRecords = new NamespaceRecords(this.#stanzas, this.#zones)
    this.#problems = new NameProblems(this.#stanzas, this.#namespaceRecords, format, (problem) => warn?.(problem))
    this.#cluster = new Cluster(this.#stanzas, {
      service: (entry) => this.#hasBase && this.#changes.touchService(entry),
      namespace: (entry) => this.#hasBase && this.#changes.touchNamespace(entry),
      podAddress: (entry) => this.#hasBase && this.#changes.touchPod(entry),
      badExternalName: ({ namespace, name: service }, externalName) =>
        warn?.({ code: 'bad-external-name', namespace: namespace.name, service, externalName }),
    })
  }

  apply(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      this.#cluster.apply(change)
      if (this.#hasBase) this.#triggers.note(this.#cluster, change)
    }
  }

  /** What is wrong with names in the last content. */
  get nameProblems(): NameProblems {
    return this.#problems
  }

  /**
   * To be called when the last content may not be what is published under its serials: the next base has later ones, in every
   * zone.
   */
  doubtSerials(): void {
    this.#serialsInDoubt = true
  }

  /** How many objects are held; walks all of them. */
  counts(): ObjectCounts {
    return this.#cluster.counts()
  }

  /**
   * All there is. Zones that changed since the last content get a new serial; so do all zones at first, and those for
   * which a later serial than ours is known: what was published under it may differ.
   * @param known the last serials published, by whomever, by zone
   */
  compileBase(stamp: Stamp, known?: ReadonlyMap<string, number>): ImageContent {
    const content = this.streamBase(stamp, known)
    return { ...content, services: [...content.services] }
  }

  /** The same, its services one after the other. */
  streamBase(stamp: Stamp, known: ReadonlyMap<string, number> = new Map()): StreamedContent {
    this.#triggers.take()
    this.#updateProblems()
    const touched = this.#hasBase ? this.#changes.touchedNamespaces : this.#cluster.namespaces.values()
    const ofNamespaces = this.#namespaceRecords.take(touched)
    const zones = this.#changes.take(this.#cluster).zones | ofNamespaces.zones
    this.#cluster.prune()
    const foreign = this.#learnSerials(known)
    const isAll = !this.#hasBase || this.#serialsInDoubt
    this.#raiseSerials(isAll ? this.#zones.of(this.#stanzas.all) : zones | foreign, stamp)
    this.#hasBase = true
    this.#serialsInDoubt = false
    return this.streamAgain(stamp)
  }

  /**
   * All there is, compiled anew, under the serials of the last content. Changes nothing: what was not published yet is still
   * to come.
   */
  streamAgain(stamp: Stamp): StreamedContent {
    const namespaces: NamespaceRecord[] = []
    const pods: PodRecord[] = []
    const rrsets: RRsetRecord[] = [{ ...DNS_VERSION, stanzas: this.#stanzas.all >>> 0 }]
    for (const namespace of this.#exposed()) {
      namespaces.push({ name: namespace.name, stanzas: namespace.exposed >>> 0 })
      pods.push(...podsOf(namespace))
      rrsets.push(...this.#namespaceRecords.of(namespace))
    }
    return this.#content('base', stamp, { namespaces, services: this.#services(), pods, rrsets })
  }

  #exposed(): NamespaceEntry[] {
    return inOrder(this.#cluster.namespaces).filter(({ exposed }) => exposed !== 0)
  }

  *#services(): Generator<ServiceRecord> {
    for (const namespace of this.#exposed()) {
      for (const entry of inOrder(namespace.services)) yield* compileName(entry, this.#stanzas.shapes)
    }
  }

  /**
   * Takes back the serials of the last base for zones in which it is what was published before.
   * @param difference between that and the base; undefined: there is none
   * @param published the last serials, by zone
   * @returns the stanzas, to be published with the difference
   */
  keepSerials(difference: Difference | undefined, published: ReadonlyMap<string, number>): readonly StanzaRecord[] {
    const changed = difference === undefined ? NO_ZONES : this.#showing(difference) | this.#showing(difference.replaced)
    this.#zones.names.forEach((zone, index) => {
      const serial = published.get(zone)
      if (serial !== undefined && ((changed >> BigInt(index)) & 1n) === 0n) this.#serials.set(zone, serial)
    })
    return this.#stanzaRecords()
  }

  /** The zones that any of these show in. */
  #showing({ namespaces, services, pods, rrsets }: Difference['replaced']): ZoneSet {
    const forward = [...namespaces, ...pods, ...rrsets].reduce((set, { stanzas }) => set | stanzas, 0)
    return services.reduce((zones, record) => zones | this.#zones.holding(record), this.#zones.forward(forward))
  }

  /**
   * What changed since the last content, with tombstones for what is gone; undefined when no record differs.
   * @throws CompileError no-base
   */
  compileDelta(stamp: Stamp): ImageContent | undefined {
    if (!this.#hasBase) throw new CompileError('no-base', 'compileDelta')
    const triggers = this.#triggers.take()
    this.#updateProblems()
    const { rrsets, zones: ofNamespaces } = this.#namespaceRecords.take(this.#changes.touchedNamespaces)
    const { namespaces, services, pods, zones } = this.#changes.take(this.#cluster)
    if (namespaces.length + services.length + pods.length + rrsets.length === 0) return undefined
    this.#raiseSerials(zones | ofNamespaces, stamp)
    const meta = { ...stamp.meta, ...triggersToMeta(triggers, stamp.nowMs) }
    return this.#content('delta', { ...stamp, meta }, { namespaces, services, pods, rrsets })
  }

  /** Before what changed is forgotten. */
  #updateProblems(): void {
    if (!this.#hasBase) this.#problems.updateAll(this.#cluster)
    for (const entry of this.#changes.touchedServices) this.#problems.update(entry)
    this.#problems.updateNamespaces(this.#changes.touchedNamespaces, this.#cluster)
  }

  /** @returns the zones for which others know a later serial than we do. */
  #learnSerials(known: ReadonlyMap<string, number>): ZoneSet {
    let later = NO_ZONES
    this.#zones.names.forEach((zone, index) => {
      const theirs = known.get(zone)
      const ours = this.#serials.get(zone)
      if (theirs === undefined || (ours !== undefined && compareSerial(theirs, ours) !== 'greater')) return
      this.#serials.set(zone, theirs)
      later |= 1n << BigInt(index)
    })
    return later
  }

  #raiseSerials(zones: ZoneSet, { nowMs }: Stamp): void {
    this.#zones.names.forEach((zone, index) => {
      if ((zones >> BigInt(index)) & 1n) {
        this.#serials.set(zone, nextSerial(this.#serials.get(zone), nowMs / 1000))
      }
    })
  }

  #content<Services>(
    kind: ImageContent['kind'],
    { nowMs, meta }: Stamp,
    records: Pick<ImageContent, 'namespaces' | 'pods' | 'rrsets'> & { readonly services: Services },
  ): Omit<ImageContent, 'services'> & { readonly services: Services } {
    return { kind, createdAtMs: nowMs, meta, stanzas: this.#stanzaRecords(), ...records }
  }

  #stanzaRecords(): StanzaRecord[] {
    return this.#stanzas.list.map(({ ttlSec, pods, zones, names, namespaces, iporder, wildcards, search }) => ({
      ttlSec,
      pods,
      names,
      namespace: names.every((name) => name.includes(NAMESPACE_SYMBOL)) ? '' : (namespaces[0] ?? ''),
      externalFirst: iporder[0] === 'external',
      wildcards,
      search: search && wildcards !== 'off',
      zones: zones.map((name) => ({ name, serial: this.#serials.get(name) ?? 0 })),
    }))
  }
}

function podsOf({ name, pods }: NamespaceEntry): PodRecord[] {
  return [...pods.addresses.values()]
    .map((entry) => ({ namespace: name, address: entry.address, stanzas: compilePod(entry) >>> 0 }))
    .filter((record) => record.stanzas !== 0)
    .sort((a, b) => compareOctets(a.address, b.address))
}

function inOrder<Entry>(byName: ReadonlyMap<string, Entry>): Entry[] {
  const names = [...byName.keys()].sort()
  return names.map((name) => byName.get(name)).filter((entry) => entry !== undefined)
}
