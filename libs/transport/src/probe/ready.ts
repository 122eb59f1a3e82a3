/** `ready`: /ready says OK once nothing is pending, else 503 and what is, in one line with commas. */
import type { Listener, ListenOptions } from '../listener.ts'
import { openProbe } from './probe-server.ts'

export interface ReadyOptions extends ListenOptions {
  /** The plugins that are not ready yet, now. */
  readonly pending: () => readonly string[]
  /** until-ready (the default): a plugin that was ready once counts as ready for ever. */
  readonly monitor?: 'until-ready' | 'continuously'
}

export interface ReadyListener extends Listener {
  /** From now on /ready says 503, so that no more clients are sent here while the last ones are answered. */
  shutDown(): void
}

export async function openReady(options: ReadyOptions): Promise<ReadyListener> {
  const pending = options.monitor === 'continuously' ? options.pending : untilReady(options.pending)
  let isShuttingDown = false
  const listener = await openProbe('ready', options, '/ready', () => {
    if (isShuttingDown) return { status: 503, text: 'Shutting down' }
    const names = [...pending()].sort()
    return names.length === 0 ? { status: 200, text: 'OK' } : { status: 503, text: names.join(',') }
  })
  return {
    ...listener,
    shutDown() {
      isShuttingDown = true
    },
  }
}

/** Leaves out what an earlier look did not find pending. */
function untilReady(pending: () => readonly string[]): () => readonly string[] {
  let waitedFor: ReadonlySet<string> | undefined
  return () => {
    const names = pending().filter((name) => waitedFor?.has(name) ?? true)
    waitedFor = new Set(names)
    return names
  }
}
