/** What a source is told, and what it tells of itself. */

import type { KubernetesError } from '../errors.ts'
import type { ObjectChange } from '../objects.ts'
import type { TypeMeta } from '../slim/slim.ts'
import type { ApiClient } from './connection/api-client.ts'

export interface SourceTimes {
  /** The first wait after a failure, which doubles up to the other. */
  readonly retryMinMs: number
  readonly retryMaxMs: number
  /** The longest wait until a source that is switched off is tried again. */
  readonly offRetryMaxMs: number
  /** A watch that tells nothing for so long is begun anew. Servers send a bookmark each minute. */
  readonly idleMs: number
  /** The server is asked to close a watch after this, so that watches spread over its replicas. */
  readonly watchMs: number
  readonly auditMs: number
  /** How long an audit waits for the watch to come to where the list was. */
  readonly auditGraceMs: number
}

export interface SourceOptions {
  readonly client: ApiClient
  readonly times: SourceTimes
  readonly pageSize: number
  /** Whether to ask for streamed lists. */
  readonly streamsLists: boolean
  /** 0 to below 1. */
  readonly random: () => number
  readonly slim: (full: unknown, listed: TypeMeta) => readonly ObjectChange[]
  /** What differs from what was told before; may be empty: the list was read and nothing differed. */
  readonly onChanges: (changes: readonly ObjectChange[]) => void
  readonly onState: () => void
  readonly onError: (error: KubernetesError) => void
  readonly onWarning: (text: string) => void
  /** What is taken to be there when the account may not look; nothing when undefined. */
  readonly assumed?: (() => readonly ObjectChange[]) | undefined
}

export type SourceState =
  /** Nothing has been read so far. */
  | 'starting'
  | 'watching'
  /** The server cannot be reached or cannot answer. */
  | 'away'
  /** Forbidden, or no such resource. */
  | 'off'

export interface SourceCounts {
  lists: number
  watches: number
  events: number
  /** Read from the server. */
  octets: number
  failures: number
  /** Lists that were read anew because the watch could not go on. */
  relists: number
  audits: number
  /** Objects that an audit found to differ from what the watch had told. */
  drift: number
}

export function noCounts(): SourceCounts {
  return { lists: 0, watches: 0, events: 0, octets: 0, failures: 0, relists: 0, audits: 0, drift: 0 }
}
