/**
 * Gives back what a message replaced. A packet thread allocates next to nothing, so its engine sees no reason to collect,
 * and does not count the memory that threads share: on Node, 200 images of 11 MB, one replaced by the next, still lay in
 * 2.3 GB; Bun kept some twenty. A collection of such a thread took 4 to 8 ms, up to 26 when another thread collected too, so it waits for
 * a moment without queries.
 */
/** Images can come many times a second; collecting every time would be a twentieth of a core. */
const GAP_MS = 5_000
/** A thread that is never without queries is held up this often. */
const PATIENCE_MS = 15_000

/** How this runtime is told to collect now; does nothing where that cannot be had. */
export function garbageCollector(): () => void {
  const { Bun: bun } = globalThis as { Bun?: { gc(isSynchronous: boolean): void } }
  if (bun !== undefined) return () => bun.gc(true)
  // Not imports, which would take room on Bun in every thread.
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc')
  const gc: unknown = process.getBuiltinModule('node:vm').runInNewContext('typeof gc === "function" ? gc : undefined')
  return typeof gc === 'function' ? () => gc() : () => {}
}

export interface CollectionTurn {
  /** A message was taken, so something before it may be of no more use. */
  replaced(): void
  /** Collects if it is time. Costs nothing while there is nothing to collect. @param isIdle no query came in just now. */
  turn(isIdle: boolean): void
}

/** @param now milliseconds. */
export function collectionTurn(collect: () => void, now: () => number): CollectionTurn {
  let replacedAt: number | undefined
  let collectedAt = Number.NEGATIVE_INFINITY
  return {
    replaced() {
      replacedAt ??= now()
    },
    turn(isIdle) {
      if (replacedAt === undefined) return
      const time = now()
      const isDue = isIdle ? time - collectedAt >= GAP_MS : time - replacedAt >= PATIENCE_MS
      if (!isDue) return
      collect()
      replacedAt = undefined
      collectedAt = time
    },
  }
}
