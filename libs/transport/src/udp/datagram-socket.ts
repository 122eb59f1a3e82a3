/** What the runtimes' own UDP sockets are made to look like, for where there are no packet threads. */

/** @param octets only until it returns. @param port never 0. */
export type OnDatagram = (octets: Uint8Array, address: string, port: number) => void

export interface DatagramSocket {
  readonly port: number
  /**
   * Sends, or queues to send with others, a copy of the octets. Never throws: `onUnsent` is told of each datagram that the
   * system refuses.
   */
  send(octets: Uint8Array, address: string, port: number): void
  /** What was queued has been handed to the system when this resolves. */
  close(): Promise<void>
}

export interface DatagramEvents {
  readonly onDatagram: OnDatagram
  onUnsent(): void
}

/** Rejects with the system's error, whose `code` is EADDRINUSE or the like. */
export type OpenDatagramSocket = (address: string, port: number, events: DatagramEvents) => Promise<DatagramSocket>
