/** What UDP does with queries that are not for the fast path: asks the chain of handlers, bounded, and never fails. */
import type { Client, QueryHandler } from '@zonecast/answer'
import { COUNTER, count } from './counters.ts'
import { SIGNAL } from './thread-protocol.ts'

export interface SlowPath {
  /**
   * Has one query answered; its place in SLOW_WAITING was taken by the caller and is given back. Never rejects.
   * @param send @returns whether the response left.
   */
  answer(query: Uint8Array, client: Client, send: (response: Uint8Array) => boolean): Promise<void>
  /** Resolves once nothing waits, or at the deadline. */
  drained(deadlineMs: number): Promise<void>
}

/** @param signals see SIGNAL. @param counters block of the control thread. */
export function slowPath(handler: QueryHandler, signals: Int32Array, counters: Float64Array): SlowPath {
  let onDrained: (() => void) | undefined
  const isIdle = () => Atomics.load(signals, SIGNAL.SLOW_WAITING) === 0

  return {
    async answer(query, client, send) {
      let response: Uint8Array | undefined
      try {
        response = await handler(query, client)
      } catch {
        // Handlers never reject; were one to, this query gets silence and the others their answers.
      }
      // First, so that whoever has the answer can ask again.
      Atomics.sub(signals, SIGNAL.SLOW_WAITING, 1)
      if (response === undefined) count(counters, COUNTER.dropped)
      else count(counters, send(response) ? COUNTER.answered : COUNTER.sendErrors)
      if (isIdle()) onDrained?.()
    },
    drained(deadlineMs) {
      if (isIdle()) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, deadlineMs)
        onDrained = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
