/**
 * The services of a stack of images whose names are as a pattern says, one after the other. Each image is asked by the index
 * that leaves the fewest entries to look at: services of the namespace, names that begin so, suffixes that begin so. What
 * was found so makes one row of entries, which is gone through once around from any place in it.
 */
import { type ImageStack, isSuperseded, type Work } from './find.ts'
import type { Image } from './image.ts'
import { FIRST_OF_NAME, RECORD } from './layout.ts'
import {
  entryName,
  findLabelStarts,
  findNames,
  findPrefix,
  findSpan,
  findSuffixes,
  isSameName,
  nameAt,
  narrow,
  type Range,
  recordByName,
  recordInOrder,
  suffixEntry,
} from './wildcard-index.ts'
import type { Literal, Pattern } from './wildcard-pattern.ts'

/** By which index entries are found. */
const ORDER = 0
const NAMES = 1
const SUFFIXES = 2
const LABEL_STARTS = 3
const EXTERNALS = 4

/** A namespace of so few services is gone through rather than searched. */
const FEW = 8
/** What looking at an entry counts, in comparisons of octets, and what asking whether newer images know it. */
const ENTRY_WORK = 16
const SUPERSEDED_WORK = 64

/** Entries of one section of one image. */
interface Segment {
  layer: number
  image: Image
  index: number
  /** Where the section begins in the image. */
  section: number
  start: number
  end: number
  /** Every entry is of a name that is looked for. */
  isKnown: boolean
  /** So many octets of the name are as the pattern says. */
  known: number
  /** The records of the namespace lie at [low, high) in the image. */
  low: number
  high: number
}

export class Candidates {
  layer = 0
  /** Octet offset of the record in its image. */
  record = 0
  /** A name that holds what is looked for twice may come twice. */
  mayRepeat = false
  /** The work was used up before all were looked at. */
  isCutShort = false
  #images: ImageStack = []
  #pattern: Pattern | undefined
  #stanza = 0
  readonly #segments: Segment[] = []
  #segmentCount = 0
  /** Of the image that is being planned for. */
  #low = 0
  #high = 0
  /** The next entry, and how many are left to look at. */
  #segment = 0
  #current: Segment | undefined
  #at = 0
  #left = 0
  /** Records of the name that an entry stands for: the next one's place in `names`; -1: none is left. */
  #sibling = -1
  readonly #range: Range = { start: 0, end: 0 }
  readonly #other: Range = { start: 0, end: 0 }
  /** Those of the literal with the fewest entries so far. */
  readonly #bestRange: Range = { start: 0, end: 0 }
  readonly #bestOther: Range = { start: 0, end: 0 }

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
    this.mayRepeat = false
    let entries = 0
    for (let layer = 0; layer < images.length; layer++)
      entries += this.#plan(layer, images[layer] as Image, pattern, isExternal)
    this.#left = entries
    this.#current = undefined
    let skip = entries === 0 ? 0 : turn % entries
    for (let at = 0; at < this.#segmentCount; at++) {
      const segment = this.#segments[at] as Segment
      this.#segment = at
      this.#current = segment
      this.#at = segment.start + skip
      if (this.#at < segment.end) break
      skip -= segment.end - segment.start
    }
  }

  /** @returns false when there are no more; else `layer` and `record` say which. */
  next(work: Work): boolean {
    for (;;) {
      let segment = this.#current
      if (segment === undefined) return false
      if (this.#sibling >= 0 && this.#nextSibling(segment, work)) return true
      if (this.#left === 0) return false
      if (work.left <= 0) {
        this.isCutShort = true
        return false
      }
      work.left -= ENTRY_WORK
      this.#left -= 1
      if (this.#at >= segment.end) segment = this.#nextSegment()
      const { image, index } = segment
      const at = this.#at
      this.#at += 1
      const word = index === SUFFIXES ? suffixEntry(image, at) : image.view.getUint32(segment.section + at * 4, true)
      if (index === ORDER || index === NAMES) {
        const record = image.records + (word & ~FIRST_OF_NAME)
        if (record < segment.low || record >= segment.high) continue
        if (!segment.isKnown && !this.#matches(image, record, segment.known, work)) continue
        if (this.#take(segment, record, work)) return true
      } else if (index === EXTERNALS) {
        const record = recordInOrder(image, word)
        const isIn = record >= segment.low && record < segment.high
        if (isIn && this.#matches(image, record, 0, work) && this.#take(segment, record, work)) return true
      } else {
        const first = entryName(word)
        if (!segment.isKnown && !this.#matches(image, recordByName(image, first), 0, work)) continue
        this.#sibling = firstSibling(segment, first)
        if (this.#nextSibling(segment, work)) return true
      }
    }
  }

  #nextSegment(): Segment {
    this.#segment = this.#segment + 1 < this.#segmentCount ? this.#segment + 1 : 0
    const segment = this.#segments[this.#segment] as Segment
    this.#current = segment
    this.#at = segment.start
    return segment
  }

  /** The next record of the name; afterwards `#sibling` is the one behind it. */
  #nextSibling(segment: Segment, work: Work): boolean {
    const { image, low, high } = segment
    while (this.#sibling >= 0) {
      const place = this.#sibling
      const record = recordByName(image, place)
      this.#sibling = record < high && isSameName(image, place + 1) ? place + 1 : -1
      if (record >= low && record < high && this.#take(segment, record, work)) return true
      work.left -= 1
      if (work.left > 0) continue
      if (this.#sibling >= 0) this.isCutShort = true
      this.#sibling = -1
    }
    return false
  }

  #take({ image, layer }: Segment, record: number, work: Work): boolean {
    if (((image.view.getUint32(record + RECORD.stanzas, true) >>> this.#stanza) & 1) === 0) return false
    if (layer > 0) {
      work.left -= SUPERSEDED_WORK
      if (isSuperseded(this.#images, layer, record, work)) return false
    }
    this.layer = layer
    this.record = record
    return true
  }

  #matches(image: Image, record: number, known: number, work: Work): boolean {
    return this.#pattern?.matches(image.view, nameAt(image, record), known, work) ?? false
  }

  /** Chooses the index for one image. @returns how many entries it leaves. */
  #plan(layer: number, image: Image, pattern: Pattern, isExternal: boolean): number {
    const range = this.#range
    const { namespace, namespaceAt, kind, name } = pattern
    range.start = 0
    range.end = image.orderEntries
    this.#low = 0
    this.#high = Number.POSITIVE_INFINITY
    if (namespace !== undefined) {
      findSpan(image, namespace, namespaceAt, range)
      if (range.start < range.end) {
        this.#low = recordInOrder(image, range.start)
        if (range.end < image.orderEntries) this.#high = recordInOrder(image, range.end)
      }
    }
    const { start, end } = range
    if (start >= end) return 0
    if (isExternal) return this.#add(layer, image, EXTERNALS, 0, image.externalEntries, false, 0)
    if (kind === 'exact' && name !== undefined) {
      findNames(image, name, pattern.from, pattern.to, range)
      narrow(image, this.#low, this.#high, range)
      return this.#add(layer, image, NAMES, range.start, range.end, true, 0)
    }
    let best: Literal | undefined
    let least = end - start
    for (let at = 0; at < pattern.literalCount && least > FEW; at++) {
      const literal = pattern.literals[at] as Literal
      const entries = this.#countEntries(image, literal)
      // What holds a literal that is all of the pattern need not be compared with it.
      if (literal.isAll ? entries > least : entries >= least) continue
      least = entries
      best = literal
      copyRange(range, this.#bestRange)
      copyRange(this.#other, this.#bestOther)
    }
    if (best === undefined) return this.#add(layer, image, ORDER, start, end, kind === 'any', 0)
    const bestRange = this.#bestRange
    const bestOther = this.#bestOther
    const index = best.begins === 'no' ? SUFFIXES : best.begins === 'later' ? LABEL_STARTS : NAMES
    const known = index === NAMES ? best.to - best.from : 0
    const first = this.#add(layer, image, index, bestRange.start, bestRange.end, best.isAll, known)
    if (best.begins !== 'any') return first
    return first + this.#add(layer, image, LABEL_STARTS, bestOther.start, bestOther.end, best.isAll, 0)
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

  #add(
    layer: number,
    image: Image,
    index: number,
    start: number,
    end: number,
    isKnown: boolean,
    known: number,
  ): number {
    if (start >= end) return 0
    if (index === SUFFIXES || index === LABEL_STARTS) this.mayRepeat = true
    const section = sectionOf(image, index)
    const low = this.#low
    const high = this.#high
    const segment = this.#segments[this.#segmentCount]
    if (segment === undefined) {
      this.#segments.push({ layer, image, index, section, start, end, isKnown, known, low, high })
    } else {
      segment.layer = layer
      segment.image = image
      segment.index = index
      segment.section = section
      segment.start = start
      segment.end = end
      segment.isKnown = isKnown
      segment.known = known
      segment.low = low
      segment.high = high
    }
    this.#segmentCount += 1
    return end - start
  }
}

function copyRange(from: Range, to: Range): void {
  to.start = from.start
  to.end = from.end
}

function sectionOf(image: Image, index: number): number {
  if (index === NAMES) return image.names
  if (index === LABEL_STARTS) return image.labelStarts
  if (index === EXTERNALS) return image.externals
  return index === ORDER ? image.order : image.suffixes
}

/** Of the records of one name, from `place` on, the last one before the namespace or the first one in it. */
function firstSibling({ image, low }: Segment, place: number): number {
  if (low === 0) return place
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
