/** Sends what no ordinary socket can: a datagram from port 0. Needs the right to open raw sockets. */
import { envelopeSender } from '../envelope-sender.ts'
import { AF_INET, systemError } from '../libc.ts'
import { loadLibc } from '../load-libc.ts'
import { SOCKET_ADDRESS_OCTETS, writeSocketAddress } from '../socket-address.ts'

const SOCK_RAW_CLOEXEC = 0x80003
const IPPROTO_UDP = 17
const UDP_HEADER_OCTETS = 8

/** Over 127.0.0.1. */
export async function sendFromPortZero(text: string, port: number): Promise<void> {
  const libc = await loadLibc()
  const payload = new TextEncoder().encode(text)
  const datagram = new Uint8Array(UDP_HEADER_OCTETS + payload.length)
  const view = new DataView(datagram.buffer)
  view.setUint16(2, port)
  view.setUint16(4, datagram.length)
  datagram.set(payload, UDP_HEADER_OCTETS)

  const name = new Uint8Array(SOCKET_ADDRESS_OCTETS)
  const size = writeSocketAddress(new DataView(name.buffer), Uint8Array.of(127, 0, 0, 1), 0, 0)
  const descriptor = libc.socket(AF_INET, SOCK_RAW_CLOEXEC, IPPROTO_UDP)
  if (descriptor < 0) throw systemError('socket', libc.errno())
  const isSent = envelopeSender(libc)(
    descriptor,
    { name: name.subarray(0, size), control: new Uint8Array(0) },
    datagram,
  )
  libc.close(descriptor)
  if (!isSent) throw new Error('the system did not send it')
}
