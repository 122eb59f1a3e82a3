/**
 * Name compression (RFC 1035 section 4.1.4): remembers where each suffix of each name was written, so that the next name
 * that ends alike points there. Letter case is not compared (RFC 4343), so the size of an answer does not depend on how
 * the question was spelled.
 *
 * A hash table with chains in typed arrays, made once. Entries are numbered from 1 in the order of writing and each is
 * put at the head of its chain, so the youngest are forgotten by taking them off again: that is what a rollback does.
 */
import { LABELS_MAX, lowerCaseOctet } from './name.ts'
import type { Packet } from './packet.ts'

const BUCKETS = 256
/** Suffixes remembered; names written after that still point at these. */
const ENTRIES_MAX = 1024
/** A pointer has 14 bits. */
const OFFSET_MAX = 0x3fff

export class Compressor {
  /** The youngest entry of each chain; 0 = none. */
  readonly #heads = new Uint16Array(BUCKETS)
  /** Per entry: the next older one of its chain; 0 = none. */
  readonly #older = new Uint16Array(ENTRIES_MAX + 1)
  readonly #buckets = new Uint8Array(ENTRIES_MAX + 1)
  /** Per entry: where in the message its suffix begins, 12..16383. */
  readonly #offsets = new Uint16Array(ENTRIES_MAX + 1)
  #count = 0

  /** Per label of the name at hand: where it begins in it, and the bucket of the suffix that it begins. */
  readonly #labels = new Uint8Array(LABELS_MAX)
  readonly #labelBuckets = new Uint8Array(LABELS_MAX)

  /** Suffixes remembered, for `forget`. */
  get count(): number {
    return this.#count
  }

  /** Forgets all suffixes but the first `count`. */
  forget(count: number): void {
    while (this.#count > count) {
      const bucket = this.#buckets[this.#count] ?? 0
      this.#heads[bucket] = this.#older[this.#count] ?? 0
      this.#count--
    }
  }

  /**
   * Appends a name at `message.end` and moves it.
   * @param limit  the message may grow up to here. @param mayCompress false: written in full, for others to point at.
   * @returns false, and nothing written or remembered, when it does not fit.
   */
  write(message: Packet, limit: number, nameWire: Uint8Array, mayCompress: boolean): boolean {
    const labels = this.#split(nameWire)
    let kept = labels
    let target = 0
    if (mayCompress) {
      for (let label = 0; label < labels; label++) {
        target = this.#find(message, nameWire, label)
        if (target > 0) {
          kept = label
          break
        }
      }
    }
    const keptOctets = kept < labels ? (this.#labels[kept] ?? 0) : nameWire.length
    const start = message.end
    const end = start + keptOctets + (target > 0 ? 2 : 0)
    if (end > limit) return false
    for (let i = 0; i < keptOctets; i++) message.octets[start + i] = nameWire[i] ?? 0
    if (target > 0) message.view.setUint16(start + keptOctets, 0xc000 | target)
    for (let label = 0; label < kept; label++) {
      this.#remember(start + (this.#labels[label] ?? 0), this.#labelBuckets[label] ?? 0)
    }
    message.end = end
    return true
  }

  /** Fills the tables of labels; gives their count. Hashes from the root up, so that a suffix has one hash in all names. */
  #split(nameWire: Uint8Array): number {
    let count = 0
    for (let at = 0; (nameWire[at] ?? 0) !== 0; at += 1 + (nameWire[at] ?? 0)) this.#labels[count++] = at
    let hash = 0x811c9dc5
    for (let label = count - 1; label >= 0; label--) {
      const at = this.#labels[label] ?? 0
      const end = at + 1 + (nameWire[at] ?? 0)
      for (let i = at; i < end; i++) hash = Math.imul(hash ^ lowerCaseOctet(nameWire[i] ?? 0), 0x01000193)
      this.#labelBuckets[label] = (hash ^ (hash >>> 15)) & (BUCKETS - 1)
    }
    return count
  }

  #find(message: Packet, nameWire: Uint8Array, label: number): number {
    const from = this.#labels[label] ?? 0
    for (let entry = this.#heads[this.#labelBuckets[label] ?? 0] ?? 0; entry > 0; entry = this.#older[entry] ?? 0) {
      const offset = this.#offsets[entry] ?? 0
      if (isAt(message.octets, offset, nameWire, from)) return offset
    }
    return 0
  }

  #remember(offset: number, bucket: number): void {
    if (offset > OFFSET_MAX || this.#count === ENTRIES_MAX) return
    const entry = ++this.#count
    this.#offsets[entry] = offset
    this.#buckets[entry] = bucket
    this.#older[entry] = this.#heads[bucket] ?? 0
    this.#heads[bucket] = entry
  }
}

/** Whether the name at `offset`, which we wrote ourselves, is `nameWire` from `from` on. */
function isAt(octets: Uint8Array, offset: number, nameWire: Uint8Array, from: number): boolean {
  let at = offset
  let i = from
  for (;;) {
    let length = octets[at] ?? 0
    while (length >= 0xc0) {
      at = ((length & 0x3f) << 8) | (octets[at + 1] ?? 0)
      length = octets[at] ?? 0
    }
    if (length !== nameWire[i]) return false
    if (length === 0) return true
    for (const end = at + length; at < end; ) {
      if (lowerCaseOctet(octets[++at] ?? 0) !== lowerCaseOctet(nameWire[++i] ?? 0)) return false
    }
    at++
    i++
  }
}
