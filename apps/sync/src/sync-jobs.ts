/**
 * The jobs of a feed as its sync worker does them. BullMQ is loaded when publishing has begun or waits for nothing more, so
 * that it holds up neither.
 */
import type { FollowedStack, Position } from '@zonecast/feed'
import { compactionDue, type RedisPublisher } from '@zonecast/feed/redis'
import type { AuditReadings, FeedJobs, WorkOutcome } from '@zonecast/jobs'
import type { redisOptions } from '@zonecast/responder-app/redis-feeds'
import { auditFeed, type Drift } from './audit.ts'
import type { Tell } from './tell.ts'
import { WORKER_NAME } from './worker-name.ts'

/** A moment at which nothing is on its way. */
export interface Settled {
  readonly position: Position
  /** What the objects compile to: a base. As an image, which takes a tenth of the memory that its content does. */
  readonly expected: Uint8Array
}

export interface SyncJobsParts {
  readonly redis: ReturnType<typeof redisOptions>
  readonly publisher: RedisPublisher
  /** What is published. */
  readonly stack: FollowedStack
  /** Publishes what there is; undefined when another publishes. */
  settle(): Promise<Settled | undefined>
  /** Publishes a base of what the objects compile to. */
  repair(): void
  readonly tell: Tell
  nowMs(): number
}

/** So many differences are named in the log. */
const NAMES_MAX = 5

export class SyncJobs {
  readonly #parts: SyncJobsParts
  #jobs: FeedJobs | undefined
  #isClosed = false
  #audit: AuditReadings = { atMs: 0, drift: 0, driftTotal: 0 }

  constructor(parts: SyncJobsParts) {
    this.#parts = parts
  }

  /** Undefined before `start` is done. */
  get jobs(): FeedJobs | undefined {
    return this.#jobs
  }

  get audit(): AuditReadings {
    return this.#audit
  }

  async start(): Promise<void> {
    const { FeedJobs } = await import('@zonecast/jobs')
    if (this.#isClosed) return
    const { publisher, redis, tell } = this.#parts
    this.#jobs = new FeedJobs({
      ...redis,
      worker: WORKER_NAME,
      // Before the first base of a term there is nothing to work on.
      isPublishing: () => publisher.hasPublished,
      tell: (level, text) => tell(level, text, { code: level === 'error' ? 'job-failed' : undefined }),
      work: {
        compact: async () => told(await publisher.compact()),
        expire: async () => told(await publisher.trim()),
        audit: () => this.#runAudit(),
      },
    })
  }

  /** To be called after each change that was published. */
  compactWhenDue(): void {
    const { publisher, stack } = this.#parts
    const due = compactionDue(publisher.logLoad, stack.images.at(-1)?.octets.length ?? 0)
    if (due !== 'no') this.#jobs?.want('compact')
  }

  /** To be called when this worker begins to publish. */
  onLead(): void {
    this.#jobs?.wake()
  }

  /** To be called when the lease is given up. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#jobs?.close()
  }

  async #runAudit(): Promise<WorkOutcome> {
    const { nowMs, redis, repair, settle } = this.#parts
    const settled = await settle()
    if (settled === undefined) return 'standby'
    const { position, expected } = settled
    const drift = await auditFeed(redis, position, expected)
    const { driftTotal } = this.#audit
    this.#audit = { atMs: nowMs(), drift: drift.length, driftTotal: driftTotal + drift.length }
    if (drift.length === 0) return { said: `as it should be at ${position}` }
    const said = driftText(drift)
    this.#parts.tell('error', `audit: at ${position} ${said}; publishing a base`, { code: 'drift' })
    repair()
    return { said }
  }
}

function told(outcome: string): WorkOutcome {
  return outcome === 'standby' ? 'standby' : { said: outcome }
}

function driftText(drift: Drift): string {
  const more = drift.length > NAMES_MAX ? ` and ${drift.length - NAMES_MAX} more` : ''
  return `what is published differs from the objects: ${drift.slice(0, NAMES_MAX).join(', ')}${more}`
}
