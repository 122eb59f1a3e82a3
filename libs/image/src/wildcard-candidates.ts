/**
 * The services of a stack of images whose names are as a pattern says, one after the other. Each image is asked by the index
 * that leaves the fewest entries to look at: services of the namespace, names that begin so, suffixes that begin so. What
 * was found so makes one row of entries, which is gone through once around from any place in it.
 */
import { type ImageStack, isSuperseded, type Work } from './find.ts'
import type { Image } from './image.ts'
import { RECORD } from './layout.ts'
import {
  entryName,
  entryOctet,
  externalRecord,
  findLabelStarts,
  findNames,
  findPrefix,
  findSpan,
  findSuffixes,
  labelStartEntry,
  nameAt,
  narrow,
  type Range,
  recordByName,
  recordInOrder,
  suffixEntry,
} from './wildcard-index.ts'
import { type Literal, type Pattern, startsWith } from './wildcard-pattern.ts'

/** By which index entries are found. */
const ORDER = 0
const NAMES = 1
const SUFFIXES = 2
const LABEL_STARTS = 3
const EXTERNALS = 4

/** A namespace of so few services is gone through rather than searched. */
const FEW = 8
/** What looking at an entry counts, in comparisons of octets. */
const ENTRY_WORK = 8

interface Segment {
  layer: number
  index: number
  start: number
  end: number
  /** What led here; undefined: nothing but the namespace or the exact name. */
  literal: Literal | undefined
}

export class Candidates {
  layer = 0
  /** Octet offset of the record in its image. */
  record = 0
  /** The work was used up before all were looked at. */
  isCutShort = false
  #images: ImageStack = []
  #pattern: Pattern | undefined
  #stanza = 0
  readonly #segments: Segment[] = []
  #segmentCount = 0
  /** By layer: where the records of the namespace lie in the image. */
  #lows = new Float64Array(8)
  #highs = new Float64Array(8)
  /** The next entry, and how many are left to look at. */
  #segment = 0
  #at = 0
  #left = 0
  /** Records of the name that an entry stands for: the next one's place in `names`; -1: none is left. */
  #sibling = -1
  readonly #range: Range = { start: 0, end: 0 }
  readonly #other: Range = { start: 0, end: 0 }

  /**
   * @param turn where in the row to begin, a whole number, counted around
   * @param isExternal only external services
   */
  begin(images: ImageStack, stanza: number, pattern: Pattern, turn: number, isExternal: boolean): void {
    this.#images = images
    this.#stanza = stanza
    this.#pattern = pattern
    this.#segmentCount = 0
    this.#sibling = -1
    this.isCutShort = false
    if (this.#lows.length < images.length) {
      this.#lows = new Float64Array(images.length * 2)
      this.#highs = new Float64Array(images.length * 2)
    }
    let entries = 0
    for (let layer = 0; layer < images.length; layer++)
      entries += this.#plan(layer, images[layer] as Image, pattern, isExternal)
    this.#left = entries
    this.#segment = 0
    let skip = entries === 0 ? 0 : turn % entries
    for (; this.#segment < this.#segmentCount; this.#segment++) {
      const { start, end } = this.#segments[this.#segment] as Segment
      this.#at = start + skip
      if (skip < end - start) break
      skip -= end - start
    }
  }

  /** @returns false when there are no more; else `layer` and `record` say which. */
  next(work: Work): boolean {
    for (;;) {
      if (this.#sibling >= 0 && this.#nextSibling(work)) return true
      if (this.#left === 0) return false
      if (work.left <= 0) {
        this.isCutShort = true
        return false
      }
      work.left -= ENTRY_WORK
      this.#left -= 1
      let segment = this.#segments[this.#segment] as Segment
      while (this.#at >= segment.end) {
        this.#segment = this.#segment + 1 < this.#segmentCount ? this.#segment + 1 : 0
        segment = this.#segments[this.#segment] as Segment
        this.#at = segment.start
      }
      const at = this.#at
      this.#at += 1
      this.layer = segment.layer
      if (this.#takeEntry(segment, at, work)) return true
    }
  }

  #takeEntry({ layer, index, literal }: Segment, at: number, work: Work): boolean {
    const image = this.#images[layer] as Image
    if (index !== SUFFIXES && index !== LABEL_STARTS) {
      const record =
        index === ORDER
          ? recordInOrder(image, at)
          : index === NAMES
            ? recordByName(image, at)
            : externalRecord(image, at)
      if (!this.#isIn(layer, record)) return false
      if (literal?.isAll !== true && !this.#matches(image, record, work)) return false
      return this.#take(image, record, work)
    }
    const entry = index === SUFFIXES ? suffixEntry(image, at) : labelStartEntry(image, at)
    const first = entryName(entry)
    const record = recordByName(image, first)
    if (literal === undefined || !this.#isFirst(image, record, entryOctet(entry), index, literal, work)) return false
    if (!literal.isAll && !this.#matches(image, record, work)) return false
    this.#sibling = this.#firstSibling(image, first)
    return this.#nextSibling(work)
  }

  /** The next record of the name; afterwards `#sibling` is the one behind it. */
  #nextSibling(work: Work): boolean {
    const image = this.#images[this.layer] as Image
    const { view, nameEntries } = image
    while (this.#sibling >= 0) {
      const place = this.#sibling
      const record = recordByName(image, place)
      const name = view.getUint32(record + RECORD.service, true)
      const next = place + 1
      const hasNext = next < nameEntries && view.getUint32(recordByName(image, next) + RECORD.service, true) === name
      this.#sibling = hasNext ? next : -1
      if (record >= (this.#highs[this.layer] as number)) this.#sibling = -1
      else if (this.#isIn(this.layer, record) && this.#take(image, record, work)) return true
      work.left -= 1
      if (work.left > 0) continue
      if (this.#sibling >= 0) this.isCutShort = true
      this.#sibling = -1
    }
    return false
  }

  /** Of the records of one name, from `place` on, the last one before the namespace or the first one in it. */
  #firstSibling(image: Image, place: number): number {
    const low = this.#lows[this.layer] as number
    const { view, nameEntries } = image
    const name = view.getUint32(recordByName(image, place) + RECORD.service, true)
    let at = place
    for (let step = 1, grows = true; step >= 1; step = grows ? step * 2 : step >>> 1) {
      const next = at + step
      const record = next < nameEntries ? recordByName(image, next) : low
      const isBefore = record < low && view.getUint32(record + RECORD.service, true) === name
      if (isBefore) at = next
      else grows = false
    }
    return at
  }

  #take(image: Image, record: number, work: Work): boolean {
    if (((image.view.getUint32(record + RECORD.stanzas, true) >>> this.#stanza) & 1) === 0) return false
    if (isSuperseded(this.#images, this.layer, record, work)) return false
    this.record = record
    return true
  }

  /** True when the record is one of the namespace asked for. */
  #isIn(layer: number, record: number): boolean {
    return record >= (this.#lows[layer] as number) && record < (this.#highs[layer] as number)
  }

  #matches(image: Image, record: number, work: Work): boolean {
    return this.#pattern?.matches(image.view, nameAt(image, record), work) ?? false
  }

  /**
   * True when the entry is the first one in its row that stands for its name, which may hold the literal several times.
   * @param octet of the name, at which the literal stands
   */
  #isFirst(image: Image, record: number, octet: number, index: number, literal: Literal, work: Work): boolean {
    const { view } = image
    const text = (this.#pattern as Pattern).name?.view
    if (text === undefined) return false
    const name = nameAt(image, record)
    const { from, to, begins, ends } = literal
    let label = name
    // Names whose first label begins so are found among the names.
    if (index === LABEL_STARTS && begins === 'later') label += 1 + view.getUint8(label)
    while (label < name + octet) {
      const end = label + 1 + view.getUint8(label)
      const last = index === LABEL_STARTS ? label + 1 : end - (to - from)
      for (let at = label + 1; at <= last && at < name + octet; at++) {
        const fits = at + to - from <= end && (!ends || at + to - from === end)
        if (fits && startsWith(text, from, to, view, at, work)) return false
      }
      label = end
    }
    return true
  }

  /** Chooses the index for one image. @returns how many entries it leaves. */
  #plan(layer: number, image: Image, pattern: Pattern, isExternal: boolean): number {
    const range = this.#range
    const { namespace, namespaceAt, kind, name } = pattern
    range.start = 0
    range.end = image.orderEntries
    this.#lows[layer] = 0
    this.#highs[layer] = Number.POSITIVE_INFINITY
    if (namespace !== undefined) {
      findSpan(image, namespace, namespaceAt, range)
      if (range.start < range.end) {
        this.#lows[layer] = recordInOrder(image, range.start)
        if (range.end < image.orderEntries) this.#highs[layer] = recordInOrder(image, range.end)
      }
    }
    const { start, end } = range
    if (start >= end) return 0
    if (isExternal) return this.#add(layer, EXTERNALS, 0, image.externalEntries, undefined)
    if (kind === 'exact' && name !== undefined) {
      findNames(image, name, pattern.from, pattern.to, range)
      narrow(image, this.#lows[layer] as number, this.#highs[layer] as number, range)
      return this.#add(layer, NAMES, range.start, range.end, undefined)
    }
    let best: Literal | undefined
    let least = end - start
    for (let at = 0; at < pattern.literalCount && least > FEW; at++) {
      const literal = pattern.literals[at] as Literal
      const entries = this.#countEntries(image, literal)
      if (entries >= least) continue
      least = entries
      best = literal
    }
    if (best === undefined) return this.#add(layer, ORDER, start, end, undefined)
    this.#countEntries(image, best)
    const index = best.begins === 'no' ? SUFFIXES : best.begins === 'later' ? LABEL_STARTS : NAMES
    const first = this.#add(layer, index, range.start, range.end, best)
    if (best.begins !== 'any') return first
    return first + this.#add(layer, LABEL_STARTS, this.#other.start, this.#other.end, best)
  }

  /** How many entries a literal leads to: `#range`, and `#other` when it may begin any label. */
  #countEntries(image: Image, { from, to, begins, ends }: Literal): number {
    const text = (this.#pattern as Pattern).name?.view as DataView
    const range = this.#range
    const other = this.#other
    if (begins === 'no') findSuffixes(image, text, from, to, ends, range)
    else if (begins === 'later') findLabelStarts(image, text, from, to, ends, range)
    else findPrefix(image, text, from, to, ends, range)
    if (begins !== 'any') return range.end - range.start
    findLabelStarts(image, text, from, to, ends, other)
    return range.end - range.start + other.end - other.start
  }

  #add(layer: number, index: number, start: number, end: number, literal: Literal | undefined): number {
    if (start >= end) return 0
    const segment = this.#segments[this.#segmentCount]
    if (segment === undefined) this.#segments.push({ layer, index, start, end, literal })
    else {
      segment.layer = layer
      segment.index = index
      segment.start = start
      segment.end = end
      segment.literal = literal
    }
    this.#segmentCount += 1
    return end - start
  }
}
