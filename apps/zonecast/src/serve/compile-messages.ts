/** What the control thread and a compile thread tell each other, feed steps apart. */
import type { PodMode } from '@zonecast/image'

/** A stanza as it crosses to the thread: selectors are still text. */
export interface StanzaSetup {
  readonly zones: readonly string[]
  readonly ttlSec: number
  readonly pods: PodMode
  readonly namespaces: readonly string[]
  readonly namespaceLabels: string | undefined
  readonly labels: string | undefined
  readonly endpointPodNames: boolean
  readonly endpoints: boolean
  readonly ignoreEmptyService: boolean
}

export interface CompileSetup {
  readonly feed: string
  readonly stanzas: readonly StanzaSetup[]
  readonly manifests: readonly string[]
}

export interface CompileMessage {
  readonly log: { readonly level: 'info' | 'warning' | 'error'; readonly text: string }
}

export function isCompileMessage(message: unknown): message is CompileMessage {
  return typeof message === 'object' && message !== null && 'log' in message
}
