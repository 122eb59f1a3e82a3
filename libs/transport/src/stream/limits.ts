/**
 * How much one client, and all of them, may cost a stream listener. RFC 7766 6.1.2 and 10 ask for such limits; the
 * idle time is that of CoreDNS.
 */
export interface StreamLimits {
  /** Connections in all. */
  readonly connections: number
  /** Connections from one address. */
  readonly connectionsPerAddress: number
  /** A connection with no query in flight is closed after this time without a new one. */
  readonly idleMs: number
  /** A message that has begun, a TLS handshake, or the client's side of a close must be complete within this time. */
  readonly messageMs: number
  /** A client must take what was written to it within this time, else it is cut off. */
  readonly stallMs: number
  /** Queries of one connection that wait for their answers; beyond it the connection is not read. */
  readonly inFlight: number
  /** Responses of one connection that its client has not taken, beyond what the system buffers; more cuts it off. */
  readonly unsentOctets: number
}

export const STREAM_LIMITS: StreamLimits = {
  connections: 4096,
  connectionsPerAddress: 512,
  idleMs: 10_000,
  messageMs: 3_000,
  stallMs: 5_000,
  inFlight: 128,
  unsentOctets: 1_048_576,
}
