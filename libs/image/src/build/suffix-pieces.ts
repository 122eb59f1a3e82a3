/**
 * A suffix array without most of what it says twice. Where the suffixes of a stretch all come after the same octet, those
 * that begin one octet earlier stand in the same order, in one stretch too: "ateway-1", "ateway-2" as "gateway-1",
 * "gateway-2". So a stretch is stored as a *piece*: where its entries are stored, of whichever suffixes, and what is added to
 * each of them, the number of octets between. Of names such as `payments-gateway-4711` half is left.
 */
import { LABEL_END, type NameText } from './name-text.ts'
import { OctetBuilder } from './octet-builder.ts'

/** A stretch that is shorter is stored itself: a piece takes as much room as three entries, and time to be found. */
const LEAST = 16

export interface PackedSuffixes {
  readonly suffixes: Uint32Array
  /** See SECTION.pieces. */
  readonly pieces: Uint8Array
}

/** @param sorted all positions of the text, in the order of the suffixes */
export function packSuffixes(text: NameText, sorted: Uint32Array): PackedSuffixes {
  const { sources, shifts } = findSources(text.octets, sorted)
  // Where the entry of a suffix that is stored itself goes.
  const stored = new Uint32Array(sorted.length)
  const suffixes = new Uint32Array(sorted.length)
  let count = 0
  for (let at = 0; at < sorted.length; at++) {
    if (sources[at] !== at) continue
    suffixes[count] = text.entryAt(sorted[at] as number)
    stored[at] = count
    count += 1
  }
  const pieces = new OctetBuilder(256)
  let next = 0
  let shift = -1
  for (let at = 0; at < sorted.length; at++, next++) {
    const source = stored[sources[at] as number] as number
    if (source === next && shifts[at] === shift) continue
    next = source
    shift = shifts[at] as number
    pieces.u32(at)
    pieces.u32(source)
    pieces.u32(shift)
  }
  for (const word of [sorted.length, 0, 0]) pieces.u32(word)
  return { suffixes: suffixes.slice(0, count), pieces: pieces.finish() }
}

/** For each suffix the one whose entry is stored for it, and how many octets before it that one begins. */
function findSources(octets: Uint8Array, sorted: Uint32Array): { sources: Uint32Array; shifts: Uint8Array } {
  const places = new Uint32Array(octets.length)
  for (let at = 0; at < sorted.length; at++) places[sorted[at] as number] = at
  const isCopied = findStretches(octets, sorted, places)
  const sources = new Uint32Array(sorted.length)
  const shifts = new Uint8Array(sorted.length)
  let source = 0
  let shift = 0
  for (let position = 0; position < octets.length; position++) {
    if ((octets[position] as number) <= LABEL_END) continue
    const at = places[position] as number
    if (isCopied[at] === 1) shift += 1
    else {
      source = at
      shift = 0
    }
    sources[at] = source
    shifts[at] = shift
  }
  return { sources, shifts }
}

/** @returns 1 for each suffix of a stretch whose suffixes one octet earlier are a stretch. */
function findStretches(octets: Uint8Array, sorted: Uint32Array, places: Uint32Array): Uint8Array {
  const isCopied = new Uint8Array(sorted.length)
  let start = 0
  let before = -1
  for (let at = 0; at <= sorted.length; at++) {
    const position = at < sorted.length ? (sorted[at] as number) : 0
    const hasBefore = position > 0 && (octets[position - 1] as number) > LABEL_END
    const its = hasBefore ? (places[position - 1] as number) : -1
    if (before >= 0 && its === before + 1) {
      before = its
      continue
    }
    if (before >= 0 && at - start >= LEAST) isCopied.fill(1, start, at)
    start = at
    before = its
  }
  return isCopied
}
