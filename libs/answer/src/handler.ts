/** What transports and answering agree on. */
import type { AddressPrefix, Packet } from '@zonecast/dns'

export type TransportName = 'udp' | 'tcp' | 'tls' | 'https'

/** Who asks. `address` is the text of an IPv4 or IPv6 address. */
export interface Client {
  readonly transport: TransportName
  readonly address: string
  readonly port: number
  /** The address that was asked, where the transport knows it. */
  readonly local?: string | undefined
}

/** Who asks, as the fast path wants to know it. Good until it returns. */
export interface PacketClient {
  /** The query came over IPv6. */
  readonly isIPv6: boolean
  /** Whether the address lies in any of the prefixes. */
  isIn(prefixes: readonly AddressPrefix[]): boolean
}

/** The response is written, `response.end` octets long. */
export const ANSWERED = 0
/** Say nothing: a response (QR=1), or octets without a header. */
export const DROP = 1
/** Not for the fast path: hand the query to a `QueryHandler`. */
export const SLOW = 2
export type PacketOutcome = typeof ANSWERED | typeof DROP | typeof SLOW

/**
 * The fast path: answers one query in place. Never throws, allocates nothing, keeps no reference to anything given.
 * @param query    `query.end` octets as received.
 * @param response overwritten; on ANSWERED `response.end` is set. Capacity at least 1232 for UDP, 65535 for streams.
 * @param stream   true for TCP, TLS and HTTPS, where the limit is 65,535 octets and not the client's UDP size.
 */
export type AnswerPacket = (query: Packet, response: Packet, stream: boolean, client: PacketClient) => PacketOutcome

/** Any query, to the whole response; undefined means silence. Never rejects. The octets of `query` are not kept. */
export type QueryHandler = (
  query: Uint8Array,
  client: Client,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>
