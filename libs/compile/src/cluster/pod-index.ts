/** The pods of one namespace by name and by address. Several pods may have one address: those on their node's network. */

import type { StanzaSet } from '@zonecast/image'
import type { NamespaceEntry } from './entries.ts'

export interface PodAddress {
  readonly namespace: NamespaceEntry
  readonly address: Uint8Array
  /** How many pods these stanzas select. Sets of stanzas are few, pods at one address may be many. */
  readonly pods: Map<StanzaSet, number>
}

interface PodPart {
  readonly selected: StanzaSet
  readonly addresses: readonly PodAddress[]
}

type Watcher = (entry: PodAddress) => void

export class PodIndex {
  /** By octets as text, see `keyOf`. */
  readonly addresses = new Map<string, PodAddress>()
  readonly #pods = new Map<string, PodPart>()

  /** Pods and addresses, those of no pod included until they are pruned. */
  get size(): number {
    return this.#pods.size + this.addresses.size
  }

  /**
   * @param podIPs distinct
   * @param watcher is told each address before it changes
   */
  set(
    namespace: NamespaceEntry,
    name: string,
    podIPs: readonly Uint8Array[],
    selected: StanzaSet,
    watcher: Watcher,
  ): void {
    this.remove(name, watcher)
    const addresses = podIPs.map((address) => this.#address(namespace, address))
    for (const entry of addresses) {
      watcher(entry)
      entry.pods.set(selected, (entry.pods.get(selected) ?? 0) + 1)
    }
    this.#pods.set(name, { selected, addresses })
  }

  remove(name: string, watcher: Watcher): void {
    const pod = this.#pods.get(name)
    if (pod === undefined) return
    for (const entry of pod.addresses) {
      watcher(entry)
      const left = (entry.pods.get(pod.selected) ?? 0) - 1
      if (left > 0) entry.pods.set(pod.selected, left)
      else entry.pods.delete(pod.selected)
    }
    this.#pods.delete(name)
  }

  /** Forgets an address that no pod has. */
  prune({ address, pods }: PodAddress): void {
    if (pods.size === 0) this.addresses.delete(keyOf(address))
  }

  #address(namespace: NamespaceEntry, address: Uint8Array): PodAddress {
    const key = keyOf(address)
    let entry = this.addresses.get(key)
    if (entry === undefined) {
      entry = { namespace, address, pods: new Map() }
      this.addresses.set(key, entry)
    }
    return entry
  }
}

/** The stanzas for which a pod runs at this address. */
export function compilePod({ namespace, pods }: PodAddress): StanzaSet {
  let stanzas = 0
  for (const selected of pods.keys()) stanzas |= selected
  return stanzas & namespace.exposed
}

function keyOf(address: Uint8Array): string {
  return String.fromCharCode(...address)
}
