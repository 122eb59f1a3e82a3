/**
 * Entries of the log: id `EPOCH-N` and these fields.
 *
 *     prev   the id before it; '' where head and log did not agree: fits no follower
 *     kind   epoch: N = 0, a publisher begins. delta: `image` is the delta, gzip or plain. base: head names a new base, which
 *            holds more than the log does. handover: the publisher gives its lease up.
 *     at     when it was published, ms of the publisher's clock
 *     image  of a delta
 *
 * An entry that is none of these is one that cannot be applied; those before it can.
 */
import { FeedError } from '../../errors.ts'
import { parsePosition } from '../../position.ts'
import type { Position } from '../../step.ts'
import type { RedisClient } from '../connection/client.ts'
import type { FeedKeys } from './keys.ts'
import { shown } from './shown.ts'

const KINDS = ['epoch', 'delta', 'base', 'handover'] as const

export interface Entry {
  readonly position: Position
  readonly previous: Position
  readonly kind: (typeof KINDS)[number] | 'unknown'
  /** As it stands there. */
  readonly kindText: string
  readonly publishedAtMs: number | undefined
  /** As it was sent; empty for other kinds than delta. */
  readonly payload: Uint8Array
}

/** At a time; the log holds little of any size, since compaction bounds it. */
const ENTRIES_MAX = 256

/**
 * The entries after a position, oldest first.
 * @param blockMs how long to wait for one; undefined: not at all
 * @throws FeedError damaged, and what `client` throws
 */
export async function readEntries(
  client: RedisClient,
  keys: FeedKeys,
  after: Position,
  blockMs?: number,
): Promise<Entry[]> {
  const block = blockMs === undefined ? [] : ['BLOCK', Math.max(1, Math.round(blockMs))]
  const reply = await client.callBuffer('xread', ['COUNT', ENTRIES_MAX, ...block, 'STREAMS', keys.log, after || '0-0'])
  if (reply === null) return []
  const stream: unknown = Array.isArray(reply) ? reply[0] : undefined
  const entries: unknown = Array.isArray(stream) ? stream[1] : undefined
  if (!Array.isArray(entries)) throw new FeedError('damaged', 'the log is no stream')
  return entries.map(readEntry)
}

function readEntry(entry: unknown): Entry {
  const [id, list]: unknown[] = Array.isArray(entry) ? entry : []
  const position = text(id)
  if (position === '' || !Array.isArray(list)) throw new FeedError('damaged', 'a log entry')
  const fields = new Map<string, unknown>()
  for (let at = 0; at + 1 < list.length; at += 2) fields.set(text(list[at]), list[at + 1])
  const isPosition = parsePosition(position) !== undefined
  const kindText = text(fields.get('kind'))
  const image = fields.get('image')
  const at = Number(text(fields.get('at')))
  return {
    position,
    previous: text(fields.get('prev')),
    kind: (isPosition && KINDS.find((known) => known === kindText)) || 'unknown',
    kindText: shown(kindText),
    publishedAtMs: at > 0 ? at : undefined,
    payload: image instanceof Uint8Array ? image : new Uint8Array(),
  }
}

function text(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1') : ''
}
