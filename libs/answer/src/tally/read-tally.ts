/** What the threads of a listener have counted, added up. Cells that are still 0 are left out. */
import { rcodeToText } from '@zonecast/dns'
import type { Block } from '../block.ts'
import {
  blockCells,
  CELL,
  countedZones,
  DURATION_BOUNDS,
  FAMILIES,
  LIMITED,
  PANICS,
  PLUGINS,
  type PluginName,
  PROTOS,
  RCODES,
  requestCell,
  SIZE_BOUNDS,
  sizeCell,
  TYPES,
  zoneCell,
} from './tally-layout.ts'

export interface Histogram {
  /** Upper bounds, rising. */
  readonly bounds: readonly number[]
  /** How many values lie up to each bound and above the one before; one more for those above all. */
  readonly counts: readonly number[]
  readonly sum: number
}

type Proto = (typeof PROTOS)[number]

export interface ZoneReading {
  /** As the block's key has it, without root dot, '' for the root; or `dropped`. */
  readonly zone: string
  /** `type` is one of CoreDNS's or `other`. */
  readonly requests: readonly {
    readonly proto: Proto
    readonly family: string
    readonly type: string
    readonly count: number
  }[]
  readonly dnssecOk: number
  readonly responses: readonly { readonly plugin: PluginName; readonly rcode: string; readonly count: number }[]
  readonly durationSec: Histogram
  readonly sizes: readonly { readonly proto: Proto; readonly requests: Histogram; readonly responses: Histogram }[]
}

export interface TallyReading {
  /** Errors that nobody foresaw. */
  readonly panics: number
  /** Answers to questions with wildcards that were but a part of what there is. */
  readonly limited: number
  /** Those that were asked for anything. */
  readonly zones: readonly ZoneReading[]
}

/** @param memory of `tallyMemory` for these blocks; it may be written to meanwhile. */
export function readTally(blocks: readonly Block[], memory: SharedArrayBuffer): TallyReading {
  const zones = countedZones(blocks)
  const sums = sumOfBlocks(new Float64Array(memory), blockCells(zones.length))
  const readings = zones.map((zone, place) => readZone(zone, sums, zoneCell(place)))
  const [panics = 0, limited = 0] = [sums[PANICS], sums[LIMITED]]
  return { panics, limited, zones: readings.filter(({ requests }) => requests.length > 0) }
}

function sumOfBlocks(all: Float64Array, cells: number): Float64Array {
  const sums = all.slice(0, cells)
  for (let at = cells; at < all.length; at++) sums[at % cells] = (sums[at % cells] ?? 0) + (all[at] ?? 0)
  return sums
}

function readZone(zone: string, sums: Float64Array, start: number): ZoneReading {
  const count = (at: number) => sums[start + at] ?? 0
  const histogram = (at: number, bounds: readonly number[]): Histogram => {
    const cells = sums.subarray(start + at, start + at + bounds.length + 2)
    return { bounds, counts: [...cells.subarray(0, -1)], sum: cells.at(-1) ?? 0 }
  }
  const requests = PROTOS.flatMap((proto, p) =>
    FAMILIES.flatMap((family, f) =>
      TYPES.map((type, t) => ({ proto, family, type, count: count(CELL.requests + requestCell(p, f, t)) })),
    ),
  )
  const responses = PLUGINS.flatMap((plugin, p) =>
    Array.from({ length: RCODES }, (_, rcode) => {
      return { plugin, rcode: rcodeToText(rcode), count: count(CELL.responses + p * RCODES + rcode) }
    }),
  )
  const sizes = PROTOS.map((proto, p) => ({
    proto,
    requests: histogram(CELL.requestSizes + sizeCell(p), SIZE_BOUNDS),
    responses: histogram(CELL.responseSizes + sizeCell(p), SIZE_BOUNDS),
  }))
  return {
    zone,
    requests: requests.filter((each) => each.count > 0),
    dnssecOk: count(CELL.dnssecOk),
    responses: responses.filter((each) => each.count > 0),
    durationSec: histogram(CELL.duration, DURATION_BOUNDS),
    sizes: sizes.filter(({ requests: { counts } }) => counts.some((each) => each > 0)),
  }
}
