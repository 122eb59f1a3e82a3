/** What a sync worker tells of one feed, for metrics. */
import type { NameProblemCode, ObjectCounts } from '@zonecast/compile'
import type { Position } from '@zonecast/feed'
import type { LogLoad, Published } from '@zonecast/feed/redis'
import type { ImageStack } from '@zonecast/image'
import type { AuditReadings, JobReadings } from '@zonecast/jobs'
import type { SourceStatus } from '@zonecast/kubernetes/watch'
import type { DurationReadings } from './step-durations.ts'

export interface PublishedCount {
  readonly count: number
  readonly octets: number
}

export interface SyncReadings {
  /** Whether the objects are known as they are now. */
  readonly isUp: boolean
  readonly objects: ObjectCounts
  readonly nameProblems: ReadonlyMap<NameProblemCode, number>
  readonly sources: readonly SourceStatus[]
  readonly holdsLease: boolean
  readonly isPublishing: boolean
  /** Whether another worker publishes from a configuration that shapes records otherwise. */
  readonly configurationDiffers: boolean
  readonly position: Position
  /** What is published, newest first. */
  readonly images: ImageStack
  readonly logLoad: LogLoad
  /** When any publisher last said that it is there; 0 before one was heard of. */
  readonly heartbeatMs: number
  /** When this worker last published; 0: not yet. */
  readonly publishedAtMs: number
  readonly published: ReadonlyMap<Published['kind'], PublishedCount>
  readonly durations: DurationReadings
  /** Undefined before they have begun. */
  readonly jobs: JobReadings | undefined
  readonly audit: AuditReadings
  /** By code. */
  readonly errors: ReadonlyMap<string, number>
}
