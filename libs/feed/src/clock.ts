/** Time as an argument. */
export interface Clock {
  /** Milliseconds since 1970; may jump. */
  wallMs(): number
  /** Never goes back and never jumps, and goes on while the process is stopped. */
  monotonicMs(): number
  /** Resolves after that long, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal?.addEventListener('abort', end, { once: true })
    }),
}

/** Anything from nothing to the whole delay, so that many who fail together do not come back together. */
export function jittered(ms: number, random: () => number = Math.random): number {
  return Math.round(ms * random())
}

/** The delay before attempt `failures` + 1: doubles from `leastMs` to `mostMs`, of which the upper half is chance. */
export function backoff(failures: number, leastMs: number, mostMs: number, random: () => number = Math.random): number {
  const delay = Math.min(leastMs * 2 ** Math.min(failures, 30), mostMs)
  return delay / 2 + jittered(delay / 2, random)
}
