/** What a question's name stands for. One object is made for each thread and overwritten for each query. */
import type { Image } from '../image.ts'
import { ANY_PROTOCOL } from '../record.ts'

export type MatchKind =
  /** The zone's own name. */
  | 'apex'
  /** `ns.dns.Z`: the responder's own addresses. */
  | 'nameserver'
  /** A name that exists without data of its own. */
  | 'inner'
  /** A service, or its endpoints that have a port (`protocol` other than ANY_PROTOCOL). */
  | 'service'
  /** The endpoints [first, end) of a service, which share a name. */
  | 'endpoints'
  /** An address spelled as a pod's name. */
  | 'pod'
  /** An address that some records in the stack may hold: PTR. */
  | 'address'
  /** An owner of RRsets that is no service. */
  | 'owner'

/** More ports than any service has: what a hostile image can make one question cost. */
export const STEPS = 200_000

export class Match {
  kind: MatchKind = 'inner'
  image: Image | undefined
  /** Octet offset of the service record (service, endpoints) or RRset (owner) in the image. */
  at = 0
  first = 0
  end = 0
  /** Label of the question that names the port; -1: any. */
  portLabel = -1
  /** Number of PROTOCOLS or ANY_PROTOCOL. */
  protocol: number = ANY_PROTOCOL
  /** How many more ports of endpoints may be looked at for this question; see STEPS. */
  steps = 0
  isIPv6 = false
  /** 4 octets of an IPv4 address, or 16: for kinds pod and address. */
  readonly address = new DataView(new ArrayBuffer(16))
}
