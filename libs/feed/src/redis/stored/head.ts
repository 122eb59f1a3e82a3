/**
 * Head, one hash: what is published, and where.
 *
 *     format      see formats.ts
 *     epoch pos   id of the last log entry, and its epoch
 *     base bases  id of the current base; all that are kept, see bases.ts
 *     serial:ZONE SOA serial, one field a zone; zones that went away stay, so that their serials never go back
 *     recall      later serials that a standby knows, a line each, `ZONE SERIAL`; until the publisher has seen them
 *     config      hash of the configuration that shapes records
 *     options     the same in words, for people; as the publisher writes it
 *     publisher   name of who publishes or did last
 *     heartbeat   the server's time in ms when it last said that it is there
 */
import { FeedError } from '../../errors.ts'
import { parsePosition } from '../../position.ts'
import type { Position } from '../../step.ts'
import type { RedisClient } from '../connection/client.ts'
import { type BaseEntry, parseBases } from './bases.ts'
import { checkFormat } from './formats.ts'
import type { FeedKeys } from './keys.ts'
import { parseSerial } from './serials.ts'
import { shown } from './shown.ts'

/** What a follower looks at. */
export interface Head {
  /** Of what is written from now on; bases before may have the other one. See formats.ts. */
  readonly format: number
  readonly position: Position
  /** Newest first; empty before the first base. */
  readonly bases: readonly BaseEntry[]
  /** As it stands there. */
  readonly basesText: string
  readonly config: string
  /** As it stands there; not to be shown as it is. */
  readonly options: string
  readonly publisher: string
  readonly heartbeatMs: number
}

/** The last that `Date` has, ECMA-262 section 21.4.1.1. */
const TIME_MAX_MS = 8.64e15

const FIELDS = ['format', 'pos', 'base', 'bases', 'config', 'options', 'publisher', 'heartbeat']

/**
 * @returns undefined when nothing was ever published here, or all of it is lost
 * @throws FeedError unknown-format, damaged, and what `client` throws
 */
export async function readHead(client: RedisClient, keys: FeedKeys): Promise<Head | undefined> {
  const reply = await client.call('hmget', [keys.head, ...FIELDS])
  if (!Array.isArray(reply) || reply.length !== FIELDS.length) throw new FeedError('damaged', 'head is no hash')
  const [format, pos, base, bases, config, options, publisher, heartbeat] = reply.map(text)
  if (format === '' && pos === '') return undefined
  checkFormat(Number(format))
  if (pos === undefined || parsePosition(pos) === undefined)
    throw new FeedError('damaged', `head's position is "${shown(pos ?? '')}"`)
  const entries = parseBases(bases ?? '')
  if ((entries[0]?.id ?? '') !== base)
    throw new FeedError('damaged', 'head names a base that is not the first it lists')
  return {
    format: Number(format),
    position: pos,
    bases: entries,
    basesText: bases ?? '',
    config: shown(config ?? ''),
    options: options ?? '',
    publisher: shown(publisher ?? ''),
    heartbeatMs: timeOf(heartbeat),
  }
}

/**
 * The serials last published, by zone.
 * @throws FeedError damaged, and what `client` throws
 */
export async function readSerials(client: RedisClient, keys: FeedKeys): Promise<Map<string, number>> {
  const reply = await client.call('hgetall', [keys.head])
  const serials = new Map<string, number>()
  // ioredis makes an object of it.
  if (typeof reply !== 'object' || reply === null) throw new FeedError('damaged', 'head is no hash')
  for (const [field, value] of Object.entries(reply)) {
    const serial = field.startsWith('serial:') ? parseSerial(text(value)) : undefined
    if (serial !== undefined) serials.set(field.slice('serial:'.length), serial)
  }
  return serials
}

/** @returns 0 for what is no time */
function timeOf(text: string | undefined): number {
  const ms = Number(text)
  return ms > 0 && ms <= TIME_MAX_MS ? ms : 0
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
