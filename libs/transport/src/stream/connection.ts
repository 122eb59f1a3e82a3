/**
 * One client's TCP or TLS connection (RFC 7766, RFC 7858): reads queries, has them answered, writes the answers as they
 * come, in whatever order (RFC 7766 6.2.1.1).
 *
 * Three things stop the reading, and with it the sender: too many queries in flight, answers that the client does not
 * take, and the end of the connection. What was read and not yet answered then waits in the reader, at most one read.
 *
 *   open ──(idle, runt, client's FIN, drain)──▶ finishing ──(nothing in flight)──▶ FIN sent ──(client's FIN)──▶ closed
 *     any of them ──(fault, stalled, half a message for too long)──▶ cut
 */
import type { Socket } from 'node:net'
import type { Client, QueryHandler } from '@zonecast/answer'
import { HEADER_OCTETS, MESSAGE_OCTETS_MAX } from '@zonecast/dns'
import { cut } from './cut.ts'
import { MessageReader } from './framing.ts'
import type { ResponseBatch } from './response-batch.ts'

/** What the connections of one listener share. */
export interface Shared {
  readonly handler: QueryHandler
  readonly batch: ResponseBatch
  readonly inFlight: number
  readonly unsentOctets: number
  readonly deadlines: Deadlines
  /** A fault of the handler, which must have none; the connection is cut. */
  readonly onError: (error: unknown) => void
}

/** Time in ticks: counted by one timer for all connections, so that a query costs no timer and no look at the clock. */
export interface Deadlines {
  readonly tick: number
  readonly idleTicks: number
  readonly messageTicks: number
  readonly stallTicks: number
}

export class StreamConnection {
  readonly #socket: Socket
  readonly #client: Client
  readonly #shared: Shared
  readonly #reader = new MessageReader()
  #inFlight = 0
  /** The client does not take what was written. */
  #isBlocked = false
  #isFinishing = false
  #hasSentFin = false
  /** The tick in which this connection last did what its deadline waits for. */
  #since: number

  constructor(socket: Socket, client: Client, shared: Shared) {
    this.#socket = socket
    this.#client = client
    this.#shared = shared
    this.#since = shared.deadlines.tick
    socket.on('data', (octets: Uint8Array) => this.#receive(octets))
    socket.on('drain', () => {
      this.#isBlocked = false
      this.#since = shared.deadlines.tick
      this.#proceed()
    })
    socket.on('end', () => this.finish())
  }

  /** Takes no more queries, answers those it has, then closes. */
  finish(): void {
    this.#isFinishing = true
    this.#proceed()
  }

  /** Closes what has outlived its time; called once a tick. */
  sweep(): void {
    const { tick, idleTicks, messageTicks, stallTicks } = this.#shared.deadlines
    const quietTicks = tick - this.#since
    if (this.#isBlocked) {
      if (quietTicks >= stallTicks) cut(this.#socket)
    } else if (this.#hasSentFin) {
      if (quietTicks >= messageTicks) cut(this.#socket)
    } else if (this.#inFlight > 0) {
      // The handler has its own time-outs.
    } else if (this.#reader.isMidMessage) {
      if (quietTicks >= messageTicks) cut(this.#socket)
    } else if (quietTicks >= idleTicks) this.finish()
  }

  #receive(octets: Uint8Array): void {
    if (this.#isFinishing) return
    // What only lengthens a message that has begun does not push its deadline back.
    if (!this.#reader.isMidMessage) this.#since = this.#shared.deadlines.tick
    this.#reader.push(octets)
    this.#proceed()
  }

  /** Answers what can be answered now, then decides whether to read on or to close. */
  #proceed(): void {
    const { batch, inFlight } = this.#shared
    let query: Uint8Array | undefined
    while (!this.#isBlocked && this.#inFlight < inFlight && !this.#socket.destroyed) {
      query = this.#reader.next()
      if (query === undefined) break
      this.#since = this.#shared.deadlines.tick
      if (query.length < HEADER_OCTETS) {
        this.#isFinishing = true
        this.#reader.clear()
        break
      }
      this.#answer(query)
      if (batch.isFull) this.#write(batch.take())
    }
    if (!batch.isEmpty) this.#write(batch.take())
    if (this.#socket.destroyed) return

    const isHeldUp = this.#isBlocked || this.#inFlight >= inFlight
    if (this.#isFinishing && !isHeldUp && this.#inFlight === 0) this.#sendFin()
    // After the end the client's octets are read and thrown away: unread ones would turn our FIN into a reset, which
    // takes answers with it that are still on their way.
    const wantsToRead = this.#isFinishing || !isHeldUp
    if (wantsToRead && this.#socket.isPaused()) this.#socket.resume()
    else if (!wantsToRead && !this.#socket.isPaused()) this.#socket.pause()
  }

  #answer(query: Uint8Array): void {
    try {
      const response = this.#shared.handler(query, this.#client)
      if (response === undefined) return
      if (response instanceof Uint8Array) {
        this.#add(response)
        return
      }
      this.#inFlight++
      response.then(
        (octets) => this.#settle(octets),
        (error: unknown) => this.#fail(error),
      )
    } catch (error) {
      this.#fail(error)
    }
  }

  #settle(response: Uint8Array | undefined): void {
    this.#inFlight--
    if (this.#socket.destroyed) return
    this.#since = this.#shared.deadlines.tick
    if (response !== undefined) this.#add(response)
    this.#proceed()
  }

  #add(response: Uint8Array): void {
    if (response.length <= MESSAGE_OCTETS_MAX) this.#shared.batch.add(response)
    else this.#fail(new RangeError(`a response of ${response.length} octets fits no message`))
  }

  #write(octets: Uint8Array): void {
    if (this.#socket.destroyed || this.#hasSentFin) return
    if (!this.#socket.write(octets)) this.#isBlocked = true
    if (this.#socket.writableLength > this.#shared.unsentOctets) cut(this.#socket)
  }

  #sendFin(): void {
    if (this.#hasSentFin) return
    this.#hasSentFin = true
    this.#since = this.#shared.deadlines.tick
    this.#socket.end()
  }

  #fail(error: unknown): void {
    this.#socket.destroy()
    this.#shared.onError(error)
  }
}
