/**
 * A name as lookups read it: lower-cased wire form, where each label starts, and each label's hash. One object is made for
 * each thread and overwritten for each query.
 */
import { hashOctet, LABEL_START } from './hash.ts'

const MAX_NAME_OCTETS = 255

export class QueryName {
  /** Wire form in lower case, with the root label. */
  readonly octets = new Uint8Array(256)
  readonly view = new DataView(this.octets.buffer)
  /** Octets of `octets` in use, 1..255. */
  end = 0
  /** Labels without the root label, 0..127. Label 0 is the leftmost. */
  labels = 0
  readonly #starts = new Uint8Array(129)
  readonly #hashes = new Int32Array(129)

  /** Offset of a label's length octet; of the root label for `labels`. */
  start(label: number): number {
    return this.#starts[label] as number
  }

  hash(label: number): number {
    return this.#hashes[label] as number
  }

  /** Octets in a label. */
  length(label: number): number {
    return this.view.getUint8(this.#starts[label] as number)
  }

  /**
   * Reads an uncompressed name, as a question has it.
   * @param limit end of the message, exclusive
   * @returns the offset after the name, or -1: it is cut off, over 255 octets, or has a label that is a pointer.
   */
  read(message: DataView, offset: number, limit: number): number {
    const { view } = this
    const starts = this.#starts
    const hashes = this.#hashes
    let at = offset
    let to = 0
    let labels = 0
    for (;;) {
      if (at >= limit) return -1
      const length = message.getUint8(at)
      starts[labels] = to
      view.setUint8(to, length)
      at += 1
      to += 1
      if (length === 0) break
      const labelEnd = to + length
      if (length > 63 || labelEnd >= MAX_NAME_OCTETS || at + length >= limit) return -1
      let hash = LABEL_START
      while (to < labelEnd) {
        let octet = message.getUint8(at)
        if (octet >= 0x41 && octet <= 0x5a) octet |= 0x20
        view.setUint8(to, octet)
        hash = hashOctet(hash, octet)
        at += 1
        to += 1
      }
      hashes[labels] = hash
      labels += 1
    }
    this.labels = labels
    this.end = to
    return at
  }

  /** True when a label has just these octets (lower case). */
  labelIs(label: number, octets: Uint8Array): boolean {
    const start = this.start(label)
    if (this.view.getUint8(start) !== octets.length) return false
    for (let at = 0; at < octets.length; at++) {
      if (this.view.getUint8(start + 1 + at) !== octets[at]) return false
    }
    return true
  }
}
