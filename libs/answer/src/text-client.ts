/** Who asks, where a transport has the address as text. It is read only when an answer depends on it. */
import { type AddressPrefix, isIPv4Mapped, parseAddress, prefixContains } from '@zonecast/dns'
import type { PacketClient } from './handler.ts'

export class TextClient implements PacketClient {
  /** Of an IPv4 or IPv6 address; what is neither lies in no prefix. A proxy is the client of what it passes on. */
  address: string

  constructor(address = '') {
    this.address = address
  }

  get isIPv6(): boolean {
    return this.address.includes(':')
  }

  isIn(prefixes: readonly AddressPrefix[]): boolean {
    const octets = parseAddress(this.address)
    if (octets === undefined) return false
    const start = isIPv4Mapped(octets) ? 12 : 0
    return prefixes.some((prefix) => prefixContains(prefix, octets, start, octets.length))
  }
}
