/**
 * A way to Redis that is there whenever it can be: makes a connection when one is needed, throws it away when it failed, and
 * waits longer from failure to failure.
 */
import { backoff, type Clock } from '../../clock.ts'
import { FeedError } from '../../errors.ts'
import type { RedisClient } from './client.ts'
import { endsConnection, faultOf } from './fault.ts'

export interface LinkOptions {
  /** For messages. */
  readonly place: string
  readonly clock: Clock
  /** @param signal aborts when nobody wants the connection any more */
  connect(signal: AbortSignal): Promise<RedisClient>
  /** Between two attempts to connect. */
  readonly retryLeastMs: number
  readonly retryMostMs: number
}

export class RedisLink {
  readonly #options: LinkOptions
  readonly #closing = new AbortController()
  #client: Promise<RedisClient> | undefined
  #failures = 0
  #nextAttemptMs = 0

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /**
   * Runs commands on a connection; one try, after which the caller decides. A connection that failed is gone afterwards.
   * @param signal ends the waiting for a connection; commands that were begun run on
   * @throws FeedError
   */
  async use<T>(run: (client: RedisClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#patience(signal)
    this.#refuseWhenClosed(signal)
    this.#client ??= this.#options.connect(this.#closing.signal)
    const attempt = this.#client
    let client: RedisClient | undefined
    try {
      client = await attempt
      // It ended while nobody used it: no failure.
      if (client.ended && this.#client === attempt) {
        this.#client = this.#options.connect(this.#closing.signal)
        return await this.use(run, signal)
      }
      this.#refuseWhenClosed(signal)
      const result = await run(client)
      this.#failures = 0
      return result
    } catch (error) {
      const fault = faultOf(error, this.#options.place)
      const over = client === undefined || client.ended || endsConnection(fault)
      if (over && this.#client === attempt) this.#drop(client)
      throw fault
    }
  }

  /** Throws the connection away; the next use makes another, at once. */
  renew(): void {
    void this.#client?.then(end, () => {})
    this.#client = undefined
  }

  close(): void {
    this.#closing.abort()
    this.renew()
  }

  /** Waits until a connection is there or may be tried. */
  async #patience(signal: AbortSignal | undefined): Promise<void> {
    // A signal made of others costs more than the command, and there mostly is a connection.
    if (this.#client !== undefined) return
    const { clock } = this.#options
    const closing = this.#closing.signal
    const either = signal === undefined ? closing : AbortSignal.any([signal, closing])
    while (this.#client === undefined && !either.aborted) {
      const waitMs = this.#nextAttemptMs - clock.monotonicMs()
      if (waitMs <= 0) return
      await clock.sleep(waitMs, either)
    }
  }

  #refuseWhenClosed(signal: AbortSignal | undefined): void {
    if (signal?.aborted || this.#closing.signal.aborted) throw new FeedError('closed', 'this way to Redis is closed')
  }

  #drop(client: RedisClient | undefined): void {
    const { clock, retryLeastMs, retryMostMs } = this.#options
    client?.end()
    this.#client = undefined
    this.#nextAttemptMs = clock.monotonicMs() + backoff(this.#failures, retryLeastMs, retryMostMs)
    this.#failures += 1
  }
}

function end(client: RedisClient): void {
  client.end()
}
