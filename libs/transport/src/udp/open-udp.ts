/** Opens a UDP listener the best way that this machine and runtime have, and says which that is. */
import { TransportError } from '../errors.ts'
import { openBunSocket } from './bun-datagram-socket.ts'
import { loadLibc } from './load-libc.ts'
import { openPacketThreads } from './packet-threads.ts'
import { openRuntimeSockets } from './runtime-sockets.ts'
import type { Udp, UdpOptions } from './udp.ts'

/** @throws TransportError: an address cannot be bound, or `prefer` cannot be had. Then nothing is left open. */
export async function openUdp(options: UdpOptions): Promise<Udp> {
  let reason = 'as asked'
  if (options.prefer !== 'sockets') {
    const libc = await loadLibc().catch((error: unknown) => {
      if (options.prefer === 'threads' || !(error instanceof TransportError)) throw error
      reason = error.message
    })
    if (libc !== undefined) return openPacketThreads(libc, options)
  }
  if (process.versions['bun'] !== undefined) return openRuntimeSockets(openBunSocket, 'Bun.udpSocket', reason, options)
  const { openNodeSocket } = await import('./node-datagram-socket.ts')
  return openRuntimeSockets(openNodeSocket, 'node:dgram', reason, options)
}
