/**
 * Reading a query in place: header, one question, at most one OPT record (RFC 1035 section 4.1, RFC 6891). Whatever else a
 * query may be is left to the slow path.
 */
import { accept, CLASS, EDNS_OPTION, HEADER, HEADER_OCTETS, type Packet, TYPE, UDP_OCTETS_PLAIN } from '@zonecast/dns'
import { QueryName } from '@zonecast/image'

/** What `readQuestion` found; made once for each thread, overwritten for each query. */
export class Question {
  readonly name = new QueryName()
  type = 0
  class = 0
  /** Where the question ends in the packet. */
  end = 0
  hasEdns = false
  /** What the client can take over UDP, at least 512. */
  udpOctets = UDP_OCTETS_PLAIN
  ednsVersion = 0
  dnssecOk = false
  /** The client wants to know which server answers (NSID, RFC 5001). */
  asksNsid = false
  /** Octets of the response that are kept free for an option of EDNS. */
  reservedOctets = 0
}

/**
 * answer: one question of class IN, `out` is filled in. slow: well formed so far, but not for the fast path. formerr,
 * notimp: say so. drop: say nothing.
 */
export type Reading = 'answer' | 'slow' | 'formerr' | 'notimp' | 'drop'

/** An OPT record's fixed part: root label, type, class, TTL, length. */
const OPT_OCTETS = 11

export function readQuestion(query: Packet, out: Question): Reading {
  const accepted = accept(query)
  if (accepted !== 'answer') return accepted
  const { view, end } = query
  const nameEnd = out.name.read(view, HEADER_OCTETS, end)
  if (nameEnd < 0 || nameEnd + 4 > end) return 'formerr'
  out.type = view.getUint16(nameEnd)
  out.class = view.getUint16(nameEnd + 2)
  out.end = nameEnd + 4
  out.hasEdns = false
  out.udpOctets = UDP_OCTETS_PLAIN
  out.ednsVersion = 0
  out.dnssecOk = false
  out.asksNsid = false
  const additional = view.getUint16(HEADER.ARCOUNT)
  // OPT and a signature are all that a query may add; more would only make the slow path decode for long.
  if (additional > 2) return 'formerr'
  if (additional > 1) return 'slow'
  if (additional === 1) {
    const reading = readOpt(query, out)
    if (reading !== 'answer') return reading
  } else if (out.end !== end) return 'formerr'
  return out.class === CLASS.IN && out.ednsVersion === 0 ? 'answer' : 'slow'
}

function readOpt({ view, end }: Packet, out: Question): Reading {
  const at = out.end
  if (at + OPT_OCTETS > end) return 'formerr'
  if (view.getUint8(at) !== 0 || view.getUint16(at + 1) !== TYPE.OPT) return 'slow'
  if (at + OPT_OCTETS + view.getUint16(at + 9) !== end) return 'formerr'
  let option = at + OPT_OCTETS
  let asksNsid = false
  while (option + 4 <= end) {
    asksNsid ||= view.getUint16(option) === EDNS_OPTION.NSID
    option += 4 + view.getUint16(option + 2)
  }
  if (option !== end) return 'formerr'
  out.hasEdns = true
  out.asksNsid = asksNsid
  out.udpOctets = Math.max(UDP_OCTETS_PLAIN, view.getUint16(at + 3))
  out.ednsVersion = view.getUint8(at + 6)
  out.dnssecOk = (view.getUint8(at + 7) & 0x80) !== 0
  return 'answer'
}
