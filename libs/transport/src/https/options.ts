/** What every adapter of the DoH app takes. */
import type { QueryHandler } from '@zonecast/answer'
import type { ListenOptions } from '../listener.ts'
import type { TlsOptions } from '../stream/tls.ts'

export interface HttpsOptions extends ListenOptions {
  readonly handler: QueryHandler
  /** Left out: plain HTTP, for a place behind a proxy that ends TLS. */
  readonly tls?: TlsOptions
  /** Those left out are `HTTP_LIMITS`. */
  readonly limits?: Partial<HttpLimits>
  /** Faults that end no more than one request. */
  readonly onError?: (error: unknown) => void
}

export interface HttpLimits {
  /** Connections in all. Not enforced by `Bun.serve`, which has no such bound. */
  readonly connections: number
  /** Connections from one address, with TLS: without it they are the proxy's. Not enforced by `Bun.serve`. */
  readonly connectionsPerAddress: number
  /** A connection without a request is closed after this time. */
  readonly idleMs: number
  /** The header of a request, its body, and a TLS handshake must be complete within this time. */
  readonly requestMs: number
  /** Requests that an HTTP/2 connection may have open; RFC 9113 6.5.2 advises against less than 100. */
  readonly streams: number
}

export const HTTP_LIMITS: HttpLimits = {
  connections: 2048,
  connectionsPerAddress: 128,
  idleMs: 10_000,
  requestMs: 5_000,
  streams: 100,
}
