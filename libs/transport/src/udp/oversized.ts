/**
 * A datagram longer than a slot. No query of one question is: whatever it is, its end is missing, so it cannot be read.
 * It gets FORMERR rather than silence, so that whoever really sent it does not ask again; the answer is a bare header,
 * smaller than any query, so it is of no use against others.
 */
import { FLAG, HEADER, HEADER_OCTETS, OPCODE_MASK, type Packet, RCODE } from '@zonecast/dns'

/** @returns whether `response` now holds an answer; false is silence, for what is no query. */
export function refuseOversized(query: Packet, response: Packet): boolean {
  const flags = query.view.getUint16(HEADER.FLAGS)
  if ((flags & FLAG.QR) !== 0) return false
  response.octets.fill(0, 0, HEADER_OCTETS)
  response.view.setUint16(HEADER.ID, query.view.getUint16(HEADER.ID))
  response.view.setUint16(HEADER.FLAGS, FLAG.QR | (flags & (OPCODE_MASK | FLAG.RD)) | RCODE.FORMERR)
  response.end = HEADER_OCTETS
  return true
}
