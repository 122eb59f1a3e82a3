/** One job, from the moment it was taken until it is done, put back, or has failed. */
import { FeedError, type FeedErrorCode } from '@zonecast/feed'
import { ErrorCode, UnrecoverableError } from 'bullmq'
import { JOB_KINDS, type JobKind } from './kinds.ts'
import type { FeedJob } from './session.ts'

/** What was done, in a word or two; standby: nothing, for another publishes. */
export type WorkOutcome = { readonly said: string } | 'standby'

export type FeedWork = Readonly<Record<JobKind, () => Promise<WorkOutcome>>>

export interface RunOptions {
  readonly feed: string
  readonly work: FeedWork
  readonly lockMs: number
  isPublishing(): boolean
}

/**
 * done, failed (for good), retried (later). left: put back for whoever publishes now. lost: another has it already, or Redis
 * has lost it.
 */
export type JobResult = 'done' | 'failed' | 'retried' | 'left' | 'lost'

export interface JobEnd {
  readonly result: JobResult
  readonly kind: JobKind | undefined
  readonly error?: Error
}

/** Errors that no second try mends. */
const TERMINAL: ReadonlySet<FeedErrorCode> = new Set<FeedErrorCode>(['no-permission', 'unknown-format', 'bad-name'])

/** What BullMQ's scripts say when the job is not ours any more. */
const GONE: ReadonlySet<unknown> = new Set([
  ErrorCode.JobNotExist,
  ErrorCode.JobLockNotExist,
  ErrorCode.JobNotInState,
  ErrorCode.JobLockMismatch,
])

/**
 * @param token the lock of the job
 * @throws what the connection throws; the job is then found by `reviveStalled` when its lock has run out
 */
export async function runJob(job: FeedJob, token: string, options: RunOptions): Promise<JobEnd> {
  const kind = JOB_KINDS.find((known) => known === job.name)
  const keepLock = setInterval(() => void job.extendLock(token, options.lockMs).catch(() => {}), options.lockMs / 3)
  try {
    const outcome = await attempt(job, kind, options)
    if (outcome === 'standby') {
      await job.moveToWait(token)
      return { result: 'left', kind }
    }
    if (outcome instanceof Error) {
      const failed = outcome instanceof UnrecoverableError || job.attemptsMade + 1 >= (job.opts.attempts ?? 1)
      await job.moveToFailed(outcome, token, false)
      return { result: failed ? 'failed' : 'retried', kind, error: outcome }
    }
    await job.moveToCompleted(outcome.said, token, false)
    return { result: 'done', kind }
  } catch (error) {
    if (error instanceof Error && 'code' in error && GONE.has(error.code)) return { result: 'lost', kind }
    throw error
  } finally {
    clearInterval(keepLock)
  }
}

async function attempt(
  job: FeedJob,
  kind: JobKind | undefined,
  { feed, work, isPublishing }: RunOptions,
): Promise<WorkOutcome | Error> {
  if (job.deferredFailure) return new UnrecoverableError(job.deferredFailure)
  // Somebody else's, by mistake or by malice: whoever can write to Redis can add a job.
  if (kind === undefined || job.data?.feed !== feed) return new UnrecoverableError('no job of this feed')
  if (!isPublishing()) return 'standby'
  try {
    const outcome = await work[kind]()
    if (outcome !== 'standby' || !isPublishing()) return outcome
    // A term that has nothing to work on yet.
    return new Error('nothing is published yet')
  } catch (error) {
    // The lease is gone in the middle of it, and that is why.
    if (!isPublishing()) return 'standby'
    if (error instanceof FeedError && TERMINAL.has(error.code)) return new UnrecoverableError(error.message)
    return error instanceof Error ? error : new Error(String(error))
  }
}
