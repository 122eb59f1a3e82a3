/** What the control thread and a compile thread tell each other, feed steps apart. */
import type { FeedStanzas } from '@zonecast/responder-app'
import type { SourceReading } from './feed-metrics.ts'

export type CompileSetup = FeedStanzas

export type CompileMessage =
  | {
      readonly log: {
        readonly level: 'info' | 'warning' | 'error'
        readonly text: string
        readonly code?: string | undefined
      }
    }
  | { readonly source: SourceReading }

export function isCompileMessage(message: unknown): message is CompileMessage {
  return typeof message === 'object' && message !== null && ('log' in message || 'source' in message)
}
