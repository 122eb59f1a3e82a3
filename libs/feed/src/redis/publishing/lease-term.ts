/**
 * One term of a publisher: from the moment it took the lease until that ends. The lease is judged by the publisher's own
 * monotonic clock from before each renewal was sent, so it is over here before it is over in Redis, also for a process that
 * was stopped and wakes.
 */
import type { Clock } from '../../clock.ts'
import type { Position } from '../../step.ts'
import type { Timing } from '../timing.ts'
import type { PlacedBase } from './feed-writes.ts'

export type Renewal = 'OK' | 'GAP' | 'NOTLEASE' | 'failed'

export interface TermOptions {
  readonly clock: Clock
  readonly timing: Timing
  /** When the script that took the lease was sent. */
  readonly takenAtMs: number
  /** Where head and log stand. */
  readonly position: Position
  renew(term: LeaseTerm): Promise<Renewal>
  /** Head or log do not stand where we do. */
  onGap(term: LeaseTerm): void
  /** Once. */
  onOver(term: LeaseTerm): void
}

/** After a renewal that failed. */
const RETRY_MS = 100

export class LeaseTerm {
  readonly #options: TermOptions
  readonly #ending = new AbortController()
  #endMs: number
  /** Where head and log stand, as far as we know. */
  position: Position
  /** The base that head names, as far as we know. */
  base: PlacedBase | undefined
  /** A write to the log is on its way, so nobody knows where it stands. */
  writing = false
  #isRenewing = false

  constructor(options: TermOptions) {
    this.#options = options
    this.#endMs = this.#endOf(options.takenAtMs)
    this.position = options.position
    void this.#keepRenewing()
    void this.#watch()
  }

  /** Aborts when the term is over. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** To be asked before anything is written: a process that was stopped has timers that are late. */
  isOver(): boolean {
    if (!this.signal.aborted && this.#options.clock.monotonicMs() >= this.#endMs) this.end()
    return this.signal.aborted
  }

  end(): void {
    if (this.signal.aborted) return
    this.#ending.abort()
    this.#options.onOver(this)
  }

  async #keepRenewing(): Promise<void> {
    const { clock, timing } = this.#options
    let failed = false
    while (!this.isOver()) {
      await clock.sleep(failed ? RETRY_MS : timing.renewMs, this.signal)
      if (this.isOver()) return
      const sentAtMs = clock.monotonicMs()
      this.#isRenewing = true
      const renewal = await this.#options.renew(this)
      this.#isRenewing = false
      failed = renewal === 'failed'
      if (renewal === 'NOTLEASE') this.end()
      if (this.isOver()) return
      if (!failed) this.#endMs = Math.max(this.#endMs, this.#endOf(sentAtMs))
      if (renewal === 'GAP') this.#options.onGap(this)
    }
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options
    while (!this.isOver()) {
      await clock.sleep(Math.max(1, this.#endMs - clock.monotonicMs()), this.signal)
      // A thread that was busy for long looks at its timers first, and the reply that renewed the lease is there already.
      if (this.#isRenewing) await new Promise(setImmediate)
    }
  }

  #endOf(sentAtMs: number): number {
    const { timing } = this.#options
    return sentAtMs + timing.leaseMs - timing.leaseMarginMs
  }
}
