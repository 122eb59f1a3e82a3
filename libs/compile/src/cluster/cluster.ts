/**
 * The cluster as its objects have told it so far, indexed by what an answer hangs on: namespace, then service (with its
 * slices), pod and pod address. Holds parts (parts.ts), never objects.
 *
 * Before anything changes, whoever watches is told which service, namespace or address it will change, so that they can
 * still see what was.
 */
import type { EndpointSlice, Namespace, ObjectChange, Pod, Service } from '@zonecast/kubernetes'
import { isWildcard } from '../objects/asked-names.ts'
import { isLabel } from '../objects/host-name.ts'
import { PartReader, type ServicePart, type SlicePart } from '../objects/parts.ts'
import { compareText } from '../order.ts'
import type { Stanzas } from '../stanza.ts'
import type { Claims, NamespaceEntry, ServiceEntry } from './entries.ts'
import { type PodAddress, PodIndex } from './pod-index.ts'

/** Objects that answers hang on. */
export interface ObjectCounts {
  /** Those that a stanza exposes. */
  readonly namespaces: number
  readonly services: number
  readonly endpointSlices: number
}

/** Is told what is about to change. May be told in vain, and more than once. */
export interface ClusterWatcher {
  readonly service: (entry: ServiceEntry) => void
  readonly namespace: (entry: NamespaceEntry) => void
  readonly podAddress: (entry: PodAddress) => void
  /**
   * A Service came, or came with another `externalName`, that no CNAME could lead to. Not told of '': who made the slim
   * object has seen that there is none.
   */
  readonly badExternalName: (entry: ServiceEntry, externalName: string) => void
}

export class Cluster {
  readonly namespaces = new Map<string, NamespaceEntry>()
  readonly #stanzas: Stanzas
  readonly #watcher: ClusterWatcher
  readonly #parts: PartReader
  readonly #needsEndpoints: boolean

  constructor(stanzas: Stanzas, watcher: ClusterWatcher) {
    this.#stanzas = stanzas
    this.#watcher = watcher
    this.#parts = new PartReader(stanzas)
    this.#needsEndpoints = stanzas.shapes.some((shape) => shape.endpoints)
  }

  /** Changes of kinds and objects that no answer hangs on are passed over. */
  apply({ kind, namespace, name, object }: ObjectChange): void {
    const owner = kind === 'Namespace' ? name : namespace
    if (!this.namespaces.has(owner) && !isLabel(owner)) return
    switch (kind) {
      case 'Namespace':
        this.#applyNamespace(name, object?.kind === kind ? object : undefined)
        break
      case 'Service':
        this.#applyService(namespace, name, object?.kind === kind ? object : undefined)
        break
      case 'EndpointSlice':
        this.#applySlice(namespace, name, object?.kind === kind ? object : undefined)
        break
      case 'Pod':
        this.#applyPod(namespace, name, object?.kind === kind ? object : undefined)
        break
      case 'ServiceImport':
        break
    }
  }

  counts(): ObjectCounts {
    let [namespaces, services, endpointSlices] = [0, 0, 0]
    for (const entry of this.namespaces.values()) {
      if (entry.exposed !== 0) namespaces += 1
      endpointSlices += entry.slices.size
      for (const { service } of entry.services.values()) if (service !== undefined) services += 1
    }
    return { namespaces, services, endpointSlices }
  }

  /** Forgets the entry of a service that neither a Service nor a slice speaks of, and whose name nobody asks for. */
  pruneService({ namespace, name, service, slices, claims }: ServiceEntry): void {
    if (service === undefined && slices.length === 0 && claims === undefined) namespace.services.delete(name)
  }

  /** Forgets the entry of a namespace that nothing speaks of. */
  pruneNamespace({ name, exposed, services, slices, pods }: NamespaceEntry): void {
    if (exposed === 0 && services.size + slices.size + pods.size === 0) this.namespaces.delete(name)
  }

  /** Forgets every entry that nothing speaks of. */
  prune(): void {
    for (const namespace of this.namespaces.values()) {
      for (const service of namespace.services.values()) this.pruneService(service)
      for (const address of namespace.pods.addresses.values()) namespace.pods.prune(address)
      this.pruneNamespace(namespace)
    }
  }

  #applyNamespace(name: string, object: Namespace | undefined): void {
    const exposed = object === undefined ? 0 : this.#stanzas.exposing(name, object.labels)
    if ((this.namespaces.get(name)?.exposed ?? 0) === exposed) return
    const entry = this.#namespace(name)
    this.#watcher.namespace(entry)
    for (const service of entry.services.values()) this.#watcher.service(service)
    for (const address of entry.pods.addresses.values()) this.#watcher.podAddress(address)
    entry.exposed = exposed
  }

  #applyService(namespace: string, name: string, object: Service | undefined): void {
    const known = this.namespaces.get(namespace)?.services.get(name)
    if (object === undefined && known?.service === undefined) return
    const entry = known ?? this.#service(namespace, name)
    const before = entry.service?.externalName
    const part = object === undefined ? undefined : this.#parts.service(object)
    const [had, has] = [claimedNames(name, entry.service), claimedNames(name, part)]
    this.#touch(entry, new Set([...had, ...has]))
    entry.service = part
    for (const each of had) if (!has.includes(each)) this.#unclaim(this.#service(namespace, each), entry)
    for (const each of has) if (!had.includes(each)) this.#claim(this.#service(namespace, each), entry)
    const { externalName = '', target } = entry.service ?? {}
    const isBad = externalName !== '' && target?.length === 0
    if (isBad && externalName !== before) this.#watcher.badExternalName(entry, externalName)
  }

  #applySlice(namespace: string, name: string, object: EndpointSlice | undefined): void {
    if (!this.#needsEndpoints) return
    const owner = this.namespaces.get(namespace)?.slices.get(name)
    const counts = object !== undefined && object.sourceCluster === '' && object.serviceName !== ''
    const next = counts ? this.#service(namespace, object.serviceName) : undefined
    if (owner !== undefined) {
      this.#touch(owner)
      owner.slices = owner.slices.filter((slice) => slice.name !== name)
      if (next === undefined) owner.namespace.slices.delete(name)
    }
    if (next === undefined || object === undefined) return
    this.#touch(next)
    next.slices = withSlice(next.slices, this.#parts.slice(name, object))
    next.namespace.slices.set(name, next)
  }

  #applyPod(namespace: string, name: string, object: Pod | undefined): void {
    const selected = object === undefined ? 0 : this.#stanzas.selecting(object.labels) & this.#stanzas.verified
    const known = this.namespaces.get(namespace)
    if (selected === 0) known?.pods.remove(name, this.#watcher.podAddress)
    else if (object !== undefined) {
      const entry = known ?? this.#namespace(namespace)
      entry.pods.set(entry, name, this.#parts.addresses(object.podIPs), selected, this.#watcher.podAddress)
    }
  }

  /** Tells of all that what an object says shows in: every name that it has or will have, and what hangs on who has those. */
  #touch(entry: ServiceEntry, names: Iterable<string> = claimedNames(entry.name, entry.service)): void {
    this.#touchName(entry)
    for (const name of names) this.#touchName(this.#service(entry.namespace.name, name))
  }

  #touchName(entry: ServiceEntry): void {
    this.#watcher.service(entry)
    if (entry.claims === undefined && entry.service?.asked === undefined && !entry.name.includes('.')) return
    for (const name of namesAbove(entry.name)) this.#watcher.service(this.#service(entry.namespace.name, name))
    // Where the name goes to another, those who asked for it too are called otherwise, in all their names.
    for (const claimant of [entry, ...(entry.claims?.by ?? [])]) {
      this.#watcher.service(claimant)
      for (const name of claimedNames(claimant.name, claimant.service)) {
        // A wildcard, and what is above it, exists only beside another name.
        for (const each of isWildcard(name) ? [name, ...namesAbove(name)] : [name]) {
          this.#watcher.service(this.#service(entry.namespace.name, each))
        }
      }
    }
  }

  #claim(name: ServiceEntry, claimant: ServiceEntry): void {
    this.#claimsOf(name).by.add(claimant)
  }

  #unclaim(name: ServiceEntry, claimant: ServiceEntry): void {
    name.claims?.by.delete(claimant)
    this.#forgetClaims(name)
  }

  /** With their place below the name above, if there is one. */
  #claimsOf(name: ServiceEntry): Claims {
    if (name.claims !== undefined) return name.claims
    const claims: Claims = { by: new Set(), below: new Set() }
    name.claims = claims
    const [above] = namesAbove(name.name)
    if (above !== undefined) this.#claimsOf(this.#service(name.namespace.name, above)).below.add(name)
    return claims
  }

  #forgetClaims(name: ServiceEntry): void {
    if (name.claims === undefined || name.claims.by.size + name.claims.below.size > 0) return
    name.claims = undefined
    const [above] = namesAbove(name.name)
    const entry = above === undefined ? undefined : name.namespace.services.get(above)
    if (entry === undefined) return
    entry.claims?.below.delete(name)
    this.#forgetClaims(entry)
  }

  #namespace(name: string): NamespaceEntry {
    let entry = this.namespaces.get(name)
    if (entry === undefined) {
      entry = { name, exposed: 0, services: new Map(), slices: new Map(), pods: new PodIndex() }
      this.namespaces.set(name, entry)
    }
    return entry
  }

  #service(namespaceName: string, name: string): ServiceEntry {
    const namespace = this.#namespace(namespaceName)
    let entry = namespace.services.get(name)
    if (entry === undefined) {
      entry = { namespace, name, service: undefined, slices: NO_SLICES, claims: undefined }
      namespace.services.set(name, entry)
    }
    return entry
  }
}

const NO_SLICES: readonly SlicePart[] = []
const NO_NAMES: readonly string[] = []

/** The names that an object asks for, what it is called apart. */
function claimedNames(called: string, service: ServicePart | undefined): readonly string[] {
  return service?.asked?.names.filter((name) => name !== called) ?? NO_NAMES
}

/** `b.c` and `c` above `a.b.c`. */
function namesAbove(name: string): string[] {
  const labels = name.split('.')
  return labels.slice(1).map((_, at) => labels.slice(at + 1).join('.'))
}

/** Most services have one slice. */
function withSlice(slices: readonly SlicePart[], added: SlicePart): readonly SlicePart[] {
  if (slices.length === 0) return [added]
  return [...slices, added].sort((a, b) => compareText(a.name, b.name))
}
