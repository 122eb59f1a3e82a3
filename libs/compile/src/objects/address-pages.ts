/**
 * Addresses of a cluster, kept for long: each is a view into a shared page. A view takes a hundred octets of memory, an
 * array with a buffer of its own takes more than twice that, and as much more time to make.
 */
import { isIPv4Mapped, readAddressText } from '@zonecast/dns'

const PAGE_OCTETS = 4096

export class AddressPages {
  readonly #scratch = new Uint8Array(16)
  #page = new Uint8Array(PAGE_OCTETS)
  #end = 0

  /**
   * 4 or 16 octets, or undefined when the text is no address. IPv4 inside IPv6 (::ffff:10.0.0.7) is IPv4, as it is for
   * CoreDNS. Nobody may write to them.
   */
  parse(text: string): Uint8Array | undefined {
    const size = readAddressText(text, this.#scratch)
    if (size === 0) return undefined
    return size === 16 && isIPv4Mapped(this.#scratch) ? this.#keep(12, 4) : this.#keep(0, size)
  }

  #keep(from: number, size: number): Uint8Array {
    if (this.#end + size > PAGE_OCTETS) {
      this.#page = new Uint8Array(PAGE_OCTETS)
      this.#end = 0
    }
    const start = this.#end
    this.#end += size
    for (let at = 0; at < size; at++) this.#page[start + at] = this.#scratch[from + at] as number
    return new Uint8Array(this.#page.buffer, start, size)
  }
}
