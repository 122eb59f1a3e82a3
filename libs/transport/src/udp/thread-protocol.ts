/** What the control thread and a packet thread agree on. */
import type { MessagePort } from 'node:worker_threads'
import type { Envelope } from './message-batch.ts'

/** The `workerData` of a packet thread. */
export interface ThreadSetup {
  /** Of the thread's own sockets, opened by the control thread. */
  readonly descriptors: readonly number[]
  readonly counters: SharedArrayBuffer
  /** Index of the thread's own block in `counters`. */
  readonly block: number
  /** An Int32Array, see SIGNAL. */
  readonly signals: SharedArrayBuffer
  /** How many queries may wait for the slow path, of all threads together. */
  readonly slowLimit: number
  readonly port: MessagePort
  /** What the application gave for its own part of the thread. */
  readonly data: unknown
}

/** Indexes into the shared Int32Array. */
export const SIGNAL = {
  /** How often the control thread has posted. A thread that knows a lower number has messages waiting. */
  POSTED: 0,
  /** Queries that the slow path was given and is not done with. */
  SLOW_WAITING: 1,
} as const

export const SIGNAL_OCTETS = 8

export type ToThread = { readonly kind: 'message'; readonly message: unknown } | { readonly kind: 'stop' }

export type FromThread =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'slow'
      readonly query: Uint8Array
      /** Index in `descriptors`. */
      readonly socket: number
      readonly envelope: Envelope
    }
