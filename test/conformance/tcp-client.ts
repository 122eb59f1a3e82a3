/** Asks a server over one TCP connection, one question after the other. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class TcpClient {
  readonly #socket: Socket
  #received = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /**
   * @param localAddress the client's
   * @throws when nobody listens
   */
  static async open(port: number, host = '127.0.0.1', localAddress?: string): Promise<TcpClient> {
    const socket = connect({ port, host, ...(localAddress === undefined ? {} : { localAddress }) })
    await once(socket, 'connect')
    return new TcpClient(socket)
  }

  async ask(query: Uint8Array): Promise<Uint8Array> {
    const framed = Buffer.alloc(2 + query.length)
    framed.writeUInt16BE(query.length)
    framed.set(query, 2)
    this.#socket.write(framed)
    for (;;) {
      const end = this.#received.length < 2 ? Number.POSITIVE_INFINITY : 2 + this.#received.readUInt16BE(0)
      if (this.#received.length >= end) {
        const reply = this.#received.subarray(2, end)
        this.#received = this.#received.subarray(end)
        return reply
      }
      const [chunk] = (await once(this.#socket, 'data')) as [Buffer]
      this.#received = Buffer.concat([this.#received, chunk])
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}
