/** Asks one responder over UDP, one question after the other. */
import { createSocket, type Socket } from 'node:dgram'
import { encode, type RecordType } from 'dns-packet'
import { decodeReply, type Reply } from '../conformance/reply.ts'
import { type Answer, answerOf } from './truth.ts'

export class DnsClient {
  readonly #socket: Socket
  #id = 0
  #waiting: ((reply: Reply) => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    // ECONNREFUSED while nobody listens: that is silence.
    socket.on('error', () => {})
    socket.on('message', (octets) => {
      if (octets.readUInt16BE(0) === this.#id) this.#waiting?.(decodeReply(octets))
    })
  }

  static async open(port: number): Promise<DnsClient> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve))
    return new DnsClient(socket)
  }

  /** @returns undefined when nothing came in time */
  async ask(name: string, type: string, timeoutMs: number): Promise<Reply | undefined> {
    this.#id = (this.#id + 1) & 0xffff
    const questions = [{ name: name.replace(/\.$/, ''), type: type as RecordType, class: 'IN' as const }]
    const query = encode({ type: 'query', id: this.#id, flags: 0, questions })
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs)
      this.#waiting = (reply) => {
        clearTimeout(timer)
        resolve(reply)
      }
      this.#socket.send(query, () => {})
    })
  }

  close(): void {
    this.#socket.close()
  }
}

/** The RCODE where there is no record of that type; '' when that is NOERROR. */
export function answerText({ answer, rcode }: Reply, type: string): Answer {
  const rdata = answer.map((line) => line.split(' ')).filter((words) => words[3] === type)
  if (rdata.length > 0) return answerOf(rdata.map((words) => words.slice(4).join(' ')))
  return rcode === 'NOERROR' ? '' : rcode
}
