/** The `health` and `ready` plugins: one server for each address that the Corefile names. */
import type { Configuration, ServerBlock } from '@zonecast/corefile'
import { type Listener, openHealth, openReady, type ReadyListener } from '@zonecast/transport'
import { byPlace } from './places.ts'

export interface Probes {
  /** Is not ready any more, but goes on being healthy for the longest `lameduck` there is. */
  lameduck(): Promise<void>
  close(): Promise<void>
}

/**
 * @param pendingZones zones that nothing is known of now, absolute: `ready` says no until those of its blocks are not among
 * them, and with `monitor continuously` whenever they are
 * @throws TransportError
 */
export async function openProbes({ blocks }: Configuration, pendingZones: () => readonly string[]): Promise<Probes> {
  const health: Listener[] = []
  const ready: ReadyListener[] = []
  const close = async () => {
    await Promise.all([...health, ...ready].map((listener) => listener.close(0)))
  }
  try {
    for (const { address, port } of byPlace(named(blocks, 'health'), ({ directive }) => directive.address)) {
      health.push(await openHealth({ address, port }))
    }
    for (const { address, port, items } of byPlace(named(blocks, 'ready'), ({ directive }) => directive.address)) {
      const zones = new Set(items.flatMap(({ block }) => block.kubernetes?.zones ?? []))
      const pending = () => (pendingZones().some((zone) => zones.has(zone)) ? ['kubernetes'] : [])
      // Blocks that share an address monitor alike.
      const monitor = items[0]?.directive.monitor ?? 'until-ready'
      ready.push(await openReady({ address, port, pending, monitor }))
    }
  } catch (error) {
    await close()
    throw error
  }
  const lameduckMs = Math.max(0, ...blocks.map((block) => block.health?.lameduckMs ?? 0))
  return {
    async lameduck() {
      for (const listener of ready) listener.shutDown()
      await new Promise((resolve) => setTimeout(resolve, lameduckMs))
    },
    close,
  }
}

/** The blocks that have a directive. */
function named<N extends 'health' | 'ready'>(blocks: readonly ServerBlock[], name: N) {
  return blocks.flatMap((block) => {
    const directive = block[name]
    return directive === undefined ? [] : [{ block, directive }]
  })
}
