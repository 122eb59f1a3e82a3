/** Who sent a message, read where the kernel wrote it down; for the layout see socket-address.ts. */
import type { PacketClient } from '@zonecast/answer'
import { type AddressPrefix, prefixContains } from '@zonecast/dns'
import { AF_INET6 } from './libc.ts'

/** One is made for a batch, and reads one socket address after the other. */
export class SourceAddress implements PacketClient {
  /** False for an IPv4 address that a dual-stack socket has mapped into IPv6. */
  isIPv6 = false
  readonly #octets: Uint8Array
  #start = 0
  #end = 0

  /** @param octets of all socket addresses */
  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  /** @param name where the socket address starts */
  read(name: number): void {
    const octets = this.#octets
    const isMapped = octets[name] === AF_INET6 && this.#isMapped(name + 8)
    this.isIPv6 = octets[name] === AF_INET6 && !isMapped
    this.#start = name + (isMapped ? 20 : this.isIPv6 ? 8 : 4)
    this.#end = this.#start + (this.isIPv6 ? 16 : 4)
  }

  /** ::ffff:a.b.c.d */
  #isMapped(address: number): boolean {
    const octets = this.#octets
    if (octets[address + 10] !== 0xff || octets[address + 11] !== 0xff) return false
    for (let at = address; at < address + 10; at++) if (octets[at] !== 0) return false
    return true
  }

  isIn(prefixes: readonly AddressPrefix[]): boolean {
    for (let at = 0; at < prefixes.length; at++) {
      if (prefixContains(prefixes[at] as AddressPrefix, this.#octets, this.#start, this.#end)) return true
    }
    return false
  }
}
