/**
 * Counts what is answered: one for each thread and listener, on the way of every packet, so it allocates nothing and reads no
 *clock but for one query in 32. See `tally-layout.ts` for what it writes and `read-tally.ts` for how to read it.
 */
import { TYPE } from '@zonecast/dns'
import type { Block } from '../block.ts'
import {
  blockCells,
  CELL,
  countedZones,
  DURATION_BOUNDS,
  FAMILIES,
  HEAD_CELLS,
  LIMITED,
  PANICS,
  RCODES,
  SIZE_BOUNDS,
  sizeCell,
  TYPES,
  ZONE_CELLS,
} from './tally-layout.ts'

const OTHER = TYPES.length - 1
const TYPE_SLOT = new Uint8Array(256).fill(OTHER)
for (const [slot, name] of TYPES.entries()) if (name in TYPE) TYPE_SLOT[TYPE[name as keyof typeof TYPE]] = slot

/**
 * Bucket of each size; a table, for searching takes longer than all the rest. Filled a bucket at a time: size by size it took
 * each thread 11 ms at its start, and Bun compiled that loop for some MB.
 */
const SIZE_BUCKET = new Uint8Array(65_536).fill(SIZE_BOUNDS.length)
for (const [bucket, bound] of [...SIZE_BOUNDS.entries()].reverse()) SIZE_BUCKET.fill(bucket, 0, bound + 1)

/** Numbers of their own, which engines fold into the code. */
const { requests, dnssecOk: dnssecOkCell, responses, duration, requestSizes, responseSizes } = CELL
const FAMILY_CELLS = TYPES.length
const PROTO_CELLS = FAMILY_CELLS * FAMILIES.length
const SIZE_SUM = SIZE_BOUNDS.length + 1
const SIZE_CELLS = sizeCell(1)
const DURATION_SUM = DURATION_BOUNDS.length + 1

/** A query on the fast path in so many is timed; those after it count as having taken as long. A power of two. */
const TIMED = 32

/** Memory for the counts of a listener. @param threads how many count in it. */
export function tallyMemory(blocks: readonly Block[], threads: number): SharedArrayBuffer {
  const cells = blockCells(countedZones(blocks).length) * threads
  return new SharedArrayBuffer(cells * Float64Array.BYTES_PER_ELEMENT)
}

export class Tally {
  /** Place of what reaches no zone; negative when nothing is counted. */
  readonly dropped: number
  readonly now: () => number
  readonly #cells: Float64Array
  #queries = 0
  #startMs = 0
  /** Of the last query that was timed. */
  #heldBucket = 0
  #heldSec = 0

  /**
   * @param thread whose block it is; nobody else may count in it.
   * @param now milliseconds of a clock that only goes forward.
   */
  constructor(blocks: readonly Block[], memory: SharedArrayBuffer, thread: number, now: () => number) {
    const zones = countedZones(blocks).length
    const cells = blockCells(zones)
    this.dropped = zones - 1
    this.now = now
    this.#cells = new Float64Array(memory, thread * cells * Float64Array.BYTES_PER_ELEMENT, cells)
  }

  /** The fast path takes up a query. */
  begin(): void {
    if ((this.#queries & (TIMED - 1)) === 0) this.#startMs = this.now()
  }

  /**
   * A query was answered. One function and no smaller ones: V8 then leaves it out of line, and the room that it has for
   * inlining to the answering itself.
   * @param zone place of its zone, see `Route.counted`; negative: it is not counted.
   * @param type 0 when the question could not be read.
   * @param plugin place in PLUGINS.
   * @param durationMs negative on the fast path, where `begin` was called.
   */
  count(
    zone: number,
    type: number,
    dnssecOk: boolean,
    stream: boolean,
    ipv6: boolean,
    plugin: number,
    rcode: number,
    queryOctets: number,
    responseOctets: number,
    durationMs: number,
  ): void {
    let durationSec = this.#heldSec
    let bucket = this.#heldBucket
    if (durationMs >= 0) {
      durationSec = durationMs / 1000
      bucket = bucketOf(durationSec, DURATION_BOUNDS)
    } else {
      if ((this.#queries & (TIMED - 1)) === 0) {
        durationSec = (this.now() - this.#startMs) / 1000
        bucket = bucketOf(durationSec, DURATION_BOUNDS)
        this.#heldSec = durationSec
        this.#heldBucket = bucket
      }
      this.#queries = (this.#queries + 1) | 0
    }
    if (zone < 0) return
    const cells = this.#cells
    const start = HEAD_CELLS + zone * ZONE_CELLS
    const typeSlot = type < 256 ? (TYPE_SLOT[type] as number) : OTHER
    let at = start + requests + (stream ? PROTO_CELLS : 0) + (ipv6 ? FAMILY_CELLS : 0) + typeSlot
    cells[at] = (cells[at] as number) + 1
    at = start + dnssecOkCell
    if (dnssecOk) cells[at] = (cells[at] as number) + 1
    at = start + responses + plugin * RCODES + rcode
    cells[at] = (cells[at] as number) + 1
    at = start + duration
    cells[at + bucket] = (cells[at + bucket] as number) + 1
    cells[at + DURATION_SUM] = (cells[at + DURATION_SUM] as number) + durationSec
    at = start + requestSizes + (stream ? SIZE_CELLS : 0)
    cells[at + SIZE_SUM] = (cells[at + SIZE_SUM] as number) + queryOctets
    at += SIZE_BUCKET[queryOctets] as number
    cells[at] = (cells[at] as number) + 1
    at = start + responseSizes + (stream ? SIZE_CELLS : 0)
    cells[at + SIZE_SUM] = (cells[at + SIZE_SUM] as number) + responseOctets
    at += SIZE_BUCKET[responseOctets] as number
    cells[at] = (cells[at] as number) + 1
  }

  /** An error was met that nobody foresaw. */
  panicked(): void {
    this.#cells[PANICS] = (this.#cells[PANICS] as number) + 1
  }

  /** An answer to a question with wildcards is but a part of what there is. */
  limited(): void {
    this.#cells[LIMITED] = (this.#cells[LIMITED] as number) + 1
  }
}

function bucketOf(value: number, bounds: readonly number[]): number {
  let bucket = 0
  while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++
  return bucket
}
