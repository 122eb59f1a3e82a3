/** What is told, whichever way it is written. */
import type { Role } from '@zonecast/metrics'

export type Level = 'debug' | 'info' | 'warning' | 'error'

/** What an event is about, for who filters by it. */
export interface About {
  /** The feed, as metrics name it. */
  readonly feed?: string | undefined
  /** CoreDNS's name of the part that speaks. */
  readonly plugin?: string | undefined
  /** Of an error. */
  readonly code?: string | undefined
  /** `EPOCH-N` of the feed. */
  readonly position?: string | undefined
}

export interface LogEvent extends About {
  readonly level: Level
  readonly role: Role
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly message: string
}
