/** UDP through `node:dgram`. */
import { createSocket, type SocketOptions } from 'node:dgram'
import type { DatagramEvents, DatagramSocket } from './datagram-socket.ts'

export function openNodeSocket(address: string, port: number, events: DatagramEvents): Promise<DatagramSocket> {
  const { onDatagram, onUnsent } = events
  const isIPv6 = address.includes(':')
  // Addresses are never names. Node's own look-up would put each send off to a later turn of the event loop.
  const lookup: SocketOptions['lookup'] = (text, _, found) => found(null, text, isIPv6 ? 6 : 4)
  const socket = createSocket(isIPv6 ? { type: 'udp6', ipv6Only: true, lookup } : { type: 'udp4', lookup })
  let sending = 0
  let onIdle: (() => void) | undefined

  const onSent = (error: unknown) => {
    if (error !== null) onUnsent()
    sending -= 1
    if (sending === 0) onIdle?.()
  }

  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.on('message', (octets, client) => onDatagram(octets, client.address, client.port))
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject)
      // What ICMP brings is about datagrams sent before; nobody is left to tell.
      socket.on('error', () => {})
      resolve({
        port: socket.address().port,
        send(octets, address, port) {
          sending += 1
          try {
            // A copy, because the system may take it later.
            socket.send(octets.slice(), port, address, onSent)
          } catch (error) {
            onSent(error)
          }
        },
        async close() {
          if (sending > 0) await new Promise<void>((idle) => (onIdle = idle))
          await new Promise<void>((closed) => socket.close(() => closed()))
        },
      })
    })
  })
}
