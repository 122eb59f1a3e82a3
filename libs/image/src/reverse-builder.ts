/** The two tables that lead from an address to the records that hold it, sorted by address. */
import type { StanzaSet } from './content.ts'
import { REVERSE_BLOCK } from './layout.ts'
import { OctetBuilder } from './octet-builder.ts'

/** An IPv4 address and an entry number of at most 21 bits make one exact double, which sorts natively. */
const ENTRIES_PER_ADDRESS = 2 ** 21

interface Entry6 {
  readonly view: DataView
  readonly record: number
  readonly ordinal: number
  readonly stanzas: StanzaSet
}

/** A table, and the stanzas of each of its blocks. */
export interface ReverseTable {
  readonly entries: Uint8Array
  readonly blocks: Uint8Array
}

export class ReverseBuilder {
  readonly #addresses4: number[] = []
  readonly #records4: number[] = []
  readonly #ordinals4: number[] = []
  readonly #stanzas4: StanzaSet[] = []
  readonly #entries6: Entry6[] = []

  /** @param ordinal the endpoint's place in its record, or OWN_ADDRESS. */
  add(address: Uint8Array, record: number, ordinal: number, stanzas: StanzaSet): void {
    if (address.length === 16) {
      const view = new DataView(address.buffer, address.byteOffset, 16)
      this.#entries6.push({ view, record, ordinal, stanzas })
      return
    }
    const [a = 0, b = 0, c = 0, d = 0] = address
    this.#addresses4.push(((a << 24) | (b << 16) | (c << 8) | d) >>> 0)
    this.#records4.push(record)
    this.#ordinals4.push(ordinal)
    this.#stanzas4.push(stanzas)
  }

  finish4(): ReverseTable {
    const order = sortedByAddress(this.#addresses4)
    const table = new OctetBuilder(order.length * 12 + 16)
    for (const entry of order) {
      table.u32(this.#addresses4[entry] as number)
      table.u32(this.#records4[entry] as number)
      table.u32(this.#ordinals4[entry] as number)
    }
    return { entries: table.finish(), blocks: blocksOf(order.length, (at) => this.#stanzas4[order[at] as number] ?? 0) }
  }

  finish6(): ReverseTable {
    const order = [...this.#entries6].sort((a, b) => compareViews(a.view, b.view))
    const table = new OctetBuilder(order.length * 24 + 16)
    for (const { view, record, ordinal } of order) {
      for (let at = 0; at < 16; at++) table.u8(view.getUint8(at))
      table.u32(record)
      table.u32(ordinal)
    }
    return { entries: table.finish(), blocks: blocksOf(order.length, (at) => order[at]?.stanzas ?? 0) }
  }
}

function blocksOf(entries: number, stanzasAt: (entry: number) => StanzaSet): Uint8Array {
  const blocks = new OctetBuilder(Math.ceil(entries / REVERSE_BLOCK) * 4 + 16)
  for (let block = 0; block < entries; block += REVERSE_BLOCK) {
    let stanzas = 0
    for (let entry = block; entry < entries && entry < block + REVERSE_BLOCK; entry++) stanzas |= stanzasAt(entry)
    blocks.u32(stanzas)
  }
  return blocks.finish()
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
