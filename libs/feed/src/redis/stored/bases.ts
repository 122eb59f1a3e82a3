/**
 * The bases that head names: one line each, newest first, `ID POSITION CHUNKS OCTETS SHA256 CREATED-MS`. OCTETS and SHA256
 * are those of the image, not of its gzip; the SHA-256 is the one at the image's end.
 */
import { FeedError } from '../../errors.ts'
import { parsePosition } from '../../position.ts'
import type { Position } from '../../step.ts'

export interface BaseEntry {
  readonly id: string
  /** It holds all that the log led to up to here. */
  readonly position: Position
  readonly chunks: number
  readonly octets: number
  /** Lower-case hex. */
  readonly sha256: string
  readonly createdAtMs: number
}

/** No base is larger; what claims more is damaged. */
const BASE_OCTETS_MAX = 2 ** 30
const CHUNKS_MAX = 1024
/** `history` goes to 1000. What follows is not read: whoever trims leaves it out. */
const LINES_MAX = 1024
/** The base before the current one stays so long at least: a slow reader may be at it. */
export const SUPERSEDED_MS = 15 * 60_000
/** However fast bases follow each other. */
const KEPT_YOUNG_MAX = 8

/**
 * Lines that make no sense are passed over, save the first: whoever publishes a new base puts it before them.
 * @throws FeedError damaged
 */
export function parseBases(text: string): BaseEntry[] {
  if (text === '') return []
  return text.split('\n', LINES_MAX).flatMap((line, at) => {
    const entry = parseBase(line)
    if (entry === undefined && at === 0) {
      throw new FeedError('damaged', `head names a base in a way that makes no sense: "${line.slice(0, 200)}"`)
    }
    return entry ?? []
  })
}

function parseBase(line: string): BaseEntry | undefined {
  const [id = '', position = '', chunks = '', octets = '', sha256 = '', created = ''] = line.split(' ')
  const entry = { id, position, chunks: Number(chunks), octets: Number(octets), sha256, createdAtMs: Number(created) }
  const right =
    /^[\w-]{1,64}$/.test(id) &&
    parsePosition(position) !== undefined &&
    isBetween(entry.chunks, 1, CHUNKS_MAX) &&
    isBetween(entry.octets, 1, BASE_OCTETS_MAX) &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    Number.isFinite(entry.createdAtMs)
  return right ? entry : undefined
}

export function writeBases(bases: readonly BaseEntry[]): string {
  return bases
    .map((base) =>
      [base.id, base.position, base.chunks, base.octets, base.sha256, Math.round(base.createdAtMs)].join(' '),
    )
    .join('\n')
}

/**
 * Which bases stay: the newest `history`, and of the others those that were current less than 15 minutes ago, 8 in all at
 * most.
 */
export function keptBases(bases: readonly BaseEntry[], history: number, nowMs: number): readonly BaseEntry[] {
  const unique = bases.filter((base, at) => bases.findIndex(({ id }) => id === base.id) === at)
  return unique.filter((_, at) => {
    const successor = unique[at - 1]
    if (at < history || successor === undefined) return true
    return at < KEPT_YOUNG_MAX && nowMs - successor.createdAtMs < SUPERSEDED_MS
  })
}

function isBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}
