/**
 * When the next publish may begin: changes go out as group commits do. A few in a row go at once, as a service and its endpoints
 * that come together do; while more keep coming they are gathered, for as long as pays and never longer than `batch`.
 *
 * It is a bucket of a few publishes that fills up again with time (GCRA): what it costs to publish sets how fast.
 */

/** So many may go at once after a quiet moment. */
const AT_ONCE = 4
/** Between two publishes while changes keep coming: they cost each responder a lookup more, and little else. */
const GATHER_MS = 15
/** Publishing may take this part of the time, so that a slow Redis gets larger deltas and not a queue of them. */
const PUBLISH_SHARE = 1 / 4

export class PublishPace {
  readonly #batchMs: number
  #intervalMs: number
  /** How long the last publish took. One that is slow says nothing yet of the next. */
  #lastTookMs = 0
  /** When the bucket will be full again. */
  #fullAtMs = Number.NEGATIVE_INFINITY

  /** @param batchMs the longest that a change is held back; 0: not at all */
  constructor(batchMs: number) {
    this.#batchMs = batchMs
    this.#intervalMs = Math.min(GATHER_MS, batchMs)
  }

  /** How long to gather before the next publish; 0: not at all. */
  waitMs(nowMs: number): number {
    const dueMs = this.#fullAtMs - (AT_ONCE - 1) * this.#intervalMs
    return Math.min(this.#batchMs, Math.max(0, dueMs - nowMs))
  }

  /** A publish began at `beganMs` and took so long; both of a clock that only goes forward. */
  published(beganMs: number, tookMs: number): void {
    const usuallyMs = Math.min(tookMs, this.#lastTookMs)
    this.#lastTookMs = tookMs
    this.#intervalMs = Math.min(this.#batchMs, Math.max(GATHER_MS, usuallyMs / PUBLISH_SHARE))
    this.#fullAtMs = Math.max(beganMs, this.#fullAtMs) + this.#intervalMs
  }
}
