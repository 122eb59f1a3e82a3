/** Sends the slow path's answers from the control thread, through the descriptor that the query came in by. */
import type { Libc } from './libc.ts'
import { MSG_DONTWAIT } from './libc.ts'
import { type Envelope, MessageBatch, RESPONSE_OCTETS } from './message-batch.ts'
import { sendBatch } from './packet-loop.ts'

/** @returns a function that says whether the system took the response. It never blocks. */
export function envelopeSender(libc: Libc): (descriptor: number, envelope: Envelope, response: Uint8Array) => boolean {
  const batch = new MessageBatch(libc, 1)
  const [packet] = batch.responses
  return (descriptor, envelope, response) => {
    if (packet === undefined || response.length > RESPONSE_OCTETS) return false
    packet.octets.set(response)
    packet.end = response.length
    batch.address(0, envelope)
    batch.reply(0, 0)
    return sendBatch(libc, descriptor, batch.sendAddress, 1, MSG_DONTWAIT) === 1
  }
}
