/** The scripts as functions: what goes in and what comes back has names and types. Each may be called again with the same input when its reply was lost. */
import { FeedError } from '../../errors.ts'
import { parsePosition } from '../../position.ts'
import type { Position } from '../../step.ts'
import { type Argument, type RedisClient, runScript } from '../connection/client.ts'
import type { WrittenBase } from '../stored/base-chunks.ts'
import type { FeedKeys } from '../stored/keys.ts'
import { parseSerial } from '../stored/serials.ts'
import { shown } from '../stored/shown.ts'
import { APPEND } from './scripts/append.ts'
import { BEGIN } from './scripts/begin.ts'
import { COMPACT } from './scripts/compact.ts'
import { HANDOVER } from './scripts/handover.ts'
import { RECALL } from './scripts/recall.ts'
import { RENEW } from './scripts/renew.ts'
import { TAKE } from './scripts/take.ts'
import { TRIM } from './scripts/trim.ts'

/** Who publishes, as head says it. */
export interface PublisherWords {
  readonly publisher: string
  readonly format: number
  /** Hash of the configuration that shapes records. */
  readonly config: string
  /** The same in words. */
  readonly options: string
}

export interface Taking extends PublisherWords {
  readonly leaseMs: number
  /** The last that the caller knows of. */
  readonly known: Position
  readonly nowMs: number
  /** The last SOA serials that the caller knows of, by zone. */
  readonly serials: ReadonlyMap<string, number>
}

/** taken: an epoch began at `position`. held: another has the lease; where head stands, who that is, and the serials there, by zone. */
export type Taken =
  | { readonly outcome: 'taken'; readonly position: Position; readonly previous: Position }
  | {
      readonly outcome: 'held'
      readonly position: Position
      readonly publisher: string
      readonly serials: ReadonlyMap<string, number>
    }

export interface Appending {
  readonly position: Position
  readonly previous: Position
  readonly payload: Uint8Array
  readonly nowMs: number
  /** SOA serials that differ from those in head, by zone. */
  readonly serials: ReadonlyMap<string, number>
}

export interface Beginning extends PublisherWords {
  readonly base: WrittenBase
  readonly knownEpoch: number
  readonly nowMs: number
  readonly serials: ReadonlyMap<string, number>
}

type Begun = { readonly position: Position } | 'NOTLEASE' | 'MISSING' | 'RECALL'

export interface Compacting {
  readonly base: WrittenBase
  /** The base holds all up to here. */
  readonly position: Position
  /** Id of the base that head names now, '' for none. */
  readonly replaces: string
  readonly nowMs: number
}

/** A base that head names, and the format that head has. */
export interface PlacedBase {
  readonly id: string
  readonly format: number
  readonly position: Position
  readonly chunkKeys: readonly string[]
}

export interface Trimming {
  /** `bases` of head, now and then. */
  readonly from: string
  readonly to: string
  readonly dropped: readonly string[]
  readonly oldest: Position
}

/** Writes to one feed under one token. What each reply means stands in its script. */
export class FeedWrites {
  readonly #keys: FeedKeys
  readonly #token: string

  constructor(keys: FeedKeys, token: string) {
    this.#keys = keys
    this.#token = token
  }

  async take(client: RedisClient, taking: Taking): Promise<Taken> {
    const { leaseMs, publisher, format, config, options, known, nowMs, serials } = taking
    const args = [leaseMs, publisher, format, config, options, known, nowMs, ...pairs(serials)]
    const reply = await this.#run(client, TAKE, [], args)
    const [outcome, position, third = '', ...more] = words(reply)
    if (outcome === 'HELD') {
      const publisher = shown(third.replace(/ \S*$/, ''))
      return { outcome: 'held', position: position ?? '', publisher, serials: serialsIn(more) }
    }
    if (outcome !== 'OK') throw strange('take', outcome)
    return { outcome: 'taken', position: positionIn(position), previous: third }
  }

  /**
   * @param position '' while a write of our own is on its way
   * @param base the current one, which has to be whole
   */
  async renew(
    client: RedisClient,
    leaseMs: number,
    position: Position,
    base: PlacedBase | undefined,
  ): Promise<'OK' | 'GAP' | 'RECALL' | 'NOTLEASE'> {
    const ofBase = base === undefined ? [''] : [base.position, base.id, base.format]
    const reply = await this.#run(client, RENEW, base?.chunkKeys ?? [], [leaseMs, position, ...ofBase])
    return oneOf('renew', reply, ['OK', 'GAP', 'RECALL', 'NOTLEASE'])
  }

  /** @returns the serials that a standby knew to be later, by zone; none when the lease is over */
  async recall(client: RedisClient): Promise<Map<string, number>> {
    const [, ...serials] = words(await this.#run(client, RECALL, [], []))
    return serialsIn(serials)
  }

  async append(client: RedisClient, appending: Appending): Promise<'OK' | 'ALREADY' | 'GAP' | 'NOTLEASE'> {
    const { position, previous, payload, nowMs, serials } = appending
    const args = [position, previous, payload, nowMs, ...pairs(serials)]
    return oneOf('append', await this.#run(client, APPEND, [], args), ['OK', 'ALREADY', 'GAP', 'NOTLEASE'])
  }

  /** @returns the position of the base, or why there is none */
  async begin(client: RedisClient, beginning: Beginning): Promise<Begun> {
    const { base, knownEpoch, nowMs, publisher, format, config, options, serials } = beginning
    const { id, octets, sha256, chunkKeys } = base
    const args = [id, octets, sha256, knownEpoch, nowMs, publisher, format, config, options, ...pairs(serials)]
    const [outcome, position] = words(await this.#run(client, BEGIN, chunkKeys, args))
    if (outcome === 'OK' || outcome === 'ALREADY') return { position: positionIn(position) }
    return oneOf('begin', outcome, ['NOTLEASE', 'MISSING', 'RECALL'])
  }

  async compact(
    client: RedisClient,
    { base, position, replaces, nowMs }: Compacting,
  ): Promise<'OK' | 'ALREADY' | 'NOTLEASE' | 'STALE' | 'GAP' | 'MISSING'> {
    const args = [base.id, base.octets, base.sha256, position, replaces, nowMs]
    const reply = await this.#run(client, COMPACT, base.chunkKeys, args)
    return oneOf('compact', reply, ['OK', 'ALREADY', 'NOTLEASE', 'STALE', 'GAP', 'MISSING'])
  }

  async trim(client: RedisClient, { from, to, dropped, oldest }: Trimming): Promise<'OK' | 'NOTLEASE' | 'STALE'> {
    return oneOf('trim', await this.#run(client, TRIM, dropped, [from, to, oldest]), ['OK', 'NOTLEASE', 'STALE'])
  }

  async handOver(
    client: RedisClient,
    { position, previous, nowMs }: { position: Position; previous: Position; nowMs: number },
  ): Promise<'OK' | 'GAP' | 'NOTLEASE'> {
    const reply = await this.#run(client, HANDOVER, [], [position, previous, nowMs])
    return oneOf('handover', reply, ['OK', 'GAP', 'NOTLEASE'])
  }

  #run(client: RedisClient, script: string, more: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const { lease, head, log } = this.#keys
    return runScript(client, script, [lease, head, log, ...more], [this.#token, ...args])
  }
}

function words(reply: unknown): (string | undefined)[] {
  return Array.isArray(reply) ? reply.map((word) => (typeof word === 'string' ? word : undefined)) : []
}

/** @param pairs of a zone and its serial; what is no serial is passed over */
function serialsIn(pairs: readonly (string | undefined)[]): Map<string, number> {
  const serials = new Map<string, number>()
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const serial = parseSerial(pairs[at + 1])
    if (serial !== undefined) serials.set(pairs[at] ?? '', serial)
  }
  return serials
}

function oneOf<const Word extends string>(script: string, reply: unknown, known: readonly Word[]): Word {
  const word = known.find((candidate) => candidate === reply)
  if (word === undefined) throw strange(script, reply)
  return word
}

function positionIn(text: string | undefined): Position {
  if (text === undefined || parsePosition(text) === undefined) throw strange('position', text)
  return text
}

function strange(what: string, reply: unknown): FeedError {
  return new FeedError('damaged', `the script "${what}" returned ${JSON.stringify(reply)}`)
}

function pairs(serials: ReadonlyMap<string, number>): Argument[] {
  return [...serials].flat()
}
