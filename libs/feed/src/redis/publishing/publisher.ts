/**
 * Publishes a feed to Redis, one of several that could.
 *
 *     standby: follows warm, seeks the lease ──taken──▶ term: EPOCH-0 ─▶ wait until the stack is there, ─▶ onLead
 *        ▲                                                               or hear what others know           │
 *        └──────────── the lease is lost, or given up ◀──────────── publish, renew, compact, trim ◀─────────┘
 */
import type { CacheFile } from '../../cache-file.ts'
import { backoff, type Clock } from '../../clock.ts'
import { FeedError } from '../../errors.ts'
import type { FollowedStack } from '../../image-stack.ts'
import { nextPosition } from '../../position.ts'
import type { Position, StackEvents } from '../../step.ts'
import type { RedisClient } from '../connection/client.ts'
import { evictionFault } from '../connection/eviction.ts'
import { faultOf } from '../connection/fault.ts'
import type { RedisLink } from '../connection/link.ts'
import { ANSWERS_AGAIN, type PublisherDoing, Troubles } from '../connection/troubles.ts'
import { chunkKeysOf } from '../stored/base-chunks.ts'
import { type Head, readHead, readSerials } from '../stored/head.ts'
import type { FeedKeys } from '../stored/keys.ts'
import { KnownSerials, serialsOf } from '../stored/serials.ts'
import type { Timing } from '../timing.ts'
import type { LogLoad } from './compaction.ts'
import { FeedWrites, type PublisherWords } from './feed-writes.ts'
import { LeaseTerm, type Renewal } from './lease-term.ts'
import { Standby } from './standby.ts'
import {
  type CompactOutcome,
  type Published,
  type PublishOutcome,
  TermWriter,
  type TrimOutcome,
} from './term-writer.ts'

export interface Lead {
  /** Of the epoch that began. */
  readonly position: Position
  /**
   * held: the stack is what is published; deltas may follow, the first being what differs from it. wanted: nothing that
   * could go on is published; the next image has to be a base.
   */
  readonly base: 'held' | 'wanted'
  /** The last serials that anybody published, by zone; new ones have to be greater. */
  readonly serials: ReadonlyMap<string, number>
}

export interface PublisherEvents extends StackEvents {
  /** From now on `publish` publishes. Again in the same term where serials turn out to have been later than anybody knew. */
  onLead(lead: Lead): void
  /** From now on another may publish. */
  onStandby(): void
  /** Another has the lease: told once, until it is ours or a third one's. */
  onFollowing?(publisher: string): void
  /** The lease is ours and there is nothing to go on from: for so long others are heard, then `onLead`. */
  onHearing?(forMs: number): void
  onHead?(head: Head | undefined): void
  onPublished?(published: Published): void
  /** A trouble that was told is over; says which. */
  onRecovered?(text: string): void
}

export interface PublisherParts {
  readonly keys: FeedKeys
  /** Shown in head. */
  readonly name: string
  readonly format: number
  /** Hash of the configuration that shapes records. */
  readonly config: string
  readonly options: string
  /** How many bases are kept; at least 2. */
  readonly history: number
  readonly eviction: 'refuse' | 'warn'
  /** Compact when it is due, or when no job has done so in time. */
  readonly compactWhen: 'due' | 'overdue'
  readonly stack: FollowedStack
  readonly cache: CacheFile | undefined
  readonly clock: Clock
  readonly timing: Timing
  readonly events: PublisherEvents
  /** A short text that nobody made before. */
  newId(): string
  /** Ways to Redis, for writing and for the follower of a standby. */
  openLink(): RedisLink
  /** For the chunks of one base, which must not hold up a renewal. */
  openBulkLink(): RedisLink
  openFollowerLink(): RedisLink
}

/** What is in flight when we close may take so long. */
const CLOSING_MS = 100
/** Between two looks whether a base may go that none came after. */
const TRIM_MS = 60_000

export class RedisPublisher {
  readonly #parts: PublisherParts
  readonly #link: RedisLink
  readonly #writes: FeedWrites
  readonly #troubles: Troubles<PublisherDoing>
  readonly #serials = new KnownSerials()
  readonly #standby: Standby
  readonly #closing = new AbortController()
  readonly #checked = new WeakSet<RedisClient>()
  #term: LeaseTerm | undefined
  /** Of the term, from `onLead` on. */
  #writer: TermWriter | undefined
  #seeking: Promise<void> | undefined
  /** Ends the pause between two tries to take the lease. */
  #wake = new AbortController()
  #trimmedAtMs = 0
  #heartbeatMs = 0
  /** Who was told to have the lease. */
  #following = ''

  /** Begins to follow; publishes nothing before `seekLease`. */
  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#link = parts.openLink()
    this.#writes = new FeedWrites(parts.keys, `${parts.name} ${parts.newId()}`)
    this.#troubles = new Troubles(
      (error) => parts.events.onError(error),
      () => parts.events.onRecovered?.(ANSWERS_AGAIN),
    )
    this.#standby = new Standby({
      ...parts,
      serials: this.#serials,
      troubles: this.#troubles,
      events: {
        ...parts.events,
        onHead: (head) => {
          parts.events.onHead?.(head)
          if (head !== undefined) this.#heartbeatMs = head.heartbeatMs
        },
        onHandover: () => this.#wake.abort(),
      },
    })
    this.#standby.follow()
  }

  /** Publishing, and something of this term, or of one that it goes on from, is there. */
  get hasPublished(): boolean {
    return this.publishing && this.#writer?.warm === true
  }

  get publishing(): boolean {
    return this.#writer !== undefined && this.#term?.isOver() === false
  }

  /** Whether the lease is ours, though what is published may still be being looked at. */
  get holdsLease(): boolean {
    return this.#term?.isOver() === false
  }

  /** When a publisher, this one or another, last said that it is there; 0 before anybody was heard of. */
  get heartbeatMs(): number {
    return this.#heartbeatMs
  }

  /** What the log holds since the newest base; see `compactionDue`. */
  get logLoad(): LogLoad {
    return this.#writer?.logLoad ?? { entries: 0, octets: 0 }
  }

  /** Whether the publisher is another whose records are shaped otherwise than ours would be. */
  get configurationDiffers(): boolean {
    return this.#standby.configurationDiffers
  }

  /**
   * Looks at the server before anything is sought there. One that cannot be asked is looked at later, as is each after it.
   * @throws FeedError eviction, where that is refused
   */
  async checkServer(): Promise<void> {
    try {
      await this.#link.use((client) => this.#checkEviction(client), this.#closing.signal)
    } catch (error) {
      if (error instanceof FeedError && error.code === 'eviction') throw error
    }
  }

  /** To be called once, when there is something to publish. */
  seekLease(): void {
    this.#seeking ??= this.#seek()
  }

  /**
   * Publishes an image; one after the other. Waits while Redis is away, as long as the lease lasts.
   * @throws ImageError, when it is none
   */
  async publish(image: Uint8Array): Promise<PublishOutcome> {
    return this.#writer?.publish(image) ?? 'standby'
  }

  /**
   * Makes a base of what is published and names it in head; publishing goes on meanwhile.
   * @throws FeedError, when Redis refuses it
   */
  async compact(): Promise<CompactOutcome> {
    return this.#writer?.compact() ?? 'standby'
  }

  /**
   * Lets go of bases that are kept no longer, and of the log before the oldest that is. The publisher does so by itself, too.
   * @throws FeedError
   */
  async trim(): Promise<TrimOutcome> {
    this.#trimmedAtMs = this.#parts.clock.monotonicMs()
    return this.#writer?.trim() ?? 'standby'
  }

  /** Hands the lease over and ends; Redis being there, in less than 200 ms. */
  async close(): Promise<void> {
    const { cache, clock } = this.#parts
    const [term, writer] = [this.#term, this.#writer]
    this.#closing.abort()
    this.#writer = undefined
    if (term !== undefined && !term.isOver()) {
      await Promise.race([writer?.idle, clock.sleep(CLOSING_MS)])
      await Promise.race([this.#handOver(term), clock.sleep(CLOSING_MS)])
      term.end()
    }
    this.#link.close()
    await this.#standby.stop()
    await this.#seeking
    await cache?.close()
  }

  async #handOver({ position: previous }: LeaseTerm): Promise<void> {
    const leaving = { position: nextPosition(previous), previous, nowMs: this.#parts.clock.wallMs() }
    // Where it fails the lease runs out by itself.
    await this.#link.use((client) => this.#writes.handOver(client, leaving)).catch(() => {})
  }

  get #words(): PublisherWords {
    const { config, options, format, name } = this.#parts
    return { publisher: name, format, config, options }
  }

  async #seek(): Promise<void> {
    const { clock, timing } = this.#parts
    const closing = this.#closing.signal
    for (let failures = 0; !closing.aborted; ) {
      this.#wake = new AbortController()
      let pauseMs = backoff(0, timing.seekMs, timing.seekMs)
      try {
        const taken = await this.#take()
        failures = 0
        this.#troubles.over('lease')
        if (taken !== undefined) {
          await this.#lead(taken.term, taken.previous)
          await aborted(taken.term.signal)
          // Another may have it, or nobody: find out at once.
          pauseMs = 0
        }
      } catch (error) {
        if (closing.aborted) return
        this.#troubles.report(faultOf(error, 'the feed'), 'lease')
        this.#term?.end()
        pauseMs = backoff(failures, timing.seekMs, timing.retryMostMs)
        failures += 1
      }
      await clock.sleep(pauseMs, AbortSignal.any([this.#wake.signal, closing]))
    }
  }

  /** @returns undefined when another has the lease */
  #take(): Promise<{ term: LeaseTerm; previous: Position } | undefined> {
    const { clock, timing } = this.#parts
    return this.#link.use(async (client) => {
      await this.#checkEviction(client, '; nothing is published until then')
      const takenAtMs = clock.monotonicMs()
      const taken = await this.#writes.take(client, {
        ...this.#words,
        leaseMs: timing.leaseMs,
        known: this.#standby.known,
        nowMs: clock.wallMs(),
        serials: this.#serials.all,
      })
      if (taken.outcome === 'held') {
        this.#standby.sawHolder(taken.position, taken.serials)
        if (taken.publisher !== this.#following) this.#parts.events.onFollowing?.(taken.publisher)
        this.#following = taken.publisher
        return undefined
      }
      this.#following = ''
      if (this.#closing.signal.aborted) return undefined
      const term = new LeaseTerm({
        clock,
        timing,
        takenAtMs,
        position: taken.position,
        renew: (of) => this.#renew(of),
        onGap: () => this.#writer?.closeGapByItself(),
        onOver: () => this.#stepDown(),
      })
      this.#term = term
      this.#heartbeatMs = clock.wallMs()
      return { term, previous: taken.previous }
    }, this.#closing.signal)
  }

  /** From the lease to `onLead`. */
  async #lead(term: LeaseTerm, previous: Position): Promise<void> {
    const { cache, events, keys, stack } = this.#parts
    const serials = await this.#link.use((client) => readSerials(client, keys), term.signal)
    const head = await this.#link
      .use((client) => readHead(client, keys), term.signal)
      .catch((error: FeedError) => {
        // Nothing to go on from, as if there were none.
        if (error.code === 'damaged') return undefined
        throw error
      })
    const canBeWarm = previous !== '' && head !== undefined && head.bases.length > 0
    if (canBeWarm) await this.#standby.caughtUp([previous, term.position], term)
    else await this.#hear(term)
    await this.#standby.stop()
    this.#troubles.forget('follow')
    if (this.#closing.signal.aborted) return
    if (term.isOver()) return this.#standby.follow()
    if (canBeWarm && stack.images.length > 0 && stack.position === previous) {
      const mark = { kind: 'mark', position: term.position, previous, image: new Uint8Array() } as const
      stack.apply(mark)
      cache?.add(mark)
    }
    // Followers of an earlier release cannot read images of another format: they wait for a base of ours.
    const isOurs = stack.images.length > 0 && stack.images.every((image) => image.version === this.#parts.format)
    const warm = canBeWarm && isOurs && stack.position === term.position
    const base = head?.bases[0]
    if (warm && base !== undefined)
      term.base = { ...base, format: this.#parts.format, chunkKeys: chunkKeysOf(keys, base) }
    this.#serials.learn(serials)
    this.#serials.learn(serialsOf(stack.images[0]))
    const parts = {
      ...this.#parts,
      words: this.#words,
      link: this.#link,
      writes: this.#writes,
      serials: this.#serials,
      troubles: this.#troubles,
      onPublished: (published: Published) => events.onPublished?.(published),
      recall: () => this.#recall(term),
    }
    this.#writer = new TermWriter(parts, term, warm)
    events.onLead({ position: term.position, base: warm ? 'held' : 'wanted', serials: new Map(this.#serials.all) })
  }

  /** Waits for others who know later serials; see `recall`. */
  async #hear(term: LeaseTerm): Promise<void> {
    const { clock, events, timing } = this.#parts
    events.onHearing?.(timing.hearMs)
    await clock.sleep(timing.hearMs, term.signal)
    if (!term.isOver()) await this.#recall(term)
  }

  async #renew(term: LeaseTerm): Promise<Renewal> {
    const { clock, timing } = this.#parts
    try {
      const renewal = await this.#link.use(
        (client) => this.#writes.renew(client, timing.leaseMs, term.writing ? '' : term.position, term.base),
        term.signal,
      )
      this.#troubles.over('lease')
      if (renewal !== 'NOTLEASE') this.#heartbeatMs = clock.wallMs()
      const trimDue = this.#writer !== undefined && clock.monotonicMs() - this.#trimmedAtMs > TRIM_MS
      if (trimDue) {
        this.#trimmedAtMs = clock.monotonicMs()
        this.#writer?.trimByItself()
      }
      if (renewal !== 'RECALL') return renewal
      await this.#recall(term)
      return 'OK'
    } catch (error) {
      if (!term.signal.aborted) this.#troubles.report(faultOf(error, 'the feed'), 'lease')
      return 'failed'
    }
  }

  /** Who began with an emptied Redis and knew less is told by another how far serials had come. */
  async #recall(term: LeaseTerm): Promise<void> {
    const later = await this.#link.use((client) => this.#writes.recall(client), term.signal)
    if (!this.#serials.learn(later) || this.#writer === undefined || term.isOver()) return
    const { position } = term
    this.#parts.events.onLead({ position, base: 'wanted', serials: new Map(this.#serials.all) })
  }

  #stepDown(): void {
    const led = this.#writer !== undefined
    this.#term = undefined
    this.#writer = undefined
    for (const doing of ['write', 'compact', 'trim'] as const) this.#troubles.forget(doing)
    if (this.#closing.signal.aborted) return
    if (led) {
      this.#standby.follow()
      this.#parts.events.onStandby()
    }
  }

  async #checkEviction(client: RedisClient, consequence = ''): Promise<void> {
    if (this.#checked.has(client)) return
    const { eviction, events } = this.#parts
    const fault = await evictionFault(client, eviction)
    if (fault !== undefined && eviction === 'refuse') throw new FeedError(fault.code, fault.message + consequence)
    if (fault !== undefined) events.onError(fault)
    this.#checked.add(client)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
