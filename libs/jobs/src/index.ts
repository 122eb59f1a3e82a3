export type { AdminFeed, AuditReadings } from './admin/admin-feed.ts'
export { type AdminServer, type AdminServerOptions, openAdmin } from './admin/server.ts'
export {
  FeedJobs,
  type FeedJobsOptions,
  JOB_TIMING,
  type JobReadings,
  type JobTally,
  type JobTiming,
} from './feed-jobs.ts'
export { JOB_KINDS, JOB_OPTIONS, JOBS, type JobData, type JobKind, QUEUE_PREFIX, queueNameOf } from './kinds.ts'
export type { FeedWork, WorkOutcome } from './run-job.ts'
