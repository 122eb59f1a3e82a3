/** What a UDP listener is, whichever way its packets go. */
import type { AnswerPacket, QueryHandler } from '@zonecast/answer'
import type { ListenAddress } from './bind-plan.ts'
import type { UdpCounters } from './counters.ts'

export interface UdpOptions {
  readonly addresses: readonly ListenAddress[]
  /** How many packet threads, at least 1. */
  readonly threads: number
  /** The module that a packet thread runs; it calls `servePackets`. */
  readonly threadEntry: URL
  /** Given to that module; cloned for each thread, memory that is shared stays shared. */
  readonly workerData?: unknown
  /** The fast path on this thread, for where there are no packet threads. It sees the images of this thread. */
  readonly answer: AnswerPacket
  /** The slow path, on this thread. Its responses keep to the limits of UDP. */
  readonly onSlow: QueryHandler
  /** Queries that may wait for the slow path; above that they meet with silence. */
  readonly slowLimit?: number
  /**
   * A packet thread ended that should not have. Its sockets are closed, so that the others take over its share, but
   * nobody starts another: whoever owns the process ought to end it.
   */
  onFailure(error: Error): void
  /**
   * `threads` fails where there are none, `sockets` never uses them; without either, threads where they are to be had.
   */
  readonly prefer?: 'threads' | 'sockets'
}

export interface Udp {
  /** As bound: in the order of `addresses`, no port is 0. */
  readonly local: readonly ListenAddress[]
  /** One line for the log: what carries the packets, and why not packet threads when they do not. */
  readonly description: string
  /**
   * Gives a message to every packet thread. A query that comes in after this is answered by a thread that has taken the
   * message. Does nothing where there are no packet threads.
   */
  post(message: unknown): void
  counters(): UdpCounters
  /**
   * Answers what is queued, lets the slow path finish for at most `drainMs`, and frees the port. Never rejects. Calling
   * it again gives the same promise.
   */
  close(drainMs: number): Promise<void>
}

export const SLOW_LIMIT = 4096
