/**
 * The queue of one feed over one connection, for as long as that lives. BullMQ's own connections wait and try again for
 * ever; it is given ours, which fails instead: whatever is called here rejects within the silence that the connection
 * allows, and after `ended` at once.
 *
 * Jobs are fetched by hand (https://docs.bullmq.io/patterns/manually-fetching-jobs), since a worker may take one only while it
 * publishes. So no connection that blocks is needed.
 */
import { FeedError } from '@zonecast/feed'
import { type ConnectOptions, connectIoredis, disconnect } from '@zonecast/feed/redis'
import {
  type BackendFactory,
  type Job,
  Queue,
  QueueKeys,
  RedisConnection,
  RedisQueueBackend,
  Worker,
  type WorkerOptions,
} from 'bullmq'
import {
  EVENTS_MAX,
  JOB_KINDS,
  JOB_OPTIONS,
  JOBS,
  type JobData,
  type JobKind,
  QUEUE_PREFIX,
  queueNameOf,
} from './kinds.ts'

export type FeedJob = Job<JobData, string, string>
export type FeedQueue = Queue<JobData, string, string>

export interface SessionOptions extends ConnectOptions {
  readonly feed: string
  /** A job whose worker has not been heard of for so long is another's. */
  readonly lockMs: number
  /** Between two looks for such jobs, by whichever worker. */
  readonly stalledMs: number
  /** Shown beside a job. */
  readonly worker: string
}

/** How often a job may come back from a worker that was killed at it; those of a scheduler may for ever. */
const STALLED_MAX = 10

/** Of the jobs that are being done, one for each worker, so many are looked at. */
const ACTIVE_MAX = 1000

/** Jobs by where they are. */
export interface JobCounts {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly failed: number
  readonly completed: number
}

export class JobSession {
  readonly queue: FeedQueue
  readonly #feed: string
  readonly #worker: Worker<JobData, string, string>
  readonly #client: Awaited<ReturnType<typeof connectIoredis>>
  ended = false

  private constructor(client: Awaited<ReturnType<typeof connectIoredis>>, options: SessionOptions) {
    this.#client = client
    this.#feed = options.feed
    client.on('end', () => {
      this.ended = true
    })
    const connection = new RedisConnection(client, { shared: true, blocking: false, skipVersionCheck: true })
    connection.on('error', () => {})
    const backend: BackendFactory<RedisQueueBackend> = (name, settings) => {
      const keys = new QueueKeys(QUEUE_PREFIX)
      return new RedisQueueBackend(connection, name, keys.getKeys(name), (type) => keys.toKey(name, type), settings)
    }
    const common = { connection: client, prefix: QUEUE_PREFIX, skipVersionCheck: true }
    const name = queueNameOf(options.feed)
    this.queue = new Queue(
      name,
      { ...common, defaultJobOptions: JOB_OPTIONS, streams: { events: { maxLen: EVENTS_MAX } } },
      backend,
    )
    const settings: WorkerOptions = {
      ...common,
      name: options.worker,
      autorun: false,
      lockDuration: options.lockMs,
      stalledInterval: options.stalledMs,
      maxStalledCount: STALLED_MAX,
    }
    this.#worker = new Worker(name, null, settings, backend)
    // What they say here, the calls below say, too.
    this.queue.on('error', () => {})
    this.#worker.on('error', () => {})
  }

  /** @throws the errors of ioredis; see `faultOf`. So do all methods. */
  static async open(options: SessionOptions): Promise<JobSession> {
    const client = await connectIoredis(options)
    try {
      // A cluster's client connects to a server with the first command for it, and fails others that come meanwhile.
      await client.exists(`${QUEUE_PREFIX}:${queueNameOf(options.feed)}:meta`)
      const session = new JobSession(client, options)
      await session.queue.waitUntilReady()
      return session
    } catch (error) {
      disconnect(client)
      throw error
    }
  }

  /** One scheduler for each kind, however many workers say so; when the next job of one waits, it goes on waiting. */
  async register(): Promise<void> {
    for (const kind of JOB_KINDS) {
      await this.queue.upsertJobScheduler(
        kind,
        { every: JOBS[kind].everyMs },
        { name: kind, data: { feed: this.#feed }, opts: JOB_OPTIONS },
      )
    }
  }

  /** Whether the schedulers are there: whoever emptied Redis took them along. */
  async isRegistered(): Promise<boolean> {
    return (await this.queue.getJobSchedulersCount()) === JOB_KINDS.length
  }

  /** Adds a job, unless one of its kind that was added so is waiting or being done. */
  async enqueue(kind: JobKind): Promise<void> {
    await this.queue.add(kind, { feed: this.#feed }, { deduplication: { id: kind } })
  }

  /**
   * The next job, now locked for this token; undefined when none is due.
   * @throws FeedError damaged, when it is none, such as only others add; it has been removed
   */
  async take(token: string): Promise<FeedJob | undefined> {
    try {
      // Typed as if there always were one.
      return (await this.#worker.getNextJob(token, { block: false })) as FeedJob | undefined
    } catch (error) {
      // From JSON that is none, or not what BullMQ takes it for; what the connection throws is neither.
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
      const id = await this.#removeLocked(token)
      if (id === undefined) throw error
      const problem = `${error.message.slice(0, 100)}; see who writes to ${QUEUE_PREFIX}:*`
      throw new FeedError('damaged', `job ${id.slice(0, 100)} is none and was removed (${problem})`)
    }
  }

  /** Removes the job that is locked for this token, which cannot be read. @returns its id */
  async #removeLocked(token: string): Promise<string | undefined> {
    for (const id of await this.queue.getRanges(['active'], 0, ACTIVE_MAX)) {
      const key = this.queue.toKey(id)
      if ((await this.#client.get(`${key}:lock`)) !== token) continue
      const scheduler = await this.#client.hget(key, 'rjk')
      // Its job does not go without the scheduler, which is registered again soon.
      if (scheduler !== null) await this.queue.removeJobScheduler(scheduler)
      await this.#client.del(`${key}:lock`)
      await this.queue.remove(id)
      return id
    }
    return undefined
  }

  /** Puts jobs back whose worker is gone. */
  async reviveStalled(): Promise<void> {
    await this.#worker.getBackend().moveStalledJobsToWait()
  }

  async counts(): Promise<JobCounts> {
    const counts = await this.queue.getJobCounts('waiting', 'active', 'delayed', 'failed', 'completed')
    const { waiting = 0, active = 0, delayed = 0, failed = 0, completed = 0 } = counts
    return { waiting, active, delayed, failed, completed }
  }

  end(): void {
    this.ended = true
    disconnect(this.#client)
  }
}
