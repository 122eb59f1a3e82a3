/** What the control thread and a compile thread tell each other, feed steps apart. */
import type { ObjectCounts } from '@zonecast/compile'
import type { FeedStanzas } from '@zonecast/responder-app'

export type CompileSetup = FeedStanzas

export interface SourceReading {
  /** Whether the objects are known as they are now. */
  readonly isUp: boolean
  readonly objects: ObjectCounts
}

export type CompileMessage =
  | { readonly log: { readonly level: 'info' | 'warning' | 'error'; readonly text: string } }
  | { readonly source: SourceReading }

export function isCompileMessage(message: unknown): message is CompileMessage {
  return typeof message === 'object' && message !== null && ('log' in message || 'source' in message)
}
