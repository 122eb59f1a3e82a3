/** Over a stream, TCP or TLS: each message behind its length in two octets (RFC 1035 section 4.2.2, RFC 7766, RFC 7858). */
import { connect, type Socket } from 'node:net'
import { communicationError, QueryError } from './errors.ts'
import { type Reply, settle, type Target } from './exchange.ts'
import { mismatch } from './match-reply.ts'

export async function exchangeTcp(query: Uint8Array, target: Target, signal: AbortSignal): Promise<Reply> {
  const socket = connect({ host: target.address, port: target.port, noDelay: true })
  return { octets: await exchangeOver(socket, query, signal), notes: [] }
}

/** Sends the query over a stream that is open, or opening, and waits for the reply; ends the stream. */
export function exchangeOver(socket: Socket, query: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const reader = new FrameReader()
  return settle(
    signal,
    () => socket.destroy(),
    (resolve, reject) => {
      socket.on('error', (error) => reject(communicationError(error)))
      socket.on('close', () => reject(new QueryError('no-reply', 'connection closed before the reply')))
      socket.on('data', (chunk: Uint8Array) => {
        const octets = reader.push(chunk)
        if (octets === undefined) return
        const fault = mismatch(query, octets)
        if (fault === undefined) resolve(octets)
        else reject(new QueryError('bad-reply', fault))
      })
      socket.write(frame(query))
    },
  )
}

export function frame(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(2 + message.length)
  framed.set([message.length >> 8, message.length & 0xff])
  framed.set(message, 2)
  return framed
}

/** Puts the first message together, from pieces of any size. */
export class FrameReader {
  /** Two octets of length, then as much as they say: 65,537 at most. */
  #octets = new Uint8Array(2)
  #filled = 0

  /** @returns the message, once it is whole. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    let rest = chunk
    for (;;) {
      const taken = rest.subarray(0, this.#octets.length - this.#filled)
      this.#octets.set(taken, this.#filled)
      this.#filled += taken.length
      rest = rest.subarray(taken.length)
      if (this.#filled < this.#octets.length) return undefined
      const size = 2 + ((this.#octets[0] ?? 0) << 8) + (this.#octets[1] ?? 0)
      if (this.#octets.length === size) return this.#octets.slice(2)
      const grown = new Uint8Array(size)
      grown.set(this.#octets)
      this.#octets = grown
    }
  }
}
