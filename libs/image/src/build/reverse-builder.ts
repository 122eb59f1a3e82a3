/** The two tables that lead from an address to the records that hold it, sorted by address. */
import type { StanzaSet } from '../content.ts'
import { giveBack } from '../give-back.ts'
import { REVERSE_BLOCK } from '../layout.ts'
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
  /** As they came: address, record, ordinal, stanzas. */
  readonly #entries4 = new OctetBuilder(4096)
  readonly #entries6: Entry6[] = []

  /** @param ordinal the endpoint's place in its record, or OWN_ADDRESS. */
  add(address: Uint8Array, record: number, ordinal: number, stanzas: StanzaSet): void {
    if (address.length === 16) {
      const view = new DataView(address.buffer, address.byteOffset, 16)
      this.#entries6.push({ view, record, ordinal, stanzas })
      return
    }
    const [a = 0, b = 0, c = 0, d = 0] = address
    this.#entries4.u32((a << 24) | (b << 16) | (c << 8) | d)
    this.#entries4.u32(record)
    this.#entries4.u32(ordinal)
    this.#entries4.u32(stanzas)
  }

  finish4(): ReverseTable {
    const { view, end } = this.#entries4
    const order = sortedByAddress(view, end / 16)
    const table = new OctetBuilder(order.length * 12 + 16)
    for (const entry of order) {
      table.u32(view.getUint32(entry * 16, true))
      table.u32(view.getUint32(entry * 16 + 4, true))
      table.u32(view.getUint32(entry * 16 + 8, true))
    }
    const stanzasAt = (at: number) => view.getUint32((order[at] as number) * 16 + 12, true)
    const blocks = blocksOf(order.length, stanzasAt)
    giveBack(this.#entries4.finish())
    return { entries: table.finish(), blocks }
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

/** The numbers of the entries, in the order of their addresses; entries of one address in the order they came. */
function sortedByAddress(view: DataView, count: number): Uint32Array {
  const address = (entry: number) => view.getUint32(entry * 16, true)
  const order = new Uint32Array(count)
  if (count > ENTRIES_PER_ADDRESS) {
    for (let entry = 0; entry < count; entry++) order[entry] = entry
    return order.sort((a, b) => address(a) - address(b) || a - b)
  }
  const keys = new Float64Array(count)
  for (let entry = 0; entry < count; entry++) keys[entry] = address(entry) * ENTRIES_PER_ADDRESS + entry
  keys.sort()
  for (let at = 0; at < count; at++) order[at] = (keys[at] as number) % ENTRIES_PER_ADDRESS
  giveBack(new Uint8Array(keys.buffer))
  return order
}

function compareViews(a: DataView, b: DataView): number {
  for (let at = 0; at < 16; at += 4) {
    const difference = a.getUint32(at) - b.getUint32(at)
    if (difference !== 0) return difference
  }
  return 0
}
