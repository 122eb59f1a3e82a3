import type { Deadlines } from './connection.ts'
import type { StreamLimits } from './limits.ts'

const TICKS_PER_SHORTEST_LIMIT = 4
const LONGEST_TICK_MS = 1_000

/**
 * The clock of a listener's connections: one timer, which runs while there are any. A deadline is met up to one tick
 * late and never early.
 */
export class TickClock implements Deadlines {
  tick = 0
  readonly idleTicks: number
  readonly messageTicks: number
  readonly stallTicks: number
  readonly #tickMs: number
  readonly #onTick: () => void
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(limits: StreamLimits, onTick: () => void) {
    const shortestMs = Math.min(limits.idleMs, limits.messageMs, limits.stallMs)
    this.#tickMs = Math.min(LONGEST_TICK_MS, Math.max(1, Math.floor(shortestMs / TICKS_PER_SHORTEST_LIMIT)))
    this.#onTick = onTick
    const inTicks = (ms: number) => Math.ceil(ms / this.#tickMs) + 1
    this.idleTicks = inTicks(limits.idleMs)
    this.messageTicks = inTicks(limits.messageMs)
    this.stallTicks = inTicks(limits.stallMs)
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.tick++
      this.#onTick()
    }, this.#tickMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
