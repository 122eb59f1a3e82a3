/**
 * Where each count stands. A tally is memory of doubles, shared by the threads that count for a listener: a block for each of
 * them, so that every cell has one writer, nothing is locked and nothing is lost. Doubles count to 2^53; 32 bits are full in
 * an hour.
 *
 *     block:  PANICS LIMITED pad | zone 0 | zone 1 | … | dropped
 *     zone:   requests [proto][family][type] | DO | responses [plugin][rcode] | duration | request sizes [proto] | response sizes [proto]
 *
 * A histogram is a cell for each bound, one for what is above them all, and one for the sum.
 */
import type { Block } from '../block.ts'

export const PROTOS = ['udp', 'tcp'] as const
/** CoreDNS's numbers of the families: IPv4, IPv6. */
export const FAMILIES = ['1', '2'] as const
/** Who wrote the response; '' is the server itself. */
export const PLUGINS = ['', 'kubernetes', 'whoami'] as const
export type PluginName = (typeof PLUGINS)[number]

/** Types that CoreDNS counts by name; the last stands for all others. */
export const TYPES = [
  ...['A', 'AAAA', 'ANY', 'AXFR', 'CNAME', 'DNSKEY', 'DS', 'HTTPS', 'IXFR', 'MX'],
  ...['NS', 'NSEC', 'NSEC3', 'PTR', 'RRSIG', 'SOA', 'SRV', 'SVCB', 'TXT', 'other'],
] as readonly string[]

/** RCODEs 0..23; no response of ours has a higher one. */
export const RCODES = 24

/** Octets; those of CoreDNS. */
export const SIZE_BOUNDS: readonly number[] = [
  ...[0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16_000, 32_000, 48_000, 64_000],
]
/** Seconds; those of CoreDNS: 0.25 ms, and twice as much each, to 8.192 s. */
export const DURATION_BOUNDS: readonly number[] = Array.from({ length: 16 }, (_, power) => 0.00025 * 2 ** power)

const SIZE_CELLS = SIZE_BOUNDS.length + 2
const DURATION_CELLS = DURATION_BOUNDS.length + 2

const requests = 0
const dnssecOk = requests + PROTOS.length * FAMILIES.length * TYPES.length
const responses = dnssecOk + 1
const duration = responses + PLUGINS.length * RCODES
const requestSizes = duration + DURATION_CELLS
const responseSizes = requestSizes + PROTOS.length * SIZE_CELLS

/** Where each kind of cells begins in a zone. */
export const CELL = { requests, dnssecOk, responses, duration, requestSizes, responseSizes } as const
export const ZONE_CELLS = responseSizes + PROTOS.length * SIZE_CELLS

/** The first cells of a block; zones follow after a whole cache line. */
export const PANICS = 0
export const LIMITED = 1
export const HEAD_CELLS = 8

/** What reaches no zone is counted under this name, as in CoreDNS; it is none that a zone can have. */
export const DROPPED = 'dropped'

/** The zones that are counted, by their place in a block; empty when no server block wants it. */
export function countedZones(blocks: readonly Block[]): readonly string[] {
  const zones = blocks.filter(({ counted }) => counted).flatMap((block) => block.zones)
  return zones.length === 0 ? [] : [...zones, DROPPED]
}

/** First cell of a zone in its block. */
export function zoneCell(zone: number): number {
  return HEAD_CELLS + zone * ZONE_CELLS
}

/** Of whole cache lines, so that threads do not slow each other down. */
export function blockCells(zones: number): number {
  return Math.ceil(zoneCell(zones) / 8) * 8
}

/** Relative to where the kind begins. */
export function requestCell(proto: number, family: number, type: number): number {
  return (proto * FAMILIES.length + family) * TYPES.length + type
}

export function sizeCell(proto: number): number {
  return proto * SIZE_CELLS
}
