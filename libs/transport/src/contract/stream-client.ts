/** A client of DNS over TCP and TLS that can misbehave: it writes octets as it is told and sees all that comes back. */
import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'

const PREFIX_OCTETS = 2

export class StreamClient {
  readonly socket: Socket
  readonly messages: Buffer[] = []
  /** How the server ended it: by FIN, or by a reset or a TLS alert. */
  readonly ended: Promise<'fin' | 'reset'>
  #hasEnded = false
  #octets = Buffer.alloc(0)
  #wake = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (octets) => this.#receive(octets))
    socket.on('error', () => {})
    this.ended = new Promise((resolve) => {
      const end = (how: 'fin' | 'reset') => {
        this.#hasEnded = true
        this.#wake()
        resolve(how)
      }
      socket.on('end', () => end('fin'))
      socket.on('close', () => end('reset'))
    })
  }

  /** Queries as the framing wants them, in one write. */
  send(...messages: readonly Uint8Array[]): void {
    this.socket.write(framed(...messages))
  }

  /** Resolves when this many messages have come in all; rejects when the server ends before. */
  async received(count: number): Promise<readonly Buffer[]> {
    while (this.messages.length < count) {
      if (this.#hasEnded) throw new Error(`ended after ${this.messages.length} of ${count} messages`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.messages
  }

  #receive(octets: Buffer): void {
    this.#octets = Buffer.concat([this.#octets, octets])
    while (this.#octets.length >= PREFIX_OCTETS) {
      const end = PREFIX_OCTETS + this.#octets.readUInt16BE(0)
      if (this.#octets.length < end) break
      this.messages.push(this.#octets.subarray(PREFIX_OCTETS, end))
      this.#octets = this.#octets.subarray(end)
    }
    this.#wake()
  }
}

export function framed(...messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [Buffer.of(message.length >> 8, message.length), message]))
}

export function openTcpClient(port: number, host = '127.0.0.1'): Promise<StreamClient> {
  const socket = connect({ port, host, noDelay: true, allowHalfOpen: true })
  return ready(new StreamClient(socket), 'connect')
}

/** The certificate is not checked unless `options` say so. */
export function openTlsClient(port: number, options: ConnectionOptions = {}): Promise<StreamClient> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['dot'], ...options })
  socket.setNoDelay(true)
  return ready(new StreamClient(socket), 'secureConnect')
}

/** The TLS side of a client made by `openTlsClient`. */
export function tlsOf(client: StreamClient): TLSSocket {
  return client.socket as TLSSocket
}

function ready(client: StreamClient, event: 'connect' | 'secureConnect'): Promise<StreamClient> {
  return new Promise((resolve, reject) => {
    client.socket.once(event, () => resolve(client))
    client.socket.once('error', reject)
    client.socket.once('close', () => reject(new Error('closed before it was ready')))
  })
}
