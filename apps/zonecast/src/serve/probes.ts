/** The `health` and `ready` plugins: one server for each address that the Corefile names. */
import type { Configuration, HostPort } from '@zonecast/corefile'
import { wildcards } from '@zonecast/responder-app'
import { type Listener, openHealth, openReady } from '@zonecast/transport'

export interface Probes {
  /** Goes on being healthy for the longest `lameduck` there is. */
  lameduck(): Promise<void>
  close(): Promise<void>
}

/**
 * @param pendingZones zones that nothing is known of yet: `ready` says no until there are none
 * @throws TransportError
 */
export async function openProbes({ blocks }: Configuration, pendingZones: () => readonly string[]): Promise<Probes> {
  const pending = () => (pendingZones().length > 0 ? ['kubernetes'] : [])
  const health = places(blocks.flatMap((block) => (block.health === undefined ? [] : [block.health.address])))
  const ready = places(blocks.flatMap((block) => (block.ready === undefined ? [] : [block.ready.address])))
  const listeners: Listener[] = await Promise.all([
    ...health.map((place) => openHealth(place)),
    ...ready.map((place) => openReady({ ...place, pending })),
  ])
  const lameduckMs = Math.max(0, ...blocks.map((block) => block.health?.lameduckMs ?? 0))
  return {
    lameduck: () => new Promise((resolve) => setTimeout(resolve, lameduckMs)),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close(0)))
    },
  }
}

/** Each once. An address that is left out stands for all. */
function places(addresses: readonly HostPort[]): { address: string; port: number }[] {
  const all = addresses.flatMap(({ host, port }) =>
    (host === '' ? wildcards() : [host]).map((address) => ({ address, port })),
  )
  const unique = new Map(all.map((place) => [`${place.address} ${place.port}`, place]))
  return [...unique.values()]
}
