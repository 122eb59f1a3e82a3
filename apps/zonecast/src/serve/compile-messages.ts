/** What the control thread and a compile thread tell each other, feed steps apart. */
import type { FeedStanzas } from '@zonecast/responder-app'

export type CompileSetup = FeedStanzas

export interface CompileMessage {
  readonly log: { readonly level: 'info' | 'warning' | 'error'; readonly text: string }
}

export function isCompileMessage(message: unknown): message is CompileMessage {
  return typeof message === 'object' && message !== null && 'log' in message
}
