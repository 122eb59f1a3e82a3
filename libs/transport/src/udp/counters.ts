/**
 * What happened to datagrams, counted in shared memory: a block for each packet thread and one for the control thread.
 * Each block has one writer, so nothing is locked and nothing is lost; readers add the blocks up. Doubles, because they
 * count to 2^53 and 32 bits are full in an hour.
 */
export const UDP_COUNTERS = [
  /** Datagrams that came in. */
  'received',
  /** Answers sent, by the fast path or the slow one. */
  'answered',
  /** Queries handed to the slow path. */
  'slow',
  /** Met with silence: responses, what has no header, what came from port 0, what the slow path has no answer for. */
  'dropped',
  /** Met with silence because the slow path had its fill. */
  'overloaded',
  /** Longer than QUERY_OCTETS, refused with FORMERR or silence. */
  'oversized',
  /** Answers that the system would not send. */
  'sendErrors',
] as const

export type UdpCounter = (typeof UDP_COUNTERS)[number]
export type UdpCounters = Readonly<Record<UdpCounter, number>>

/** Index of each counter in a block. */
export const COUNTER = Object.fromEntries(UDP_COUNTERS.map((name, i) => [name, i])) as UdpCounters

/** A block fills cache lines of its own, so that writers do not slow each other down. */
const BLOCK_COUNTERS = 16

/** Adds to one counter of a block. */
export function count(block: Float64Array, index: number, amount = 1): void {
  block[index] = (block[index] ?? 0) + amount
}

export function counterMemory(blocks: number): SharedArrayBuffer {
  return new SharedArrayBuffer(blocks * BLOCK_COUNTERS * Float64Array.BYTES_PER_ELEMENT)
}

export function counterBlock(memory: SharedArrayBuffer, index: number): Float64Array {
  return new Float64Array(memory, index * BLOCK_COUNTERS * Float64Array.BYTES_PER_ELEMENT, BLOCK_COUNTERS)
}

export function readCounters(memory: SharedArrayBuffer): UdpCounters {
  const all = new Float64Array(memory)
  const sum = (index: number) => {
    let total = 0
    for (let at = index; at < all.length; at += BLOCK_COUNTERS) total += all[at] ?? 0
    return total
  }
  return Object.fromEntries(UDP_COUNTERS.map((name, i) => [name, sum(i)])) as UdpCounters
}
