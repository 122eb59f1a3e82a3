/**
 * The `kubernetes` stanzas that one feed carries: what each shows of the cluster. A stanza's index is its bit in every
 * StanzaSet, so what an object means to all of them is one number, worked out once when the object comes.
 */
import { isReverseZone, type PodMode, type StanzaSet, type WildcardScope } from '@zonecast/image'
import type { Labels } from '@zonecast/kubernetes'
import { CompileError } from './errors.ts'

/** internal: ClusterIPs, or the endpoints of a headless service. external: of load balancers, then `externalIPs`. */
export type AddressClass = 'internal' | 'external'

/** What `parseSelector` of libs/kubernetes gives. */
export interface LabelSelector {
  /** As the Corefile has it. */
  readonly text: string
  readonly matches: (labels: Labels) => boolean
}

/** The record-shaping options of a stanza. */
export interface Stanza {
  /** Lower case, no root dot ('' is the root zone), forward and reverse ones, in the order of the Corefile. */
  readonly zones: readonly string[]
  /** 0..3600. */
  readonly ttlSec: number
  readonly pods: PodMode
  /** Empty: all. */
  readonly namespaces: readonly string[]
  readonly namespaceLabels: LabelSelector | undefined
  /** On services, slices and pods. */
  readonly labels: LabelSelector | undefined
  readonly endpointPodNames: boolean
  /** False with `noendpoints`. */
  readonly endpoints: boolean
  readonly ignoreEmptyService: boolean
  /** Templates as the image has them: `{service}.{namespace}.svc`. Without `{namespace}` in one, `namespaces` has just one. */
  readonly names: readonly string[]
  /** Of namespaces, by how many they are at most. */
  readonly namespaceRecords: { readonly txt: number | undefined; readonly dnssd: number | undefined }
  /** The addresses that services publish, and in which order; at least one, none twice. */
  readonly iporder: readonly AddressClass[]
  readonly wildcards: WildcardScope
  /** See `StanzaRecord`. */
  readonly search: boolean
}

/** The stanzas that shape records alike; what they select may still differ. */
export interface Shape {
  readonly stanzas: StanzaSet
  readonly endpointPodNames: boolean
  readonly endpoints: boolean
  readonly ignoreEmptyService: boolean
  /** Which addresses services publish; one of the two at least. */
  readonly internal: boolean
  readonly external: boolean
}

const STANZAS_MAX = 32

export class Stanzas {
  readonly list: readonly Stanza[]
  readonly all: StanzaSet
  /** Those with `pods verified`. */
  readonly verified: StanzaSet
  readonly shapes: readonly Shape[]
  readonly #unlabelled: StanzaSet
  readonly #labelled: ReadonlyMap<LabelSelector, StanzaSet>

  /** @throws CompileError too-many-stanzas, no-forward-zone */
  constructor(list: readonly Stanza[]) {
    if (list.length > STANZAS_MAX) throw new CompileError('too-many-stanzas', `${list.length} stanzas`)
    for (const { zones } of list) {
      if (zones.every(isReverseZone)) throw new CompileError('no-forward-zone', zones.join(' ') || 'no zones')
    }
    this.list = list
    this.all = stanzasWith(list, () => true)
    this.verified = stanzasWith(list, (stanza) => stanza.pods === 'verified')
    this.shapes = shapesOf(list)
    this.#unlabelled = stanzasWith(list, (stanza) => stanza.labels === undefined)
    const selectors = new Set(list.map((stanza) => stanza.labels).filter((selector) => selector !== undefined))
    this.#labelled = new Map(
      Array.from(selectors, (selector) => [selector, stanzasWith(list, (stanza) => stanza.labels === selector)]),
    )
  }

  /** The stanzas whose `labels` select a service, slice or pod with these. */
  selecting(labels: Labels): StanzaSet {
    let stanzas = this.#unlabelled
    for (const [selector, those] of this.#labelled) if (selector.matches(labels)) stanzas |= those
    return stanzas
  }

  /** The stanzas that expose the namespace. */
  exposing(namespace: string, labels: Labels): StanzaSet {
    return stanzasWith(
      this.list,
      ({ namespaces, namespaceLabels }) =>
        (namespaces.length === 0 || namespaces.includes(namespace)) && (namespaceLabels?.matches(labels) ?? true),
    )
  }
}

function stanzasWith(list: readonly Stanza[], has: (stanza: Stanza) => boolean): StanzaSet {
  return list.reduce((stanzas, stanza, index) => (has(stanza) ? stanzas | (1 << index) : stanzas), 0)
}

function shapesOf(list: readonly Stanza[]): Shape[] {
  const shapes = new Map<string, Shape>()
  list.forEach(({ endpointPodNames, endpoints, ignoreEmptyService, iporder }, index) => {
    const [internal, external] = [iporder.includes('internal'), iporder.includes('external')]
    const options = { endpointPodNames, endpoints, ignoreEmptyService, internal, external }
    const key = Object.values(options).join()
    const stanzas = (shapes.get(key)?.stanzas ?? 0) | (1 << index)
    shapes.set(key, { stanzas, ...options })
  })
  return [...shapes.values()]
}
