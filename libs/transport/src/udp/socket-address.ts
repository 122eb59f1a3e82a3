/**
 * `struct sockaddr_in` and `struct sockaddr_in6`, as the kernel reads and writes them. Ports and addresses are in network
 * order, the family and the scope in the machine's.
 *
 *     0 family(2)  2 port(2)  4 address(4)                                     AF_INET   16 octets, the last 8 zero
 *     0 family(2)  2 port(2)  4 flow(4)     8 address(16)  24 scope id(4)      AF_INET6  28 octets
 */
import { formatAddress, isIPv4Mapped } from '@zonecast/dns'
import { AF_INET, AF_INET6 } from './libc.ts'

export const SOCKET_ADDRESS_OCTETS = 28

/** @param address 4 or 16 octets. @param scope interface index of a link-local address, else 0. @returns octets written. */
export function writeSocketAddress(view: DataView, address: Uint8Array, port: number, scope: number): number {
  const isIPv6 = address.length === 16
  view.setUint16(0, isIPv6 ? AF_INET6 : AF_INET, true)
  view.setUint16(2, port)
  if (isIPv6) view.setUint32(24, scope, true)
  const start = isIPv6 ? 8 : 4
  address.forEach((octet, i) => {
    view.setUint8(start + i, octet)
  })
  return isIPv6 ? 28 : 16
}

/** @param octets as the kernel wrote them. An IPv4 address that a dual-stack socket maps into IPv6 comes out as IPv4. */
export function readSocketAddress(octets: Uint8Array): { address: string; port: number } {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const port = view.getUint16(2)
  if (view.getUint16(0, true) === AF_INET) return { address: formatAddress(octets.subarray(4, 8)), port }
  const address = octets.subarray(8, 24)
  return { address: formatAddress(isIPv4Mapped(address) ? address.subarray(12) : address), port }
}
