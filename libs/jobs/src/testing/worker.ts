/** A sync worker's jobs as tests want them: quick to look, with work that only says that it was done, and a memory. */
import { placeOf } from '@zonecast/feed/redis'
import { FeedJobs, type FeedJobsOptions, type JobKind, type JobTiming, type WorkOutcome } from '../index.ts'

export const QUICK: Partial<JobTiming> = { pollMs: 20, lookMs: 100, lockMs: 600 }

export interface TestJobs {
  readonly jobs: FeedJobs
  readonly messages: string[]
  /** What was begun, in order. */
  readonly begun: JobKind[]
  publishing: boolean
  /** In place of "done at once". */
  work: (kind: JobKind) => Promise<WorkOutcome>
  close(): Promise<void>
}

export function startJobs(url: string, options: Partial<FeedJobsOptions> & { publishing?: boolean } = {}): TestJobs {
  const { publishing = true, ...rest } = options
  const state = {
    messages: [] as string[],
    begun: [] as JobKind[],
    publishing,
    work: async (): Promise<WorkOutcome> => ({ said: 'done' }),
  } as Omit<TestJobs, 'jobs' | 'close'>
  const doing = (kind: JobKind) => () => {
    state.begun.push(kind)
    return state.work(kind)
  }
  const jobs = new FeedJobs({
    feed: 'prod',
    worker: 'a',
    place: placeOf([url]),
    timing: QUICK,
    work: { compact: doing('compact'), expire: doing('expire'), audit: doing('audit') },
    isPublishing: () => state.publishing,
    tell: (level, text) => state.messages.push(`${level}: ${text}`),
    ...rest,
  })
  return Object.assign(state, { jobs, close: () => jobs.close() })
}
