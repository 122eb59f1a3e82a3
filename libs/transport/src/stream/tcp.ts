/** DNS over TCP (RFC 7766). */
import { createServer } from 'node:net'
import type { Listener } from '../listener.ts'
import { openStream, SOCKET_OPTIONS, type StreamOptions } from './open.ts'

/** Throws a `TransportError` when the address cannot be bound. */
export function openTcp(options: StreamOptions): Promise<Listener> {
  const server = createServer(SOCKET_OPTIONS)
  return openStream('tcp', server, options, (connections) =>
    server.on('connection', (socket) => {
      if (connections.admit(socket)) connections.start(socket)
    }),
  )
}
