/**
 * The services of a stack of images whose names are as a pattern says, one after the other. Each image is asked by the index
 * that leaves the fewest entries to look at: services of the namespace, names that begin so, suffixes that begin so. What
 * was found so makes one row of entries, which is gone through once around from any place in it.
 */

import type { Image } from '../image.ts'
import { FIRST_OF_NAME, RECORD } from '../layout.ts'
import { type ImageStack, isSuperseded, type Work } from '../lookup/find.ts'
import type { Literal, Pattern } from './pattern.ts'
import {
  entryName,
  findLabelStarts,
  findNames,
  findPrefix,
  findRun,
  findSpan,
  findSuffixes,
  isSameName,
  nameAt,
  narrow,
  type Range,
  type Run,
  readEntry,
  recordByName,
  recordInOrder,
} from './wildcard-index.ts'

/** Constants of this module are known when it is compiled, those of others are looked up each time. */
const STANZAS = RECORD.stanzas
const SERVICE = RECORD.service
const OFFSET = ~FIRST_OF_NAME

/** By which index entries are found. */
const ORDER = 0
const NAMES = 1
const SUFFIXES = 2
const LABEL_STARTS = 3
const EXTERNALS = 4

/** A namespace of so few services is gone through rather than searched. */
const FEW = 8
/** What looking at a record counts, in comparisons, and what asking whether newer images know it. */
const RECORD_WORK = 16
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
  /** Of the records taken last. */
  layer = 0
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
  readonly #run: Run = { end: 0, from: 0, shift: 0 }
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
    // The turn is more than an integer register holds; places are not, and have to look so.
    let skip = entries === 0 ? 0 : (turn % entries) | 0
    for (let at = 0; at < this.#segmentCount; at++) {
      const segment = this.#segments[at] as Segment
      this.#segment = at
      this.#current = segment
      this.#at = segment.start + skip
      if (this.#at < segment.end) break
      skip -= segment.end - segment.start
    }
  }

  /**
   * Takes the next records, all of one image.
   * @param out  has room for `most`; overwritten by octet offsets in the image
   * @returns how many they are, 0 when there are no more.
   */
  take(out: Uint32Array, most: number, work: Work): number {
    for (;;) {
      let segment = this.#current
      if (segment === undefined || (this.#left === 0 && this.#sibling < 0)) return 0
      if (work.left <= 0) {
        this.isCutShort = true
        return 0
      }
      if (this.#at >= segment.end && this.#sibling < 0) segment = this.#nextSegment()
      const { index } = segment
      const isByName = index === SUFFIXES || index === LABEL_STARTS
      const count = isByName ? this.#takeNames(segment, out, most, work) : this.#takeRecords(segment, out, most, work)
      this.layer = segment.layer
      if (count > 0) return count
    }
  }

  #nextSegment(): Segment {
    this.#segment = this.#segment + 1 < this.#segmentCount ? this.#segment + 1 : 0
    const segment = this.#segments[this.#segment] as Segment
    this.#current = segment
    this.#at = segment.start
    return segment
  }

  /** Of a segment whose entries are records. */
  #takeRecords(segment: Segment, out: Uint32Array, most: number, work: Work): number {
    const { image, section, low, high, isKnown, known } = segment
    const isExternal = segment.index === EXTERNALS
    const { view, records } = image
    const end = Math.min(segment.end, this.#at + this.#left)
    let at = this.#at
    let count = 0
    for (; at < end && count < most && work.left > 0; at++) {
      work.left -= RECORD_WORK
      const word = view.getInt32(section + at * 4, true) & OFFSET
      const record = isExternal ? recordInOrder(image, word) : records + word
      if (record < low || record >= high) continue
      if (!isKnown && !this.#matches(image, record, known, work)) continue
      if (this.#isVisible(segment, record, work)) out[count++] = record
    }
    this.#left -= at - this.#at
    this.#at = at
    return count
  }

  /** Of a segment whose entries are names, each of which several records may have. */
  #takeNames(segment: Segment, out: Uint32Array, most: number, work: Work): number {
    const { image, low, high, isKnown } = segment
    const run = this.#run
    const end = Math.min(segment.end, this.#at + this.#left)
    let at = this.#at
    let sibling = this.#sibling
    let count = 0
    run.end = 0
    while (count < most && work.left > 0) {
      work.left -= RECORD_WORK
      if (sibling < 0) {
        if (at >= end) break
        if (at >= run.end) findRun(image, segment.index === SUFFIXES, at, run)
        const name = entryName(readEntry(image, run.from, at, run.shift))
        at += 1
        if (!isKnown && !this.#matches(image, recordByName(image, name), 0, work)) continue
        sibling = low === 0 ? name : firstSibling(segment, name)
      }
      const record = recordByName(image, sibling)
      sibling = record < high && isSameName(image, sibling + 1) ? sibling + 1 : -1
      if (record >= low && record < high && this.#isVisible(segment, record, work)) out[count++] = record
    }
    this.#left -= at - this.#at
    this.#at = at
    this.#sibling = sibling
    return count
  }

  /** The stanza has it, and no newer image knows it. */
  #isVisible({ image, layer }: Segment, record: number, work: Work): boolean {
    if (((image.view.getInt32(record + STANZAS, true) >>> this.#stanza) & 1) === 0) return false
    if (layer === 0) return true
    work.left -= SUPERSEDED_WORK
    return !isSuperseded(this.#images, layer, record, work)
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
    this.#high = image.octets.length
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
      // What holds a literal that is all of the pattern need not be compared with it.
      const limit = literal.isAll ? least + 1 : least
      const entries = this.#countEntries(image, literal, limit)
      if (entries >= limit) continue
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
    // The end of a label is one place, and names are of one label where there are no other label starts.
    if (image.labelStartEntries > 0 || !(best.ends || index === NAMES)) this.mayRepeat = true
    const first = this.#add(layer, image, index, bestRange.start, bestRange.end, best.isAll, known)
    if (best.begins !== 'any') return first
    return first + this.#add(layer, image, LABEL_STARTS, bestOther.start, bestOther.end, best.isAll, 0)
  }

  /** How many entries a literal leads to, below `limit`: `#range`, and `#other` when it may begin any label. */
  #countEntries(image: Image, { from, to, begins, ends }: Literal, limit: number): number {
    const text = (this.#pattern as Pattern).name?.view as DataView
    const range = this.#range
    const other = this.#other
    if (begins === 'no') findSuffixes(image, text, from, to, ends, limit, range)
    else if (begins === 'later') findLabelStarts(image, text, from, to, ends, limit, range)
    else findPrefix(image, text, from, to, ends, limit, range)
    if (begins !== 'any') return range.end - range.start
    findLabelStarts(image, text, from, to, ends, limit, other)
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
  const { view, nameEntries } = image
  const name = view.getUint32(recordByName(image, place) + SERVICE, true)
  let at = place
  for (let step = 1, grows = true; step >= 1; step = grows ? step * 2 : step >>> 1) {
    const next = at + step
    const record = next < nameEntries ? recordByName(image, next) : low
    const isBefore = record < low && view.getUint32(record + SERVICE, true) === name
    if (isBefore) at = next
    else grows = false
  }
  return at
}
