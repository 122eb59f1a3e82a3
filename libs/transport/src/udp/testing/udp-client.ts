/** A client with a socket of its own, not connected, so that it sees which address an answer comes from. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface Answer {
  readonly octets: Uint8Array
  readonly text: string
  readonly from: RemoteInfo
}

/** Loopback loses nothing; a client that waits this long waits in vain. */
const ANSWER_MS = 5000

export class UdpClient {
  readonly #socket: Socket
  readonly #waiting: ((answer: Answer) => void)[] = []
  readonly #answers: Answer[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', (octets, from) => {
      const answer = { octets, text: octets.toString(), from }
      const waiting = this.#waiting.shift()
      if (waiting === undefined) this.#answers.push(answer)
      else waiting(answer)
    })
  }

  /** @param address to bind to, which also says the family. */
  static async open(address = '127.0.0.1'): Promise<UdpClient> {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 })
    socket.bind(0, address)
    await once(socket, 'listening')
    return new UdpClient(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** Resolves when the kernel has it: on loopback that is when the listener's socket has it. */
  send(datagram: string | Uint8Array, port: number, address = '127.0.0.1'): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(datagram, port, address, (error) => (error === null ? resolve() : reject(error)))
    })
  }

  /** The next answer. Rejects when none comes. */
  answer(): Promise<Answer> {
    const answer = this.#answers.shift()
    if (answer !== undefined) return Promise.resolve(answer)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer came')), ANSWER_MS)
      this.#waiting.push((each) => {
        clearTimeout(timer)
        resolve(each)
      })
    })
  }

  async ask(datagram: string | Uint8Array, port: number, address?: string): Promise<Answer> {
    await this.send(datagram, port, address)
    return this.answer()
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }
}
