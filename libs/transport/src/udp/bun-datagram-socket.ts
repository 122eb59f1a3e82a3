/**
 * UDP through `Bun.udpSocket`.
 *
 * Bun asks the kernel for ICMP errors. When a client has closed its port, the next send of the socket, to whichever
 * client, throws that error or stops a batch, and so do those behind it, one error each. A send that failed is therefore
 * not the fault of its datagram: it is sent again until it failed for lack of anything else.
 */
import type { DatagramEvents, DatagramSocket } from './datagram-socket.ts'

/** As much of Bun as is used; its own types would bring all of its globals with them. */
interface BunUdp {
  udpSocket(options: {
    hostname: string
    port: number
    socket: {
      data(socket: BunSocket, octets: Uint8Array, port: number, address: string): void
      error(): void
    }
  }): Promise<BunSocket>
}
interface BunSocket {
  readonly port: number
  /** Three elements for each datagram: octets, port, address. @returns how many datagrams were sent. */
  sendMany(datagrams: readonly (Uint8Array | number | string)[]): number
  close(): void
}
declare const Bun: BunUdp

/** Tries of a datagram when each before met an error that another client had caused. */
const TRIES = 4
/** Datagrams that are sent at once at the latest; Bun receives no more than that many at a time. */
const BATCH_SIZE = 64

export async function openBunSocket(address: string, port: number, events: DatagramEvents): Promise<DatagramSocket> {
  const { onDatagram, onUnsent } = events
  let queue: (Uint8Array | number | string)[] = []
  let isScheduled = false

  const socket = await Bun.udpSocket({
    hostname: address,
    port,
    socket: {
      data: (_, octets, port, address) => onDatagram(octets, address, port),
      // Without a handler Bun ends the process for what one client did.
      error() {},
    },
  })

  function flush(): void {
    isScheduled = false
    let rest = queue
    queue = []
    let tries = 0
    while (rest.length > 0) {
      const sent = trySend(socket, rest)
      tries = sent > 0 ? 0 : tries + 1
      rest = rest.slice(3 * sent)
      if (tries === TRIES) {
        onUnsent()
        rest = rest.slice(3)
        tries = 0
      }
    }
  }

  return {
    port: socket.port,
    send(octets, address, port) {
      queue.push(octets.slice(), port, address)
      if (queue.length >= 3 * BATCH_SIZE) flush()
      else if (!isScheduled) {
        isScheduled = true
        setImmediate(flush)
      }
    },
    async close() {
      flush()
      socket.close()
    },
  }
}

function trySend(socket: BunSocket, datagrams: readonly (Uint8Array | number | string)[]): number {
  try {
    return socket.sendMany(datagrams)
  } catch {
    return 0
  }
}
