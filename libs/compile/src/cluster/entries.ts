/** What the cluster is indexed by: namespaces, and names of services in them. */
import type { StanzaSet } from '@zonecast/image'
import type { ServicePart, SlicePart } from '../objects/parts.ts'
import type { PodIndex } from './pod-index.ts'

export interface NamespaceEntry {
  readonly name: string
  /** The stanzas that expose it; none while there is no Namespace object. */
  exposed: StanzaSet
  /** By name; services that only slices name, too. */
  readonly services: Map<string, ServiceEntry>
  /** By slice name: where the slice is. */
  readonly slices: Map<string, ServiceEntry>
  readonly pods: PodIndex
}

export interface ServiceEntry {
  readonly namespace: NamespaceEntry
  readonly name: string
  service: ServicePart | undefined
  /** By name. */
  slices: readonly SlicePart[]
  /** What others want of its name. */
  claims: Claims | undefined
}

/** What others want of an entry's name; kept only while there is something. */
export interface Claims {
  /** The entries whose objects ask for it, or have a name that is flattened to it. */
  readonly by: Set<ServiceEntry>
  /** The names of one label more that lie below it, as far as anybody asks for them or for what lies below. */
  readonly below: Set<ServiceEntry>
}
