/**
 * What the tests' listener answers, by the first word of the datagram:
 * `echo` itself and the stamp that was posted last; `drop` nothing; `throw` ends the thread; else it is for the slow path.
 */
import { ANSWERED, type AnswerPacket, DROP, SLOW } from '@zonecast/answer'

const text = new TextDecoder()
const octets = new TextEncoder()

export interface Echo {
  readonly answer: AnswerPacket
  onMessage(message: unknown): void
}

export function echo(stamp: string): Echo {
  return {
    answer(query, response) {
      const asked = text.decode(query.octets.subarray(0, query.end))
      const [word] = asked.split(' ')
      if (word === 'throw') throw new Error('as asked')
      if (word === 'drop') return DROP
      if (word !== 'echo') return SLOW
      const { written } = octets.encodeInto(`${asked} ${stamp}`, response.octets)
      response.end = written
      return ANSWERED
    },
    onMessage(message) {
      stamp = String(message)
    },
  }
}
