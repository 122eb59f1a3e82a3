/** Whether octets that came back are the reply to a query, before anything more is read of them. */
import { FLAG, HEADER, HEADER_OCTETS, lowerCaseOctet, nameEnd, packetOver, RCODE_MASK } from '@zonecast/dns'

/**
 * @param query as it was sent, with one question.
 * @returns undefined when it is the reply, else what is not right.
 */
export function mismatch(query: Uint8Array, reply: Uint8Array): string | undefined {
  if (reply.length < HEADER_OCTETS) return `${reply.length} octets are no message`
  const asked = packetOver(query).view
  const { view } = packetOver(reply)
  const [id, expected] = [view.getUint16(HEADER.ID), asked.getUint16(HEADER.ID)]
  if (id !== expected) return `id ${id} instead of ${expected}`
  const flags = view.getUint16(HEADER.FLAGS)
  if ((flags & FLAG.QR) === 0) return 'a query, not a reply'
  const questions = view.getUint16(HEADER.QDCOUNT)
  // A server that could not read the question need not repeat it.
  if (questions === 0 && (flags & RCODE_MASK) !== 0) return undefined
  return questions === 1 && hasQuestion(query, reply) ? undefined : 'another question than was asked'
}

/** Compares the questions, letter case of the names apart; the first name of a message cannot be compressed. */
function hasQuestion(query: Uint8Array, reply: Uint8Array): boolean {
  const end = nameEnd(query, HEADER_OCTETS)
  for (let at = HEADER_OCTETS; at < end + 4; at++) {
    const [a, b] = [query[at] ?? -1, reply[at] ?? -1]
    if (at < end ? lowerCaseOctet(a) !== lowerCaseOctet(b) : a !== b) return false
  }
  return true
}
