/**
 * The sync worker's side of one feed: follows the objects, compiles what changed and publishes it. Changes go out as group
 * commits do: the first at once, what comes while it is on its way, or soon after, makes up the next (publish-pace.ts).
 *
 * Several workers may have the same feed. All compile; the one that has the lease publishes. One that takes the lease over
 * publishes just what differs from what is published.
 */

import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises'
import { Compiler, type CompileWarning } from '@zonecast/compile'
import { backoff, FeedError, FollowedStack, systemClock } from '@zonecast/feed'
import {
  type Lead,
  type Published,
  type PublishOutcome,
  publishToRedis,
  type RedisPublisher,
} from '@zonecast/feed/redis'
import { sha256 } from '@zonecast/feed/sha256'
import { buildImage } from '@zonecast/image'
import { type RedisFeed, redisOptions } from '@zonecast/responder-app/redis-feeds'
import { optionsText } from '@zonecast/responder-app/shape-options'
import { configHash } from './config-hash.ts'
import { NextImage } from './next-image.ts'
import { PublishPace } from './publish-pace.ts'
import type { UnpublishedImage } from './published-state.ts'
import type { PublishedCount, SyncReadings } from './readings.ts'
import { compileWarningText, stanzaOf } from './stanza.ts'
import { StepDurations } from './step-durations.ts'
import { type Settled, SyncJobs } from './sync-jobs.ts'
import type { Tell } from './tell.ts'
import { type WatchedObjects, watchObjects } from './watch-objects.ts'
import { WORKER_NAME } from './worker-name.ts'

export interface SyncFeedOptions {
  readonly tell: Tell
  nowMs(): number
}

/** Who publishes at all has the lease by then. */
const HURRY_MS = 2000
/** Until what could not be compiled or merged is tried again. */
const RETRY_LEAST_MS = 1000
const RETRY_MOST_MS = 60_000

/** Told from 0 on: what counts from 1 on has not increased, for whoever asks how much. */
const NOTHING_YET: PublishedCount = { count: 0, octets: 0 }

export class SyncFeed {
  readonly #feed: RedisFeed
  readonly #options: SyncFeedOptions
  readonly #compiler: Compiler
  readonly #stack: FollowedStack
  readonly #next: NextImage
  readonly #publisher: RedisPublisher
  readonly #pace: PublishPace
  readonly #watch = new AbortController()
  #lead: Lead | undefined
  #isSynced = false
  #isDirty = false
  #isPublishing = false
  /** In a row. */
  #failures = 0
  readonly #jobs: SyncJobs
  readonly #begun = Promise.withResolvers<void>()
  /** Who waits for a moment at which all there is, is published. */
  #settling: PromiseWithResolvers<Settled | undefined> | undefined
  #objects: WatchedObjects = { sources: [] }
  #isUp = false
  #publishedAtMs = 0
  readonly #published = new Map<Published['kind'], PublishedCount>([
    ['base', NOTHING_YET],
    ['delta', NOTHING_YET],
    ['compaction', NOTHING_YET],
  ])
  readonly #durations = new StepDurations(systemClock)
  readonly #errors = new Map<string, number>()

  /**
   * Begins to follow what is published; publishes nothing before `run`.
   * @throws ImageError not-in-version, when the format that is asked for has no words for a stanza
   */
  constructor(feed: RedisFeed, options: SyncFeedOptions) {
    this.#feed = feed
    this.#options = options
    const tell: Tell = (level, text, about) => this.#tell(level, text, about)
    const stanzas = feed.stanzas.map(stanzaOf)
    const { batchMs, history, eviction, format } = feed.directive
    const warn = (warning: CompileWarning) => tell('warning', compileWarningText(warning))
    this.#compiler = new Compiler(stanzas, { warn, format })
    this.#pace = new PublishPace(batchMs)
    this.#stack = new FollowedStack({ sha256, checkImages: true, format })
    // Throws where the format cannot say what stanzas want.
    buildImage(new Compiler(stanzas).compileBase({ nowMs: 0, meta: {} }), sha256, undefined, format)
    this.#next = new NextImage({
      compiler: this.#compiler,
      stack: this.#stack,
      format,
      stamp: () => ({ nowMs: options.nowMs(), meta: { feed: feed.directive.name } }),
    })
    const redis = redisOptions(feed.directive)
    const config = configHash(feed)
    this.#publisher = publishToRedis(
      {
        ...redis,
        stack: this.#stack,
        name: WORKER_NAME,
        config,
        options: optionsText(config, feed.stanzas),
        history,
        eviction,
        compactWhen: 'overdue',
      },
      {
        onApplied: () => {},
        onError: (error) => {
          const code = codeOf(error)
          tell(code === 'eviction' && eviction === 'warn' ? 'warning' : 'error', error.message, { code })
        },
        onPublished: (published) => this.#count(published),
        onRecovered: (text) => tell('info', text),
        onLead: (lead) => this.#onLead(lead),
        onStandby: () => {
          this.#lead = undefined
          this.#settle(undefined)
          tell('warning', 'another sync worker may publish now; following')
        },
        onFollowing: (publisher) => tell('info', `${publisher} publishes; following`),
        onHearing: (forMs) =>
          tell(
            'info',
            `nothing to go on from: hearing other sync workers for ${forMs / 1000} s, then publishing a base`,
          ),
      },
    )
    this.#jobs = new SyncJobs({
      redis,
      publisher: this.#publisher,
      stack: this.#stack,
      settle: () => this.#settled(),
      repair: () => {
        // Who has what is published has it under the serials of what should be.
        this.#compiler.doubtSerials()
        this.#next.want('repair')
        this.#publishLater()
      },
      tell,
      nowMs: () => options.nowMs(),
    })
  }

  /** What the feed's jobs tell of themselves. */
  get jobs(): SyncJobs {
    return this.#jobs
  }

  /**
   * Settles when the objects are being followed.
   * @throws KubernetesError when there is no way to them that could ever work
   * @throws FeedError eviction, when Redis is there and may drop the feed
   */
  async run(): Promise<void> {
    const checked = this.#checkServer()
    const [objects] = await Promise.all([this.#watchObjects(checked), checked])
    this.#objects = objects
  }

  async #checkServer(): Promise<void> {
    try {
      await this.#publisher.checkServer()
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      throw new FeedError(error.code, `feed ${this.#feed.feed}: ${error.message}; sync does not start there`)
    }
  }

  #watchObjects(checked: Promise<void>): Promise<WatchedObjects> {
    return watchObjects(this.#feed, this.#watch.signal, {
      tell: (level, text, about) => this.#tell(level, text, about),
      onUp: (isUp) => {
        this.#isUp = isUp
      },
      onStep: ({ changes, synced }) => {
        this.#compiler.apply(changes)
        if (!synced) return
        if (this.#isSynced) this.#durations.received(changes)
        else
          checked.then(
            () => this.#publisher.seekLease(),
            () => {},
          )
        this.#isSynced = true
        this.#publishLater()
      },
    })
  }

  /** Resolves when this worker has published, or has nothing to hurry for: another publishes, or Redis is away. */
  async begun(): Promise<void> {
    await Promise.race([this.#begun.promise, sleep(HURRY_MS, undefined, { ref: false })])
  }

  readings(): SyncReadings {
    const { publishing, holdsLease, configurationDiffers, logLoad, heartbeatMs } = this.#publisher
    return {
      isUp: this.#isUp,
      objects: this.#compiler.counts(),
      nameProblems: this.#compiler.nameProblems.countByCode(),
      sources: this.#objects.sources,
      holdsLease,
      isPublishing: publishing,
      configurationDiffers,
      position: this.#stack.position,
      images: this.#stack.images,
      logLoad,
      heartbeatMs,
      publishedAtMs: this.#publishedAtMs,
      published: this.#published,
      durations: this.#durations,
      jobs: this.#jobs.jobs?.readings,
      audit: this.#jobs.audit,
      errors: this.#errors,
    }
  }

  /** Hands the lease over. */
  async close(): Promise<void> {
    this.#watch.abort()
    // From now on it does not publish, so what its jobs are at is put back.
    const published = this.#publisher.close()
    this.#settle(undefined)
    await Promise.all([published, this.#jobs.close()])
  }

  #onLead(lead: Lead): void {
    this.#lead = lead
    this.#next.want(lead.base === 'held' ? 'resume' : 'base')
    this.#tell('info', `publishing from ${lead.position}`, { position: lead.position })
    this.#publishLater()
    this.#jobs.onLead()
  }

  #publishLater(): void {
    this.#isDirty = true
    if (!this.#isPublishing) void this.#publish()
  }

  async #publish(): Promise<void> {
    this.#isPublishing = true
    try {
      while (this.#isDirty && this.#lead !== undefined) {
        await this.#gather()
        const lead = this.#lead
        if (lead === undefined) break
        this.#isDirty = false
        const { images } = this.#stack
        const beganMs = performance.now()
        const receivedMs = this.#durations.takeReceived()
        const settling = this.#settling
        const isDelta = this.#next.kind === 'delta'
        const { isAsOfNow } = this.#next
        const made = this.#next.make(lead)
        const expected = settling && isAsOfNow ? this.#next.begin() : undefined
        const { image, isLate } = await made
        // What has changed since comes after it.
        if (isLate) this.#isDirty = true
        if (isDelta && image !== undefined) this.#durations.compiled(receivedMs)
        let outcome: PublishOutcome = 'published'
        if (image !== undefined) {
          outcome = isDelta ? await this.#publishDelta(image) : await this.#publishWhole({ image, images }, lead)
          this.#pace.published(beganMs, performance.now() - beganMs)
        }
        if (outcome === 'base-wanted') {
          this.#next.want('base')
          this.#isDirty = true
        }
        // Another may have published, under the same serials, what differs from it.
        if (outcome === 'standby') this.#compiler.doubtSerials()
        if (outcome !== 'published') continue
        this.#failures = 0
        this.#begun.resolve()
        this.#jobs.compactWhenDue()
        if (expected !== undefined) this.#settle({ position: this.#stack.position, expected: expected(sha256) })
      }
    } catch (error) {
      // What could not be published is part of the next base.
      this.#next.want('base')
      void this.#tryAgain()
      const text = error instanceof Error ? error.message : String(error)
      this.#tell('error', `publishing: ${text}`, { code: codeOf(error) })
    } finally {
      this.#isPublishing = false
      this.#settle(undefined)
    }
  }

  async #publishDelta(image: Uint8Array): Promise<PublishOutcome> {
    const beganMs = performance.now()
    const outcome = await this.#publisher.publish(image)
    if (outcome === 'published') this.#durations.published(beganMs)
    return outcome
  }

  /** A base, or what differs from the stack. */
  async #publishWhole(made: UnpublishedImage, lead: Lead): Promise<PublishOutcome> {
    await breathe()
    // What was made for another term may not fit what was published since.
    const outcome = this.#lead === lead ? await this.#publisher.publish(made.image) : 'standby'
    if (outcome === 'standby') this.#next.keep(made)
    return outcome
  }

  /** After what no other change may ever mend. */
  async #tryAgain(): Promise<void> {
    const waitMs = backoff(this.#failures, RETRY_LEAST_MS, RETRY_MOST_MS)
    this.#failures += 1
    await systemClock.sleep(waitMs, this.#watch.signal)
    if (!this.#watch.signal.aborted) this.#publishLater()
  }

  async #gather(): Promise<void> {
    const waitMs = this.#pace.waitMs(performance.now())
    // It ends early when the worker does: then there is nobody to publish any more.
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#watch.signal }).catch(() => {})
  }

  /** A moment at which all there is, is published; undefined when another publishes, or it could not be published. */
  #settled(): Promise<Settled | undefined> {
    if (this.#lead === undefined) return Promise.resolve(undefined)
    this.#settling ??= Promise.withResolvers()
    const { promise } = this.#settling
    this.#publishLater()
    return promise
  }

  #settle(settled: Settled | undefined): void {
    this.#settling?.resolve(settled)
    this.#settling = undefined
  }

  #tell(...[level, text, about]: Parameters<Tell>): void {
    if (level === 'error') {
      const code = about?.code ?? 'other'
      this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1)
    }
    this.#options.tell(level, text, about)
  }

  #count({ kind, octets, atMs }: Published): void {
    const before = this.#published.get(kind) ?? NOTHING_YET
    this.#published.set(kind, { count: before.count + 1, octets: before.octets + octets })
    this.#publishedAtMs = atMs
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
