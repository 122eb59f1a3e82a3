/**
 * Over UDP. The socket is connected, so the kernel drops what comes from elsewhere and reports a closed port at once.
 * Replies that do not fit the query are passed over: somebody may be guessing.
 */
import { createSocket } from 'node:dgram'
import { communicationError } from './errors.ts'
import { type Reply, settle, type Target } from './exchange.ts'
import { mismatch } from './match-reply.ts'

/** Notes kept of replies passed over; the rest are not counted. */
const NOTES_MAX = 3

export function exchangeUdp(query: Uint8Array, target: Target, signal: AbortSignal): Promise<Reply> {
  const socket = createSocket(target.family === 6 ? 'udp6' : 'udp4')
  const notes: string[] = []
  return settle(
    signal,
    () => socket.close(),
    (resolve, reject) => {
      const fail = (error: Error | null): void => {
        if (error !== null) reject(communicationError(error))
      }
      socket.on('error', fail)
      socket.on('message', (octets, sender) => {
        const isFromThere = sender.port === target.port
        const fault = isFromThere ? mismatch(query, octets) : `from port ${sender.port}`
        if (fault === undefined) resolve({ octets: new Uint8Array(octets), notes })
        else if (notes.length < NOTES_MAX) notes.push(`Warning: passed over a reply: ${fault}`)
      })
      socket.connect(target.port, target.address, () => socket.send(query, fail))
    },
  )
}
