/** What transports and answering agree on. */
import type { Packet } from '@zonecast/dns'

export type TransportName = 'udp' | 'tcp' | 'tls' | 'https'

/** Who asks. `address` is the text of an IPv4 or IPv6 address. */
export interface Client {
  readonly transport: TransportName
  readonly address: string
  readonly port: number
  /** The address that was asked, where the transport knows it. */
  readonly local?: string | undefined
}

/** The response is written, `response.end` octets long. */
export const ANSWERED = 0
/** Say nothing: a response (QR=1), or octets without a header. */
export const DROP = 1
/** Not for the fast path: hand the query to a `QueryHandler`. */
export const SLOW = 2
export type PacketOutcome = typeof ANSWERED | typeof DROP | typeof SLOW

/**
 * The fast path: answers one query in place. Never throws, allocates nothing, keeps no reference to either packet.
 * @param query    `query.end` octets as received.
 * @param response overwritten; on ANSWERED `response.end` is set. Capacity at least 1232 for UDP, 65535 for streams.
 * @param stream   true for TCP, TLS and HTTPS, where the limit is 65,535 octets and not the client's UDP size.
 * @param ipv6     whether it came over IPv6; it is counted so.
 */
export type AnswerPacket = (query: Packet, response: Packet, stream: boolean, ipv6: boolean) => PacketOutcome

/** Any query, to the whole response; undefined means silence. Never rejects. The octets of `query` are not kept. */
export type QueryHandler = (
  query: Uint8Array,
  client: Client,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>
