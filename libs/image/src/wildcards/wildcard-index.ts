/**
 * Looking into the sections of one image by which questions with wildcards are answered. Ranges are found by binary search;
 * whatever a section claims, that ends. Texts to look for are octets [from, to) of a view.
 */
import type { Image } from '../image.ts'
import { FIRST_OF_NAME, RECORD } from '../layout.ts'
import type { QueryName } from '../query-name.ts'

/** Constants of this module are known when it is compiled, those of others are looked up each time. */
const SERVICE = RECORD.service
const NAMESPACE = RECORD.namespace
const OFFSET = ~FIRST_OF_NAME

/** Some adjacent entries of a section. */
export interface Range {
  start: number
  end: number
}

const PIECE_OCTETS = 12
/** More than any image holds; places up to here can be added up as integers. */
const MOST = 0x3fffffff
/** So few entries are a limit, which others have set. */
const NEAR = 1024
const SIGN = 0x80000000 | 0

/** Octet offset in the image of the n-th record by namespace and service. */
export function recordInOrder(image: Image, at: number): number {
  return image.records + image.view.getUint32(image.order + at * 4, true)
}

/** The same of records by name and namespace. */
export function recordByName(image: Image, at: number): number {
  return image.records + (image.view.getInt32(image.names + at * 4, true) & OFFSET)
}

/** True when there is a record at this place in `names`, and it has the name of the one before. */
export function isSameName(image: Image, at: number): boolean {
  return at < image.nameEntries && image.view.getInt32(image.names + at * 4, true) >= 0
}

/** Octet offset in the image of the labels of a record's name; how many octets they are stands before. */
export function nameAt(image: Image, record: number): number {
  return image.strings + image.view.getUint32(record + SERVICE, true) + 1
}

/** The same of its namespace. */
export function namespaceAt(image: Image, record: number): number {
  return image.strings + image.view.getUint32(record + NAMESPACE, true) + 1
}

/** What a suffix or label start is an octet of: the place in `names`, and the octet in the name. */
export function entryName(entry: number): number {
  return entry >>> 8
}

function entryOctet(entry: number): number {
  return entry & 0xff
}

/** Entries of suffixes or label starts that lie one behind the other. */
export interface Run {
  /** The place behind the last one. */
  end: number
  /** Octet offset in the image at which the entry of place 0 would lie. */
  from: number
  /** What is added to each. */
  shift: number
}

/** Reads the suffix array. Remembers the piece read last, for entries are read in turn. */
class SuffixReader {
  #image: Image | undefined
  /** The places in the suffix array that the piece is of. */
  #start = 0
  #end = 0
  /** See `Run`. */
  #from = 0
  #shift = 0

  /** How many suffixes there are. */
  count({ view, pieces, pieceEntries }: Image): number {
    return pieceEntries === 0 ? 0 : Math.min(view.getUint32(pieces + pieceEntries * PIECE_OCTETS, true), MOST)
  }

  entry(image: Image, at: number): number {
    this.#reach(image, at)
    return readEntry(image, this.#from, at, this.#shift)
  }

  run(image: Image, at: number, out: Run): void {
    this.#reach(image, at)
    out.end = this.#end
    out.from = this.#from
    out.shift = this.#shift
  }

  /**
   * The place of the first suffix that is not below a text. Looked for among the first ones of the pieces, then in one piece:
   * a piece for each place that is looked at would have to be looked for too.
   */
  search(image: Image, text: DataView, from: number, to: number, whole: boolean): number {
    const { view, pieces, suffixes, pieceEntries } = image
    if (pieceEntries === 0) return 0
    let low = 0
    let high = pieceEntries
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      const piece = pieces + middle * PIECE_OCTETS
      const entry = readEntry(image, suffixes, view.getUint32(piece + 4, true), view.getUint32(piece + 8, true))
      if (compareEntry(image, entry, text, from, to, whole) < 0) low = middle
      else high = middle
    }
    this.#read(image, low)
    const count = this.count(image)
    const end = Math.min(this.#end, count)
    return searchEntries(image, true, text, from, to, whole, Math.min(this.#start, count), end, false)
  }

  #reach(image: Image, at: number): void {
    if (image === this.#image && at >= this.#start && at < this.#end) return
    const { view, pieces } = image
    let low = 0
    let high = image.pieceEntries
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (view.getUint32(pieces + middle * PIECE_OCTETS, true) <= at) low = middle
      else high = middle
    }
    this.#read(image, low)
  }

  #read(image: Image, at: number): void {
    const { view } = image
    const piece = image.pieces + at * PIECE_OCTETS
    this.#image = image
    this.#start = view.getUint32(piece, true)
    this.#end = view.getUint32(piece + PIECE_OCTETS, true)
    this.#from = image.suffixes + (view.getUint32(piece + 4, true) - this.#start) * 4
    this.#shift = view.getUint32(piece + 8, true)
  }
}

const reader = new SuffixReader()

/** The services of a namespace, in `order`. @param label the namespace's, in wire form at `labelAt` */
export function findSpan(image: Image, label: DataView, labelAt: number, out: Range): void {
  const { view, spans, spanEntries } = image
  let low = 0
  let high = spanEntries
  out.start = 0
  out.end = 0
  while (low < high) {
    const middle = (low + high) >>> 1
    const first = view.getUint32(spans + middle * 4, true)
    const at = namespaceAt(image, recordInOrder(image, first))
    const order = compareOctets(view, at + 1, view.getUint8(at), label, labelAt + 1, label.getUint8(labelAt))
    if (order === 0) {
      out.start = first
      out.end = middle + 1 < spanEntries ? view.getUint32(spans + (middle + 1) * 4, true) : image.orderEntries
      return
    }
    if (order < 0) low = middle + 1
    else high = middle
  }
}

/** Octet by octet, the shorter one first. Four at a time, where both have them. */
export function compareOctets(
  view: DataView,
  at: number,
  octets: number,
  other: DataView,
  otherAt: number,
  otherOctets: number,
): number {
  const both = Math.min(octets, otherOctets)
  let index = 0
  for (; index + 4 <= both; index += 4) {
    const its = view.getInt32(at + index)
    const others = other.getInt32(otherAt + index)
    if (its !== others) return (its ^ SIGN) < (others ^ SIGN) ? -1 : 1
  }
  for (; index < both; index++) {
    const order = view.getUint8(at + index) - other.getUint8(otherAt + index)
    if (order !== 0) return order
  }
  return octets - otherOctets
}

/** The records in `names` that are called as the labels [from, to) of a question are. */
export function findNames(image: Image, name: QueryName, from: number, to: number, out: Range): void {
  const start = name.start(from)
  const end = name.start(to)
  out.start = searchNames(image, LABELS, name.view, start, end, 0, image.nameEntries, false)
  out.end = searchNames(image, LABELS, name.view, start, end, out.start, image.nameEntries, true)
}

/** The records in `names` whose first label begins with a text; with `whole` those whose first label it is; up to a limit. */
export function findPrefix(
  image: Image,
  text: DataView,
  from: number,
  to: number,
  whole: boolean,
  limit: number,
  out: Range,
): void {
  const by = whole ? FIRST : PREFIX
  const start = searchNames(image, by, text, from, to, 0, image.nameEntries, false)
  out.start = start
  out.end = searchNames(image, by, text, from, to, start, Math.min(start + limit, image.nameEntries), true)
}

/** Of some records in `names` that have one name, which lie in this order, those at [first, last) in the image. */
export function narrow(image: Image, first: number, last: number, out: Range): void {
  const { start, end } = out
  out.start = searchRecord(image, first, start, end)
  out.end = searchRecord(image, last, out.start, end)
}

/** The first of the places [low, high) in `names`, or `high`, whose record does not lie before `record` in the image. */
function searchRecord(image: Image, record: number, low: number, high: number): number {
  let from = low
  let to = high
  while (from < to) {
    const middle = (from + to) >>> 1
    if (recordByName(image, middle) < record) from = middle + 1
    else to = middle
  }
  return from
}

/** What of a name is compared: all labels, in wire form; the first one; its beginning. */
const LABELS = 0
const FIRST = 1
const PREFIX = 2

/** The first of the places [low, high) whose name is not below (`after`: is above) the text. */
function searchNames(
  image: Image,
  by: number,
  text: DataView,
  from: number,
  to: number,
  low: number,
  high: number,
  after: boolean,
): number {
  const { view } = image
  let start = low
  let end = high
  // The end of what was found is mostly near its start, so steps to it double; or at a limit, when there is one.
  for (let step = after && high - low <= NEAR ? 0 : 1, grows = after; start < end; step = step === 0 ? 1 : step * 2) {
    const middle = step === 0 ? end - 1 : grows && step < end - start ? start + step - 1 : (start + end) >>> 1
    const at = nameAt(image, recordByName(image, middle))
    const order =
      by === LABELS ? compareWire(view, at, text, from, to) : compareFirst(view, at, text, from, to, by === FIRST)
    if (order < 0 || (after && order === 0)) start = middle + 1
    else {
      end = middle
      if (step > 0) grows = false
    }
  }
  return start
}

/** The suffixes that begin with a text; with `whole` those that are just it, up to the end of their label; up to a limit. */
export function findSuffixes(
  image: Image,
  text: DataView,
  from: number,
  to: number,
  whole: boolean,
  limit: number,
  out: Range,
): void {
  const start = reader.search(image, text, from, to, whole)
  const end = Math.min(start + limit, reader.count(image))
  out.start = start
  out.end = searchEntries(image, true, text, from, to, whole, start, end, true)
}

/** The same of `labelStarts`. */
export function findLabelStarts(
  image: Image,
  text: DataView,
  from: number,
  to: number,
  whole: boolean,
  limit: number,
  out: Range,
): void {
  const start = searchEntries(image, false, text, from, to, whole, 0, image.labelStartEntries, false)
  const end = Math.min(start + limit, image.labelStartEntries)
  out.start = start
  out.end = searchEntries(image, false, text, from, to, whole, start, end, true)
}

/** The entries from a place on, as far as they lie one behind the other: of suffixes, or else of label starts. */
export function findRun(image: Image, isSuffix: boolean, at: number, out: Run): void {
  if (isSuffix) {
    reader.run(image, at, out)
    return
  }
  out.end = image.labelStartEntries
  out.from = image.labelStarts
  out.shift = 0
}

export function readEntry({ view }: Image, from: number, at: number, shift: number): number {
  return (view.getInt32(from + at * 4, true) + shift) | 0
}

function searchEntries(
  image: Image,
  isSuffix: boolean,
  text: DataView,
  from: number,
  to: number,
  whole: boolean,
  low: number,
  high: number,
  after: boolean,
): number {
  let start = low
  let end = high
  // As in `searchNames`; one loop for both takes a tenth longer to find 100 services on Node.
  for (let step = after && high - low <= NEAR ? 0 : 1, grows = after; start < end; step = step === 0 ? 1 : step * 2) {
    const middle = step === 0 ? end - 1 : grows && step < end - start ? start + step - 1 : (start + end) >>> 1
    const entry = isSuffix ? reader.entry(image, middle) : readEntry(image, image.labelStarts, middle, 0)
    const order = compareEntry(image, entry, text, from, to, whole)
    if (order < 0 || (after && order === 0)) start = middle + 1
    else {
      end = middle
      if (step > 0) grows = false
    }
  }
  return start
}

function compareEntry(image: Image, entry: number, text: DataView, from: number, to: number, whole: boolean): number {
  const { view } = image
  const name = nameAt(image, recordByName(image, entryName(entry)))
  const at = name + entryOctet(entry)
  const octets = labelEnd(view, name, at) - at
  const wanted = to - from
  return compareOctets(view, at, whole ? octets : Math.min(octets, wanted), text, from, wanted)
}

/** Where the label ends that the octet at `at` is of. @param name where the first label begins, with its length */
export function labelEnd(view: DataView, name: number, at: number): number {
  let end = name
  // No name has more labels, however it is made up.
  for (let labels = 0; labels < 128 && end <= at; labels++) end += 1 + view.getUint8(end)
  return end
}

/** Compares two names as the section `names` is sorted. @param at as `nameAt` says */
export function compareLabels(image: Image, at: number, other: Image, otherAt: number): number {
  return compareWire(image.view, at, other.view, otherAt, otherAt + other.view.getUint8(otherAt - 1))
}

/** Compares the labels of a name at `at` with those in [from, to) of a text, both in wire form, label by label. */
function compareWire(view: DataView, at: number, text: DataView, from: number, to: number): number {
  const end = at + view.getUint8(at - 1)
  let its = at
  let other = from
  while (its < end && other < to) {
    const octets = view.getUint8(its)
    const otherOctets = text.getUint8(other)
    const order = compareOctets(view, its + 1, octets, text, other + 1, otherOctets)
    if (order !== 0) return order
    its += 1 + octets
    other += 1 + otherOctets
  }
  return its < end ? 1 : other < to ? -1 : 0
}

/** 0 when the first label of the name at `at` begins with the text; with `whole` when it is the text. */
function compareFirst(view: DataView, at: number, text: DataView, from: number, to: number, whole: boolean): number {
  const octets = view.getUint8(at)
  const compared = whole ? octets : Math.min(octets, to - from)
  return compareOctets(view, at + 1, compared, text, from, to - from)
}
