/** Reads record data field by field. Whatever ends too early, or not where it should, is DnsError bad-rdata. */
import { DnsError } from './errors.ts'
import { nameEnd, nameToText } from './name.ts'

export class RdataReader {
  readonly #octets: Uint8Array
  #at = 0

  /** @param octets data with uncompressed names. */
  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get isAtEnd(): boolean {
    return this.#at === this.#octets.length
  }

  take(octets: number): Uint8Array {
    const start = this.#at
    this.#at += octets
    if (this.#at > this.#octets.length) throw new DnsError('bad-rdata', `data of ${this.#octets.length} octets`)
    return this.#octets.subarray(start, this.#at)
  }

  rest(): Uint8Array {
    return this.take(this.#octets.length - this.#at)
  }

  uint8(): number {
    return this.take(1)[0] ?? 0
  }

  uint16(): number {
    return this.uint8() * 0x100 + this.uint8()
  }

  uint32(): number {
    return this.uint16() * 0x1_0000 + this.uint16()
  }

  characterString(): Uint8Array {
    return this.take(this.uint8())
  }

  /** In presentation form. A pointer is no name here. */
  name(): string {
    const start = this.#at
    const end = nameEnd(this.#octets, start)
    if (end < 0 || this.#octets[end - 1] !== 0) throw new DnsError('bad-rdata', `name at offset ${start} of the data`)
    this.#at = end
    return nameToText(this.#octets.subarray(start, end))
  }
}
