/**
 * Keeps the records of an answer that is made of several sources to one of each and to a limit: a record that is there
 * already, or one too many, is taken back. It looks at their data alone, for owner and type are the same.
 */
import type { ResponseWriter } from '../response-writer.ts'

/** A power of two, more than twice WILDCARD_RECORDS. */
const SLOTS = 8192
/** Owner, type, class, TTL, length: what stands before the data. */
const HEAD = 12
/** So many words of the data make up the hash: more only tell apart what is rarely there. */
const HASHED_WORDS = 8

export class RecordSet {
  count = 0
  /** A record was taken back for the limit. */
  isOver = false
  #writer: ResponseWriter | undefined
  #limit = 0
  /** Offset of a record in the response; counts if the slot is of this answer. */
  readonly #offsets = new Uint16Array(SLOTS)
  readonly #answers = new Uint32Array(SLOTS)
  #answer = 0

  /** @param limit at most WILDCARD_RECORDS */
  begin(writer: ResponseWriter, limit: number): void {
    this.#writer = writer
    this.#limit = limit
    this.#answer = (this.#answer + 1) >>> 0
    if (this.#answer === 0) this.#answers.fill(0)
    this.count = 0
    this.isOver = false
  }

  /**
   * Takes in the records that were written from `start` on, and moves those that stay together.
   * @returns how many stay.
   */
  take(start: number): number {
    const writer = this.#writer
    if (writer === undefined) return 0
    const { view, at: end } = writer
    const before = this.count
    let to = start
    for (let at = start; at < end; ) {
      const next = at + HEAD + view.getUint16(at + HEAD - 2)
      if (this.#add(view, at, next, to)) {
        if (to !== at) for (let octet = at; octet < next; octet++) view.setUint8(to + octet - at, view.getUint8(octet))
        to += next - at
      }
      at = next
    }
    writer.at = to
    return this.count - before
  }

  #add(view: DataView, start: number, end: number, to: number): boolean {
    let slot = hash(view, start + HEAD, end) & (SLOTS - 1)
    while (this.#answers[slot] === this.#answer) {
      if (isSame(view, start, end, this.#offsets[slot] as number)) return false
      slot = (slot + 1) & (SLOTS - 1)
    }
    if (this.count === this.#limit) {
      this.isOver = true
      return false
    }
    this.#answers[slot] = this.#answer
    this.#offsets[slot] = to
    this.count += 1
    return true
  }
}

function hash(view: DataView, start: number, end: number): number {
  let value = end - start
  let at = start
  for (let words = 0; words < HASHED_WORDS && at + 4 <= end; words++, at += 4) {
    value = Math.imul(value ^ view.getInt32(at), 0x85ebca6b)
    value ^= value >>> 15
  }
  return value
}

/** True when the data of two records is the same. Their lengths stand before it. */
function isSame(view: DataView, start: number, end: number, other: number): boolean {
  let its = other + HEAD - 2
  for (let at = start + HEAD - 2; at < end; at++, its++) if (view.getUint8(at) !== view.getUint8(its)) return false
  return true
}
