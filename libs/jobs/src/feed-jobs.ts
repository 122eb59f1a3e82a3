/**
 * The jobs of one feed, as one sync worker sees them. Whoever publishes the feed takes them, one after the other; a standby
 * takes none. Nothing here is waited for by what publishes: `want` sets a mark, and a loop of its own does the rest whenever
 * Redis is there.
 *
 *     connect ─▶ every second: publishing? ─no──▶ wait
 *        ▲            │ yes: register schedulers, add what is wanted, take a job and do it
 *        └─ pause ◀── the connection fails
 */
import { randomUUID } from 'node:crypto'
import { backoff, type Clock, FeedError, systemClock } from '@zonecast/feed'
import { type ConnectOptions, DEFAULT_TIMING, faultOf, placeText, Troubles } from '@zonecast/feed/redis'
import { type JobKind, queueNameOf } from './kinds.ts'
import { type FeedWork, type JobEnd, runJob } from './run-job.ts'
import { type FeedJob, type FeedQueue, type JobCounts, JobSession } from './session.ts'

export interface JobTiming {
  /** Between two looks for a job. */
  readonly pollMs: number
  /** Between two looks at the schedulers, at jobs whose worker is gone, and at the counts. */
  readonly lookMs: number
  /** A job whose worker has not been heard of for so long is another's. */
  readonly lockMs: number
  /** On the way out, what is being done may take so long to be put back. */
  readonly closingMs: number
}

export const JOB_TIMING: JobTiming = { pollMs: 1000, lookMs: 5000, lockMs: 10_000, closingMs: 100 }

export interface FeedJobsOptions extends Pick<ConnectOptions, 'place' | 'credentials' | 'tls'> {
  readonly feed: string
  /** Shown beside a job. */
  readonly worker: string
  readonly work: FeedWork
  isPublishing(): boolean
  tell(level: 'info' | 'warning' | 'error', text: string): void
  readonly clock?: Clock
  readonly timing?: Partial<JobTiming>
}

/** What this worker has done since it began. */
export interface JobTally {
  readonly done: number
  /** For good. */
  readonly failed: number
  readonly retried: number
  /** Put back, since the lease was lost. */
  readonly left: number
}

export interface JobReadings {
  readonly feed: string
  readonly queue: string
  /** False while Redis cannot be reached. */
  readonly connected: boolean
  readonly publishing: boolean
  /** As they were seen last, whoever works on them; undefined before the first look. */
  readonly counts: JobCounts | undefined
  readonly tallies: Readonly<Record<JobKind, JobTally>>
}

const NOTHING: JobTally = { done: 0, failed: 0, retried: 0, left: 0 }

export class FeedJobs {
  readonly #options: FeedJobsOptions
  readonly #clock: Clock
  readonly #timing: JobTiming
  readonly #closing = new AbortController()
  readonly #wanted = new Set<JobKind>()
  readonly #tallies: Record<JobKind, JobTally> = { compact: NOTHING, expire: NOTHING, audit: NOTHING }
  #wake = new AbortController()
  #session: JobSession | undefined
  #counts: JobCounts | undefined
  readonly #running: Promise<void>

  /** Begins at once, and waits for nothing. */
  constructor(options: FeedJobsOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#timing = { ...JOB_TIMING, ...options.timing }
    this.#running = this.#run()
  }

  /** For the board; undefined while Redis cannot be reached. */
  get queue(): FeedQueue | undefined {
    return this.#session?.ended === false ? this.#session.queue : undefined
  }

  get readings(): JobReadings {
    const { feed, isPublishing } = this.#options
    return {
      feed,
      queue: queueNameOf(feed),
      connected: this.queue !== undefined,
      publishing: isPublishing(),
      counts: this.#counts,
      tallies: { ...this.#tallies },
    }
  }

  /** Has a job of this kind added as soon as that can be. Returns at once, whatever Redis does; asking twice asks once. */
  want(kind: JobKind): void {
    this.#wanted.add(kind)
    this.wake()
  }

  /** To be called when publishing begins, so that its jobs need not wait for the next look. */
  wake(): void {
    this.#wake.abort()
  }

  /** To be called after publishing has ended: a job in the middle is put back, if Redis is there to take it. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.race([this.#running, this.#clock.sleep(this.#timing.closingMs)])
    this.#session?.end()
  }

  async #run(): Promise<void> {
    const { place, tell } = this.#options
    const troubles = new Troubles(
      (error) => tell('warning', `jobs: ${error.message}`),
      () => tell('info', 'jobs: Redis answers again'),
    )
    for (let failures = 0; !this.#closing.signal.aborted; ) {
      try {
        this.#session = await this.#open()
        await this.#serve(this.#session, () => {
          failures = 0
          troubles.over()
        })
      } catch (error) {
        if (this.#closing.signal.aborted) return
        troubles.report(faultOf(error, placeText(place)))
        failures += 1
      } finally {
        this.#session?.end()
        this.#session = undefined
      }
      const { retryLeastMs, retryMostMs } = DEFAULT_TIMING
      await this.#clock.sleep(backoff(failures, retryLeastMs, retryMostMs), this.#closing.signal)
    }
  }

  #open(): Promise<JobSession> {
    const { place, credentials, tls, feed, worker } = this.#options
    return JobSession.open({
      feed,
      worker,
      place,
      ...(credentials === undefined ? {} : { credentials }),
      ...(tls === undefined ? {} : { tls }),
      connectionName: 'zonecast-jobs',
      silenceMs: DEFAULT_TIMING.silenceMs,
      connectMs: DEFAULT_TIMING.connectMs,
      signal: this.#closing.signal,
      lockMs: this.#timing.lockMs,
      stalledMs: this.#timing.lookMs,
    })
  }

  /** Until the connection ends or fails, or we are closed. */
  async #serve(session: JobSession, onWell: () => void): Promise<void> {
    const closing = this.#closing.signal
    let lookedAtMs = Number.NEGATIVE_INFINITY
    let registered = false
    while (!closing.aborted && !session.ended) {
      this.#wake = new AbortController()
      const publishing = this.#options.isPublishing()
      const now = this.#clock.monotonicMs()
      if (now - lookedAtMs >= this.#timing.lookMs) {
        lookedAtMs = now
        this.#counts = await session.counts()
        if (publishing) await session.reviveStalled()
        registered &&= await session.isRegistered()
      }
      if (publishing && !registered) await session.register()
      registered = publishing
      // A standby's wishes are of a term that is over.
      for (const kind of this.#wanted) {
        if (this.#options.isPublishing()) await session.enqueue(kind)
        this.#wanted.delete(kind)
      }
      const worked = publishing && (await this.#workOnce(session))
      onWell()
      if (!worked) await this.#clock.sleep(this.#timing.pollMs, AbortSignal.any([this.#wake.signal, closing]))
    }
  }

  /** @returns whether there was a job */
  async #workOnce(session: JobSession): Promise<boolean> {
    const { feed, isPublishing, tell, work } = this.#options
    const token = randomUUID()
    let job: FeedJob | undefined
    try {
      job = await session.take(token)
    } catch (error) {
      if (!(error instanceof FeedError && error.code === 'damaged')) throw error
      tell('error', `jobs: ${error.message}`)
      return true
    }
    if (job === undefined) return false
    const end = await runJob(job, token, { feed, work, isPublishing, lockMs: this.#timing.lockMs })
    this.#note(end, job.id ?? '')
    return end.result !== 'left'
  }

  #note({ result, kind, error }: JobEnd, id: string): void {
    const { tell } = this.#options
    const name = `job ${kind ?? 'unknown'} (${id.slice(0, 100)})`
    if (kind !== undefined && result !== 'lost') {
      const tally = this.#tallies[kind]
      this.#tallies[kind] = { ...tally, [result]: tally[result] + 1 }
    }
    if (result === 'failed') tell('error', `${name} failed for good: ${error?.message}`)
    if (result === 'retried') tell('warning', `${name} is tried again: ${error?.message}`)
    if (result === 'left') tell('info', `${name} is left to whoever publishes now`)
  }
}
