/** How the parts of a sync worker say what a person should know. */
import type { Position } from '@zonecast/feed'

export type Tell = (level: 'info' | 'warning' | 'error', text: string, about?: TellAbout) => void

export interface TellAbout {
  /** Of an error. */
  readonly code?: string | undefined
  /** Where the feed stands. */
  readonly position?: Position
}
