/** What the admin pages tell of one feed. */
import type { JobReadings } from '../feed-jobs.ts'
import type { FeedQueue } from '../session.ts'

export interface AuditReadings {
  /** When the last one of this worker ended; 0: there was none. */
  readonly atMs: number
  /** What it found to differ. */
  readonly drift: number
  /** What all of them found. */
  readonly driftTotal: number
}

export interface AdminFeed {
  /** Its name and where it is. */
  readonly title: string
  /** Undefined before the jobs have begun. */
  readings(): JobReadings | undefined
  audit(): AuditReadings
  /** Undefined while Redis cannot be reached. */
  queue(): FeedQueue | undefined
}
