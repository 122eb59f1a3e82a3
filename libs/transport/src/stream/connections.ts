/** The sockets of one listener, from being accepted to being closed. */
import type { Socket } from 'node:net'
import type { QueryHandler, TransportName } from '@zonecast/answer'
import { Admission } from './admission.ts'
import { type Shared, StreamConnection } from './connection.ts'
import { cut } from './cut.ts'
import { TickClock } from './deadlines.ts'
import type { StreamLimits } from './limits.ts'
import { ResponseBatch } from './response-batch.ts'

export type StreamTransport = Extract<TransportName, 'tcp' | 'tls'>

/** Admits sockets, starts a connection on those that are ready (for TLS: after the handshake), and ends them all. */
export class Connections {
  readonly #transport: StreamTransport
  readonly #shared: Shared
  readonly #admission: Admission
  readonly #clock: TickClock
  readonly #sockets = new Set<Socket>()
  readonly #connections = new Set<StreamConnection>()
  #isDraining = false
  #forceTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    transport: StreamTransport,
    handler: QueryHandler,
    limits: StreamLimits,
    onError: (error: unknown) => void,
  ) {
    this.#transport = transport
    this.#admission = new Admission(limits.connections, limits.connectionsPerAddress)
    this.#clock = new TickClock(limits, () => {
      for (const connection of this.#connections) connection.sweep()
    })
    const { inFlight, unsentOctets } = limits
    this.#shared = { handler, batch: new ResponseBatch(), inFlight, unsentOctets, deadlines: this.#clock, onError }
  }

  /** Counts a socket that was accepted until it closes. One too many is cut at once, and false. */
  admit(socket: Socket): boolean {
    socket.on('error', () => {}) // resets and the like; `close` follows
    const { remoteAddress } = socket
    if (remoteAddress === undefined || this.#isDraining || !this.#admission.admit(remoteAddress)) {
      cut(socket)
      return false
    }
    this.#sockets.add(socket)
    this.#clock.start()
    socket.on('close', () => {
      this.#admission.release(remoteAddress)
      this.#sockets.delete(socket)
      if (this.#sockets.size === 0) this.#clock.stop()
    })
    return true
  }

  /** Serves `socket`, which is an admitted one or wraps it. */
  start(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy()
      return
    }
    const client = { transport: this.#transport, address: remoteAddress, port: remotePort }
    const connection = new StreamConnection(socket, client, this.#shared)
    this.#connections.add(connection)
    socket.on('close', () => this.#connections.delete(connection))
    if (this.#isDraining) connection.finish()
  }

  /** Lets every connection finish and cuts what is left after `drainMs`. */
  drain(drainMs: number): void {
    if (this.#isDraining) return
    this.#isDraining = true
    this.#forceTimer = setTimeout(() => {
      for (const socket of this.#sockets) cut(socket)
    }, drainMs)
    for (const connection of this.#connections) connection.finish()
  }

  /** Nothing is left to time. */
  stop(): void {
    clearTimeout(this.#forceTimer)
    this.#clock.stop()
  }
}
