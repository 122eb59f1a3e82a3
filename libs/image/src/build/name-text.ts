/** The distinct names of services as one text, whose suffixes can be sorted. Made while an image is built. */
import { FIRST_OF_NAME, RECORD } from '../layout.ts'

/** Stand for the ends of a name and of a label in the text, below every octet of a label. */
export const NAME_END = 0
export const LABEL_END = 1

export class NameText {
  readonly octets: Uint8Array
  /** Of the octets of labels. */
  readonly positions: Uint32Array
  /** Where each name starts. */
  readonly #starts: Uint32Array
  /** The name of each octet. */
  readonly #nameOf: Uint32Array
  /** The records, by name; where those of each name begin, and where the last ones end. */
  readonly #records: Uint32Array
  readonly #recordStarts: Uint32Array
  /** Of each name the place of its first record among all records by name; see `numberNames`. */
  readonly #places: Uint32Array

  /** @param order offsets of records; those of one name stay in this order */
  constructor(records: DataView, order: Uint32Array, strings: DataView) {
    const numbers = new Map<number, number>()
    let size = 0
    const names = order.map((record) => {
      const service = records.getUint32(record + RECORD.service, true)
      const known = numbers.get(service)
      if (known !== undefined) return known
      size += strings.getUint8(service)
      numbers.set(service, numbers.size)
      return numbers.size - 1
    })
    this.octets = new Uint8Array(size)
    this.#nameOf = new Uint32Array(size)
    this.#starts = new Uint32Array(numbers.size)
    this.#places = new Uint32Array(numbers.size)
    this.positions = this.#write(numbers.keys(), strings)

    const starts = new Uint32Array(numbers.size + 1)
    for (const name of names) starts[name + 1] = (starts[name + 1] as number) + 1
    for (let name = 0; name < numbers.size; name++) {
      starts[name + 1] = (starts[name + 1] as number) + (starts[name] as number)
    }
    this.#recordStarts = starts
    this.#records = new Uint32Array(order.length)
    const next = starts.slice()
    for (let at = 0; at < order.length; at++) {
      const name = names[at] as number
      this.#records[next[name] as number] = order[at] as number
      next[name] = (next[name] as number) + 1
    }
  }

  /** @returns where octets of labels are. */
  #write(fragments: Iterable<number>, strings: DataView): Uint32Array {
    const { octets } = this
    const positions = new Uint32Array(octets.length)
    let to = 0
    let found = 0
    let name = 0
    for (const fragment of fragments) {
      this.#starts[name] = to
      const end = fragment + 1 + strings.getUint8(fragment)
      for (let at = fragment + 1; at < end; ) {
        const labelEnd = at + 1 + strings.getUint8(at)
        for (at += 1; at < labelEnd; at++, to++) {
          octets[to] = Math.max(strings.getUint8(at), LABEL_END + 1)
          this.#nameOf[to] = name
          positions[found++] = to
        }
        octets[to++] = at < end ? LABEL_END : NAME_END
      }
      name += 1
    }
    return positions.slice(0, found)
  }

  /**
   * @param sorted all positions, in the order of the suffixes
   * @returns the records by name, as SECTION.names has them.
   */
  numberNames(sorted: Uint32Array): Uint32Array {
    const records = new Uint32Array(this.#records.length)
    let to = 0
    for (let at = 0; at < sorted.length; at++) {
      const position = sorted[at] as number
      const name = this.#nameOf[position] as number
      if (position !== this.#starts[name]) continue
      this.#places[name] = to
      const end = this.#recordStarts[name + 1] as number
      let flag: number = FIRST_OF_NAME
      for (let record = this.#recordStarts[name] as number; record < end; record++) {
        records[to++] = (this.#records[record] as number) | flag
        flag = 0
      }
    }
    return records
  }

  /** How an image says a position, see SECTION.suffixes. That of the octet before in a label is one less. */
  entryAt(position: number): number {
    const name = this.#nameOf[position] as number
    return (((this.#places[name] as number) << 8) | (position - (this.#starts[name] as number) + 1)) >>> 0
  }
}
