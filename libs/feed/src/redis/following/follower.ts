/**
 * Follows a feed in Redis. One connection, one command at a time:
 *
 *     cache file ─▶ head ─▶ is the stack where head is, or does the log lead there? ─no─▶ base and log, beside; swap
 *                    ▲                        │ yes                                          │
 *                    └── every few seconds ── XREAD from where the stack is ◀────────────────┘
 *
 * An entry is applied only if its `prev` is where the stack is. Another `prev`, or a position in head that the log does not
 * lead to, means reload from head; nothing else does. Whatever fails, the stack keeps what it has. It does not go back either:
 * a head before its position is what a failover left, and the publisher will make a new base of what it knows; unless somebody
 * goes on publishing there, whose word counts.
 */
import type { CacheFile } from '../../cache-file.ts'
import { backoff, type Clock, jittered } from '../../clock.ts'
import type { FollowedStack } from '../../image-stack.ts'
import { comparePositions } from '../../position.ts'
import type { Applied, Follower, LoadReason, Position, StackEvents, Step } from '../../step.ts'
import type { RedisClient } from '../connection/client.ts'
import { endsConnection, faultOf } from '../connection/fault.ts'
import type { RedisLink } from '../connection/link.ts'
import { ANSWERS_AGAIN, type PublisherDoing, Troubles } from '../connection/troubles.ts'
import { type Entry, readEntries } from '../stored/entries.ts'
import { type Head, readHead } from '../stored/head.ts'
import type { FeedKeys } from '../stored/keys.ts'
import type { Timing } from '../timing.ts'
import { applyStep, type LoadedState, loadState, stepOf } from './load-state.ts'

export interface FollowerParts {
  readonly keys: FeedKeys
  readonly link: RedisLink
  readonly stack: FollowedStack
  readonly cache: CacheFile | undefined
  readonly clock: Clock
  readonly timing: Timing
  /** Of whoever else goes the same way, so that each is told once. */
  readonly troubles?: Troubles<PublisherDoing>
  readonly events: RedisFollowerEvents
}

export interface RedisFollowerEvents extends StackEvents {
  /** Head was read; undefined: nothing is published. */
  onHead?(head: Head | undefined): void
  /** Bases and log do not lead to this position, at which head stands. */
  onOutOfReach?(position: Position): void
  /** The publisher gave its lease up. */
  onHandover?(): void
  /** Redis answers again after a fault. */
  /** A trouble that was told is over; says which. */
  onRecovered?(text: string): void
}

export class RedisFollower implements Follower {
  readonly #parts: FollowerParts
  readonly #closing = new AbortController()
  /** On the way to Redis. */
  readonly #troubles: Troubles<PublisherDoing>
  /** With what is there: over when the log could be followed again, which is seen by what is loaded. */
  readonly #damages: Troubles
  #running: Promise<void> | undefined
  #headReadMs = Number.NEGATIVE_INFINITY
  /** The state of head that a load did not succeed with: no use to try it again before it differs. */
  #unreachable = ''
  /** Of the head that was first seen to be before the stack. */
  #earlierBeatMs: number | undefined
  #failures = 0

  constructor(parts: FollowerParts) {
    this.#parts = parts
    const { onError, onRecovered } = parts.events
    this.#troubles = parts.troubles ?? new Troubles(onError, () => onRecovered?.(ANSWERS_AGAIN))
    this.#damages = new Troubles(onError)
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#parts.link.close()
    await this.#running
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  async #run(): Promise<void> {
    const { cache, link, stack } = this.#parts
    if (stack.position === '' && (await cache?.load())) this.#tell('cache', undefined)
    while (!this.#closed) {
      try {
        await link.use((client) => this.#turn(client), this.#closing.signal)
        this.#troubles.over('follow')
      } catch (error) {
        if (this.#closed) return
        const fault = faultOf(error, 'the feed')
        if (fault.code === 'damaged') this.#damages.report(fault)
        else this.#troubles.report(fault, 'follow')
        this.#headReadMs = Number.NEGATIVE_INFINITY
        // Where the connection failed, the link waits by itself.
        if (!endsConnection(fault)) await this.#pause()
      }
    }
  }

  /** Looks at head when that is due, else waits for entries. */
  async #turn(client: RedisClient): Promise<void> {
    const { clock, keys, stack, timing } = this.#parts
    if (clock.monotonicMs() - this.#headReadMs >= timing.headMs) return this.#compareHead(client)
    const entries = await readEntries(client, keys, stack.position, timing.blockMs)
    const outcome = await this.#applyAll(entries)
    if (outcome === 'applied') this.#damages.over()
    else await this.#reload(client, timing.reloadJitterMs, outcome)
  }

  async #compareHead(client: RedisClient): Promise<void> {
    const { clock, events, keys, stack, timing } = this.#parts
    const head = await readHead(client, keys)
    if (this.#closed) return
    events.onHead?.(head)
    if (head === undefined || head.bases.length === 0) {
      // Nothing is published, or all of it is lost: a publisher will see to it. Until then the stack is what there is.
      return clock.sleep(timing.seekMs, this.#closing.signal)
    }
    this.#headReadMs = clock.monotonicMs()
    if (stack.position === head.position) return
    if (stack.images.length === 0) return this.#reload(client, 0, 'start')
    // Head and log change together, so the log leads to head's position now or it never will.
    const entries = await readEntries(client, keys, stack.position)
    const outcome = entries.length === 0 ? 'gap' : await this.#applyAll(entries)
    if (outcome !== 'applied') await this.#reload(client, timing.reloadJitterMs, outcome)
  }

  /** @returns why the rest cannot be applied */
  async #applyAll(entries: readonly Entry[]): Promise<'applied' | LoadReason> {
    const { cache, events, stack } = this.#parts
    for (const entry of entries) {
      if (stack.images.length === 0) return 'start'
      if (entry.kind === 'base') return 'base'
      if (entry.previous !== stack.position) return 'gap'
      let step: Step
      try {
        step = await stepOf(entry, stack)
        if (this.#closed) return 'applied'
        applyStep(stack, step)
      } catch (error) {
        this.#damages.report(faultOf(error, 'the feed'))
        return 'refused'
      }
      this.#failures = 0
      cache?.add(step)
      this.#tell(step.kind, entry.publishedAtMs)
      stack.tidySoon()
      if (entry.kind === 'handover') events.onHandover?.()
    }
    return 'applied'
  }

  /** Loads what head names, beside the stack, and swaps it in. */
  async #reload(client: RedisClient, jitterMs: number, reason: LoadReason): Promise<void> {
    const { cache, clock, events, keys, stack } = this.#parts
    await clock.sleep(jittered(jitterMs), this.#closing.signal)
    const head = await readHead(client, keys)
    if (this.#closed || head === undefined || this.#isLeftBehind(head)) return
    const target = `${head.position} ${head.bases[0]?.id}`
    // Where the stack is where head is, what made us reload is an entry that nobody published: no load leads past it.
    const isThere = stack.position === head.position && stack.images.length > 0
    if (!isThere && target !== this.#unreachable) {
      const loaded = await this.#load(client, head)
      if (this.#closed) return
      // A state that falls short of head's is taken only by who has none.
      if (loaded !== undefined && (loaded.reached || stack.images.length === 0)) {
        stack.adopt(loaded.stack)
        cache?.replace()
        this.#tell('base', loaded.publishedAtMs, reason)
      }
      if (loaded?.reached) {
        this.#unreachable = ''
        this.#failures = 0
        return
      }
      this.#unreachable = target
      events.onOutOfReach?.(head.position)
    }
    this.#headReadMs = Number.NEGATIVE_INFINITY
    await this.#pause()
  }

  /** Head is from before the stack, and nobody publishes there. */
  #isLeftBehind({ position, heartbeatMs }: Head): boolean {
    if (comparePositions(position, this.#parts.stack.position) >= 0) {
      this.#earlierBeatMs = undefined
      return false
    }
    this.#earlierBeatMs ??= heartbeatMs
    return heartbeatMs <= this.#earlierBeatMs
  }

  /** From the newest base that is whole. */
  async #load(client: RedisClient, head: Head): Promise<LoadedState | undefined> {
    const { keys, stack } = this.#parts
    let best: LoadedState | undefined
    for (const base of head.bases) {
      if (this.#closed) break
      try {
        const loaded = await loadState(client, keys, base, head.position, stack.beside())
        best ??= loaded
        if (loaded.reached) return loaded
        if (loaded.fault !== undefined) this.#damages.report(loaded.fault)
      } catch (error) {
        const fault = faultOf(error, 'the feed')
        if (fault.code !== 'damaged') throw error
        this.#damages.report(fault)
      }
    }
    return best
  }

  async #pause(): Promise<void> {
    const { clock, timing } = this.#parts
    await clock.sleep(backoff(this.#failures, timing.retryLeastMs, timing.retryMostMs), this.#closing.signal)
    this.#failures += 1
  }

  #tell(kind: Applied['kind'], publishedAtMs: number | undefined, reason?: LoadReason): void {
    const { events, stack } = this.#parts
    events.onApplied({ kind, position: stack.position, publishedAtMs, ...(reason && { reason }) })
  }
}
