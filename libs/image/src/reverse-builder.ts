/** The two tables that lead from an address to the records that hold it, sorted by address. */
import { OctetBuilder } from './octet-builder.ts'

/** An IPv4 address and an entry number of at most 21 bits make one exact double, which sorts natively. */
const ENTRIES_PER_ADDRESS = 2 ** 21

interface Entry {
  readonly address: Uint8Array
  readonly record: number
  readonly ordinal: number
}

export class ReverseBuilder {
  readonly #addresses4: number[] = []
  readonly #records4: number[] = []
  readonly #ordinals4: number[] = []
  readonly #entries6: Entry[] = []

  /** @param ordinal the endpoint's place in its record, or OWN_ADDRESS. */
  add(address: Uint8Array, record: number, ordinal: number): void {
    if (address.length === 16) {
      this.#entries6.push({ address, record, ordinal })
      return
    }
    const [a = 0, b = 0, c = 0, d = 0] = address
    this.#addresses4.push(((a << 24) | (b << 16) | (c << 8) | d) >>> 0)
    this.#records4.push(record)
    this.#ordinals4.push(ordinal)
  }

  finish4(): Uint8Array {
    const count = this.#addresses4.length
    const table = new OctetBuilder(count * 12 + 16)
    for (const entry of sortedByAddress(this.#addresses4)) {
      table.u32(this.#addresses4[entry] as number)
      table.u32(this.#records4[entry] as number)
      table.u32(this.#ordinals4[entry] as number)
    }
    return table.finish()
  }

  finish6(): Uint8Array {
    const table = new OctetBuilder(this.#entries6.length * 24 + 16)
    const views = this.#entries6.map(({ address }) => new DataView(address.buffer, address.byteOffset, 16))
    const order = this.#entries6.map((_, index) => index)
    order.sort((a, b) => compareViews(views[a] as DataView, views[b] as DataView) || a - b)
    for (const index of order) {
      const { address, record, ordinal } = this.#entries6[index] as Entry
      table.octets(address)
      table.u32(record)
      table.u32(ordinal)
    }
    return table.finish()
  }
}

function sortedByAddress(addresses: readonly number[]): number[] {
  if (addresses.length > ENTRIES_PER_ADDRESS) {
    return addresses
      .map((_, entry) => entry)
      .sort((a, b) => (addresses[a] as number) - (addresses[b] as number) || a - b)
  }
  const keys = Float64Array.from(addresses, (address, entry) => address * ENTRIES_PER_ADDRESS + entry).sort()
  return Array.from(keys, (key) => key % ENTRIES_PER_ADDRESS)
}

function compareViews(a: DataView, b: DataView): number {
  for (let at = 0; at < 16; at += 4) {
    const difference = a.getUint32(at) - b.getUint32(at)
    if (difference !== 0) return difference
  }
  return 0
}
