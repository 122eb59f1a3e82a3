import type { Socket } from 'node:net'

/**
 * Ends a connection now, throwing away what its client has not taken: by a reset, since a TLS socket of Bun that is only
 * destroyed goes on trying to send for seconds. Node has no reset under TLS and does not need it.
 */
export function cut(socket: Socket): void {
  try {
    socket.resetAndDestroy()
  } catch {
    socket.destroy()
  }
}
