/**
 * A pattern for a label: `*` is any run of octets, `?` any one octet. It is read once for a question: what stands between
 * stars is a *piece*, and a piece is words of four octets with masks, which leave out what a `?` stands for. So four octets
 * of a name are compared at once.
 */
import type { Work } from '../lookup/find.ts'

export const STAR = 0x2a
export const QUESTION_MARK = 0x3f

const LABEL_OCTETS = 63

export class Glob {
  /** Octets that it stands for: just so many, or at least so many where there is a star. */
  #octets = 0
  #hasStar = false
  /** The pieces: the one that begins the label, those that are anywhere, the one that ends it. The outer ones may be empty. */
  #pieces = 0
  readonly #sizes = new Uint8Array(LABEL_OCTETS + 1)
  /** Where the words of each piece start, and where those of the last one end. */
  readonly #starts = new Uint8Array(LABEL_OCTETS + 2)
  /** Octets in the order of memory; 0 where the mask is. */
  readonly #words = new Int32Array(LABEL_OCTETS + 1)
  readonly #masks = new Int32Array(LABEL_OCTETS + 1)

  /** @param from,to at most 63 octets of the view */
  read(view: DataView, from: number, to: number): void {
    this.#begin()
    for (let at = from; at < to; at++) {
      const octet = view.getUint8(at)
      if (octet === STAR) this.#star()
      else this.#add(octet, octet === QUESTION_MARK ? 0 : 0xff)
    }
  }

  /** Whatever holds the octets [from, to), at most 63, which are read as they are. */
  readPart(view: DataView, from: number, to: number): void {
    this.#begin()
    this.#star()
    for (let at = from; at < to; at++) this.#add(view.getUint8(at), 0xff)
    this.#star()
  }

  /** Whatever there is. */
  readAny(): void {
    this.#begin()
    this.#star()
  }

  #begin(): void {
    this.#octets = 0
    this.#hasStar = false
    this.#pieces = 1
    this.#sizes[0] = 0
    this.#starts[0] = 0
    this.#starts[1] = 0
  }

  /** Ends a piece. One that is empty is kept at the beginning only. */
  #star(): void {
    this.#hasStar = true
    const piece = this.#pieces
    if (piece > 1 && this.#sizes[piece - 1] === 0) return
    this.#sizes[piece] = 0
    this.#starts[piece + 1] = this.#starts[piece] as number
    this.#pieces = piece + 1
  }

  #add(octet: number, mask: number): void {
    const piece = this.#pieces - 1
    const size = this.#sizes[piece] as number
    const word = (this.#starts[piece] as number) + (size >>> 2)
    const shift = (size & 3) * 8
    this.#words[word] = (shift === 0 ? 0 : (this.#words[word] as number)) | ((octet & mask) << shift)
    this.#masks[word] = (shift === 0 ? 0 : (this.#masks[word] as number)) | (mask << shift)
    this.#starts[piece + 1] = word + 1
    this.#sizes[piece] = size + 1
    this.#octets += 1
  }

  /**
   * True when it stands for the octets [start, end). Up to 3 octets behind `end` are read, which do not count.
   * @param known so many octets are known to be as it says
   * @param work  less by the words compared, at most the product of both lengths
   */
  matches(text: DataView, start: number, end: number, known: number, work: Work): boolean {
    const spare = end - start - this.#octets
    if (spare < 0 || (spare > 0 && !this.#hasStar) || !this.#isAt(0, text, start, known >>> 2, work)) return false
    if (!this.#hasStar) return true
    const last = this.#pieces - 1
    const limit = end - (this.#sizes[last] as number)
    if (!this.#isAt(last, text, limit, 0, work)) return false
    let at = start + (this.#sizes[0] as number)
    for (let piece = 1; piece < last && at <= limit; piece++) at = this.#find(piece, text, at, limit, work)
    return at <= limit
  }

  /** @returns the end of the first place of a piece in [start, end), or more than `end`. */
  #find(piece: number, text: DataView, start: number, end: number, work: Work): number {
    const first = this.#starts[piece] as number
    const word = this.#words[first] as number
    const mask = this.#masks[first] as number
    const size = this.#sizes[piece] as number
    let at = start
    for (; at + size <= end; at++) {
      if (((text.getInt32(at, true) ^ word) & mask) === 0 && this.#isAt(piece, text, at, 1, work)) break
    }
    work.left -= at + 1 - start
    return at + size
  }

  /** @param skip words that are known to be there */
  #isAt(piece: number, text: DataView, start: number, skip: number, work: Work): boolean {
    const words = this.#words
    const masks = this.#masks
    const first = (this.#starts[piece] as number) + skip
    const end = this.#starts[piece + 1] as number
    let word = first
    for (let at = start + skip * 4; word < end; word++, at += 4) {
      if (((text.getInt32(at, true) ^ (words[word] as number)) & (masks[word] as number)) !== 0) break
    }
    work.left -= word - first
    return word >= end
  }
}
