/**
 * What listeners for DNS over TCP (RFC 7766) and over TLS (RFC 7858) have in common. Both stand on `node:net` and
 * `node:tls`, which Node and Bun both have.
 */
import type { Server } from 'node:net'
import type { QueryHandler } from '@zonecast/answer'
import { type Listener, type ListenOptions, listen } from '../listener.ts'
import { Connections, type StreamTransport } from './connections.ts'
import { STREAM_LIMITS, type StreamLimits } from './limits.ts'

export interface StreamOptions extends ListenOptions {
  readonly handler: QueryHandler
  /** Those left out are `STREAM_LIMITS`. */
  readonly limits?: Partial<StreamLimits>
  /** Faults that end no more than one connection. */
  readonly onError?: (error: unknown) => void
}

/** Settings of a listening socket that both kinds share: answers go out at once, and half-closed clients get theirs. */
export const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true } as const

/** Binds `server`; `attach` tells it what to do with the sockets that come. */
export async function openStream(
  transport: StreamTransport,
  server: Server,
  options: StreamOptions,
  attach: (connections: Connections) => void,
): Promise<Listener> {
  const onError = options.onError ?? (() => {})
  const connections = new Connections(transport, options.handler, { ...STREAM_LIMITS, ...options.limits }, onError)
  attach(connections)
  const bound = await listen(transport, server, options)
  server.on('error', onError)
  let closed: Promise<void> | undefined
  return {
    address: bound.address,
    port: bound.port,
    close(drainMs) {
      closed ??= new Promise<void>((resolve) => server.close(() => resolve())).then(() => connections.stop())
      connections.drain(drainMs)
      return closed
    },
  }
}
