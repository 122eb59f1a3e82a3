/**
 * The jobs of a feed: what each is for, how often it comes by itself, and how one that fails is tried again. A job carries the
 * name of its feed and nothing else; what is to be done is read from the present state, so a job that is lost, late or done
 * twice does no harm.
 */
import type { JobsOptions } from 'bullmq'

export type JobKind = 'compact' | 'expire' | 'audit'

export interface JobData {
  readonly feed: string
}

interface JobPlan {
  /** It is done at least so often. */
  readonly everyMs: number
  /** One line, for people. */
  readonly does: string
}

const MINUTE_MS = 60_000

export const JOBS: Readonly<Record<JobKind, JobPlan>> = {
  compact: { everyMs: 60 * MINUTE_MS, does: 'makes a new base of the last one and the log since' },
  expire: { everyMs: 5 * MINUTE_MS, does: 'lets go of bases that are kept no longer, and of the log before them' },
  audit: { everyMs: 30 * MINUTE_MS, does: 'compares what is published with what the objects compile to' },
}

export const JOB_KINDS = Object.keys(JOBS) as JobKind[]

/** One for each installation: all queues of a Redis Cluster on one slot, as their scripts need it. */
export const QUEUE_PREFIX = '{zonecast}'

/** One queue for each feed, since its jobs are for whoever publishes that feed, one after the other. */
export function queueNameOf(feed: string): string {
  // BullMQ takes no colon; no feed has a tilde.
  return feed.replaceAll(':', '~')
}

const DAY_SEC = 86_400

/**
 * A job that throws is tried again after 1, 2, 4, 8 and 16 s, of which up to half is chance. Of those that are over so many are
 * kept for the board.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 6,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  removeOnComplete: { count: 200, age: 7 * DAY_SEC },
  removeOnFail: { count: 200, age: 30 * DAY_SEC },
  stackTraceLimit: 10,
  sizeLimit: 1024,
}

/** Events that are kept for tools that watch the queue. */
export const EVENTS_MAX = 1000
