import { ImageError } from '../errors.ts'
import { OctetBuilder } from './octet-builder.ts'

/** The section `strings` while it is built: each fragment is stored once. */
export class FragmentBuilder {
  readonly #offsets = new Map<string, number>([['', 0]])
  readonly #octets = new OctetBuilder(4096)

  constructor() {
    this.#octets.u8(0)
  }

  /**
   * The reference of the labels of `text`, which is lower case ASCII with dots between labels.
   * @throws ImageError too-large when it has an empty label, or one over 63 octets, or is over 254 octets in all.
   */
  add(text: string): number {
    const known = this.#offsets.get(text)
    if (known !== undefined) return known
    const offset = this.#octets.end
    if (text.length + 1 > 254)
      throw new ImageError('too-large', `a name of ${text.length} octets: ${text.slice(0, 64)}…`)
    this.#octets.u8(text.length + 1)
    let start = 0
    while (start <= text.length) {
      const dot = text.indexOf('.', start)
      const end = dot === -1 ? text.length : dot
      if (end === start || end - start > 63)
        throw new ImageError('too-large', `a label of ${end - start} octets in ${text}`)
      this.#octets.u8(end - start)
      this.#octets.text(text, start, end)
      start = end + 1
    }
    this.#offsets.set(text, offset)
    return offset
  }

  /** Adds a name in wire form with its root label. Not shared: such names are rare. */
  addName(nameWire: Uint8Array): number {
    const offset = this.#octets.end
    if (nameWire.length > 255 || nameWire.length < 1) throw new ImageError('too-large', 'a name over 255 octets')
    this.#octets.u8(nameWire.length - 1)
    this.#octets.octets(nameWire.subarray(0, -1))
    return offset
  }

  /** Valid until the next `add`. */
  get view(): DataView {
    return this.#octets.view
  }

  finish(): Uint8Array {
    this.#octets.align()
    return this.#octets.finish()
  }
}
