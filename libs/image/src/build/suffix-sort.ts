/**
 * Sorts positions of a text by what stands from there to its end: three-way quicksort on keys of four octets (Bentley and
 * Sedgewick's multikey quicksort), after one pass over the first two. Typed arrays only: there may be millions.
 */

/** Fewer are sorted without the pass, whose table costs more than it saves. */
const FEW = 2048
/** Up to so many go by insertion. */
const SHORT = 12
const PAIRS = 65_536

/**
 * @param text      each piece of it ends with a 0, which sorts lowest
 * @param positions sorted in place; equal ones keep the order of the text
 */
export function sortSuffixes(text: Uint8Array, positions: Uint32Array): void {
  const keys = new Uint32Array(positions.length)
  const sorter = { text, positions, keys }
  if (positions.length < FEW) {
    sortRange(sorter, 0, positions.length, 0)
    return
  }
  const ends = sortByPairs(text, positions)
  let start = 0
  for (let pair = 0; pair < PAIRS; pair++) {
    const end = ends[pair] as number
    // What ends within the pair is equal; the pass left it in the order of the text.
    if (end - start > 1 && (pair & 0xff) !== 0) sortRange(sorter, start, end, 2)
    start = end
  }
}

/** @returns where the positions of each pair of first octets end. */
function sortByPairs(text: Uint8Array, positions: Uint32Array): Uint32Array {
  const next = new Uint32Array(PAIRS)
  const given = positions.slice()
  for (let at = 0; at < given.length; at++) {
    const pair = pairAt(text, given[at] as number)
    next[pair] = (next[pair] as number) + 1
  }
  let sum = 0
  for (let pair = 0; pair < PAIRS; pair++) {
    const count = next[pair] as number
    next[pair] = sum
    sum += count
  }
  for (let at = 0; at < given.length; at++) {
    const position = given[at] as number
    const pair = pairAt(text, position)
    const to = next[pair] as number
    positions[to] = position
    next[pair] = to + 1
  }
  return next
}

function pairAt(text: Uint8Array, at: number): number {
  const first = text[at] as number
  return first === 0 ? 0 : (first << 8) | (text[at + 1] as number)
}

interface Sorter {
  readonly text: Uint8Array
  readonly positions: Uint32Array
  /** Four octets of each position's text, from the depth that is being sorted by. */
  readonly keys: Uint32Array
}

/** @param depth octets that all of the range have in common */
function sortRange(sorter: Sorter, from: number, to: number, depth: number): void {
  const { positions, keys } = sorter
  loadKeys(sorter, from, to, depth)
  // The longest part is left for the loop, so the calls are no deeper than the logarithm.
  let start = from
  let end = to
  while (end - start > SHORT) {
    const pivot = median(keys, start, end)
    let less = start
    let greater = end
    for (let at = start; at < greater; ) {
      const key = keys[at] as number
      if (key === pivot) {
        at += 1
        continue
      }
      const other = key < pivot ? less++ : --greater
      const position = positions[at] as number
      positions[at] = positions[other] as number
      keys[at] = keys[other] as number
      positions[other] = position
      keys[other] = key
      if (key < pivot) at += 1
    }
    if ((pivot & 0xff) !== 0) sortRange(sorter, less, greater, depth + 4)
    else positions.subarray(less, greater).sort()
    if (less - start < end - greater) {
      sortKeyed(sorter, start, less, depth)
      start = greater
    } else {
      sortKeyed(sorter, greater, end, depth)
      end = less
    }
  }
  insert(sorter, start, end, depth)
}

/** The same, its keys being there. */
function sortKeyed(sorter: Sorter, from: number, to: number, depth: number): void {
  if (to - from > SHORT) sortRange(sorter, from, to, depth)
  else insert(sorter, from, to, depth)
}

function loadKeys({ text, positions, keys }: Sorter, from: number, to: number, depth: number): void {
  for (let at = from; at < to; at++) {
    const start = (positions[at] as number) + depth
    let key = 0
    let octet = text[start] as number
    if (octet !== 0) {
      key = octet << 24
      octet = text[start + 1] as number
      if (octet !== 0) {
        key |= octet << 16
        octet = text[start + 2] as number
        if (octet !== 0) key |= (octet << 8) | (text[start + 3] as number)
      }
    }
    keys[at] = key
  }
}

function insert({ text, positions, keys }: Sorter, from: number, to: number, depth: number): void {
  for (let at = from + 1; at < to; at++) {
    const position = positions[at] as number
    const key = keys[at] as number
    let before = at - 1
    for (; before >= from; before--) {
      const other = keys[before] as number
      if (key > other) break
      if (key === other && !isBefore(text, position, positions[before] as number, key, depth)) break
      positions[before + 1] = positions[before] as number
      keys[before + 1] = other
    }
    positions[before + 1] = position
    keys[before + 1] = key
  }
}

/** Of two whose keys are equal. */
function isBefore(text: Uint8Array, position: number, other: number, key: number, depth: number): boolean {
  if ((key & 0xff) === 0) return position < other
  let a = position + depth + 4
  let b = other + depth + 4
  while (text[a] === text[b] && text[a] !== 0) {
    a += 1
    b += 1
  }
  const order = (text[a] as number) - (text[b] as number)
  return order === 0 ? position < other : order < 0
}

function median(keys: Uint32Array, from: number, to: number): number {
  const a = keys[from] as number
  const b = keys[(from + to) >>> 1] as number
  const c = keys[to - 1] as number
  if (a < b) return b < c ? b : Math.max(a, c)
  return a < c ? a : Math.max(b, c)
}
