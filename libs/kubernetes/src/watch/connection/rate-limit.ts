/**
 * How many requests go to the API server: a bucket of tokens that fills at `qps`, and a bound on those under way. Who
 * comes first is served first.
 */

export interface RateLimits {
  /** Requests a second; undefined: as many as are wanted. */
  readonly qps?: number | undefined
  /** How many may go at once before `qps` holds them back; twice `qps`, at least 1, when undefined. */
  readonly burst?: number | undefined
  /** Requests under way at one time; a watch counts until its reply begins. Undefined: no bound. */
  readonly maxInflight?: number | undefined
}

/** Reserves places in time: each request is told how long it has to wait. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  constructor(qps: number, burst: number, nowMs: number) {
    this.#perMs = qps / 1000
    this.#burst = Math.max(1, burst)
    this.#tokens = this.#burst
    this.#atMs = nowMs
  }

  /** Takes a token, one of the future if need be; how many ms until then. */
  take(nowMs: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs)
    this.#atMs = nowMs
    this.#tokens -= 1
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.#perMs
  }
}

export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Waits for a free slot. Gives the function that frees it again, which may be called more than once. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    let isFreed = false
    return () => {
      if (isFreed) return
      isFreed = true
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
