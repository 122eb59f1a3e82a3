/**
 * Publishing within one term. The stack is what is published, as far as this process knows; so a GAP, and a delta that is too
 * large, are answered by a base made of the stack, without asking whoever compiles. Every write is one script, which does
 * nothing when the lease is not ours, and which finds out by itself when it is run again because a reply was lost.
 */
import { giveBack, type Image, loadImage } from '@zonecast/image'
import type { CacheFile } from '../../cache-file.ts'
import { backoff, type Clock } from '../../clock.ts'
import { FeedError } from '../../errors.ts'
import type { FollowedStack } from '../../image-stack.ts'
import { comparePositions, epochOf, nextPosition } from '../../position.ts'
import type { Position, Step } from '../../step.ts'
import type { RedisClient } from '../connection/client.ts'
import { faultOf } from '../connection/fault.ts'
import type { RedisLink } from '../connection/link.ts'
import type { PublisherDoing, Troubles } from '../connection/troubles.ts'
import { chunkKeysOf, type WrittenBase, writeChunks } from '../stored/base-chunks.ts'
import { keptBases, writeBases } from '../stored/bases.ts'
import { readHead } from '../stored/head.ts'
import type { FeedKeys } from '../stored/keys.ts'
import { DELTA_OCTETS_MAX, packDelta, UNPACKED_OCTETS_MAX } from '../stored/payload.ts'
import { type KnownSerials, serialsOf } from '../stored/serials.ts'
import type { Timing } from '../timing.ts'
import { compactionDue, type LogLoad } from './compaction.ts'
import type { FeedWrites, PublisherWords } from './feed-writes.ts'
import type { LeaseTerm } from './lease-term.ts'

/**
 * What became of an image.
 * published: followers can see it. base-wanted: a delta that fits nothing that is published, or a base whose serials have
 * turned out to be earlier than others'; compile a base. standby: we do not publish, or stopped while trying; it may or may
 * not be out, which the next `onLead` settles.
 */
export type PublishOutcome = 'published' | 'base-wanted' | 'standby'

/**
 * compacted: head names a new base. nothing: the newest base holds all there is. standby: we do not publish. overtaken:
 * another base came meanwhile.
 */
export type CompactOutcome = 'compacted' | 'nothing' | 'standby' | 'overtaken'

/** What followers can see now. */
export interface Published {
  /** compaction: a base that holds what the log does, which nobody has to load. */
  readonly kind: 'delta' | 'base' | 'compaction'
  readonly position: Position
  /** As they were sent. */
  readonly octets: number
  /** By our clock. */
  readonly atMs: number
}

/** trimmed: head lists fewer bases. nothing: all that it lists are kept. standby, overtaken: as above. */
export type TrimOutcome = 'trimmed' | 'nothing' | 'standby' | 'overtaken'

export interface WriterParts {
  readonly words: PublisherWords
  readonly keys: FeedKeys
  readonly history: number
  readonly compactWhen: 'due' | 'overdue'
  readonly link: RedisLink
  readonly writes: FeedWrites
  readonly serials: KnownSerials
  readonly stack: FollowedStack
  readonly cache: CacheFile | undefined
  readonly clock: Clock
  readonly timing: Timing
  readonly troubles: Troubles<PublisherDoing>
  newId(): string
  onPublished(published: Published): void
  /** Learns the later serials that a standby has left in head; who compiles is told. */
  recall(): Promise<void>
  /** For the chunks of one base, which must not hold up a renewal. */
  openBulkLink(): RedisLink
}

export class TermWriter {
  readonly #parts: WriterParts
  readonly #term: LeaseTerm
  /** The stack is what is published. Not so at the begin of a term that found nothing to go on from. */
  #warm: boolean
  #busy: Promise<unknown> = Promise.resolve()
  #compaction: Promise<CompactOutcome> | undefined
  #load: LogLoad = { entries: 0, octets: 0 }

  constructor(parts: WriterParts, term: LeaseTerm, warm: boolean) {
    this.#parts = parts
    this.#term = term
    this.#warm = warm
    if (warm) for (const { kind, octets } of parts.stack.images) if (kind === 'delta') this.#count(octets.length)
  }

  /** The stack is what is published: there is something that can be compacted, trimmed and audited. */
  get warm(): boolean {
    return this.#warm
  }

  /** Since the newest base. What others published before this term is counted as merged. */
  get logLoad(): LogLoad {
    return this.#load
  }

  /** Resolves when nothing that was handed to us is on its way. */
  get idle(): Promise<unknown> {
    return this.#busy
  }

  /** @throws ImageError, when it is none */
  publish(image: Uint8Array): Promise<PublishOutcome> {
    return this.#inTurn(async () => {
      const [newest] = this.#parts.stack.images
      const loaded = loadImage(image, undefined, newest)
      if (this.#term.isOver()) return 'standby'
      if (loaded.kind === 'base') return this.#publishBase(image, 'compiled')
      if (!this.#warm || loaded.shape !== newest?.shape) return 'base-wanted'
      const outcome = await this.#publishDelta(loaded)
      this.#compactWhenDue()
      return outcome
    })
  }

  /** Head and log do not stand where we left them: what is published is lost, or not ours. */
  closeGap(): Promise<PublishOutcome> {
    return this.#inTurn(async () => {
      const { link, stack, timing, writes } = this.#parts
      const term = this.#term
      if (!this.#warm || term.isOver()) return 'standby'
      // What was on its way when it was noticed may have settled it.
      const again = (client: RedisClient) => writes.renew(client, timing.leaseMs, term.position, term.base)
      const renewal = await link.use(again, term.signal)
      if (renewal === 'OK' || renewal === 'RECALL') return 'published'
      if (term.isOver()) return 'standby'
      return this.#publishBase(await stack.merged(), 'published')
    })
  }

  /**
   * Makes a base of what is published and names it in head; publishing goes on meanwhile. Whoever asks while that is being
   * done is told what comes of it.
   * @throws FeedError, when Redis refuses it
   */
  compact(): Promise<CompactOutcome> {
    this.#compaction ??= this.#compact().finally(() => {
      this.#compaction = undefined
    })
    return this.#compaction
  }

  async #compact(): Promise<CompactOutcome> {
    const { clock, keys, link, newId, stack, writes } = this.#parts
    const term = this.#term
    if (!this.#warm || term.isOver()) return 'standby'
    if (stack.images.length < 2) return 'nothing'
    const [position, before] = [stack.position, this.#load]
    const image = await stack.merged()
    if (term.isOver()) return 'standby'
    const head = await link.use((client) => readHead(client, keys), term.signal)
    const [newest] = head?.bases ?? []
    // Where that is later than what was merged, followers would load in vain.
    if (newest !== undefined && comparePositions(newest.position, position) > 0) return 'overtaken'
    const base = await this.#writeChunks(newId(), image)
    giveBack(image)
    const compacting = { base, position, replaces: newest?.id ?? '', nowMs: clock.wallMs() }
    if (term.isOver()) return 'standby'
    const outcome = await link.use((client) => writes.compact(client, compacting), term.signal)
    if (outcome === 'NOTLEASE') {
      term.end()
      return 'standby'
    }
    if (outcome !== 'OK' && outcome !== 'ALREADY') return 'overtaken'
    term.base = { ...base, position, format: this.#parts.words.format }
    this.#parts.onPublished({ kind: 'compaction', position, octets: base.sentOctets, atMs: compacting.nowMs })
    this.#load = { entries: this.#load.entries - before.entries, octets: this.#load.octets - before.octets }
    await this.trim()
    return 'compacted'
  }

  /**
   * Lets go of bases that are kept no longer, and of the log before the oldest that is.
   * @throws FeedError
   */
  trim(): Promise<TrimOutcome> {
    const { clock, history, keys, link, writes } = this.#parts
    return link.use(async (client): Promise<TrimOutcome> => {
      const head = await readHead(client, keys)
      const bases = head?.bases ?? []
      const kept = keptBases(bases, history, clock.wallMs())
      const oldest = kept.at(-1)
      if (this.#term.isOver()) return 'standby'
      if (head === undefined || oldest === undefined) return 'nothing'
      const dropped = bases.filter(({ id }) => !kept.some((base) => base.id === id))
      const chunks = dropped.flatMap((base) => chunkKeysOf(keys, base))
      const trimming = { from: head.basesText, to: writeBases(kept), dropped: chunks, oldest: oldest.position }
      const outcome = await writes.trim(client, trimming)
      if (outcome === 'NOTLEASE') {
        this.#term.end()
        return 'standby'
      }
      if (outcome === 'STALE') return 'overtaken'
      return dropped.length > 0 ? 'trimmed' : 'nothing'
    }, this.#term.signal)
  }

  /** As `closeGap` does; what goes wrong is told. */
  closeGapByItself(): void {
    this.#told('write', this.closeGap())
  }

  /** As `trim` does; what goes wrong is told. */
  trimByItself(): void {
    this.#told('trim', this.trim())
  }

  #told(doing: PublisherDoing, done: Promise<unknown>): void {
    const { troubles } = this.#parts
    done.then(
      () => troubles.over(doing),
      (error) => this.#term.isOver() || troubles.report(faultOf(error, 'the feed'), doing),
    )
  }

  async #publishDelta(delta: Image): Promise<PublishOutcome> {
    const image = delta.octets
    const { clock, serials, stack, writes } = this.#parts
    const previous = stack.position
    const position = nextPosition(previous)
    const payload = await packDelta(image)
    // Once the term is over the stack is a follower's again: not to be touched here.
    if (this.#term.isOver()) return 'standby'
    const step: Step = { kind: 'delta', position, previous, image }
    const isLarge = payload.length > DELTA_OCTETS_MAX || image.length > UNPACKED_OCTETS_MAX
    if (isLarge) return this.#publishBase(await this.#mergedWith(step), 'published')
    const news = serials.news(serialsOf(delta))
    const appending = { position, previous, payload, nowMs: clock.wallMs(), serials: news }
    const outcome = await this.#untilDone((client) => writes.append(client, appending))
    if (this.#term.isOver()) return 'standby'
    if (outcome === 'GAP') return this.#publishBase(await this.#mergedWith(step), 'published')
    if (outcome !== 'OK' && outcome !== 'ALREADY') return this.#notLease()
    this.#applied(step)
    this.#count(image.length)
    this.#parts.onPublished({ kind: 'delta', position, octets: payload.length, atMs: appending.nowMs })
    return 'published'
  }

  /**
   * Each attempt has an id of its own; a script whose reply was lost is run again with the same.
   * @param of what was published already goes out whatever its serials
   */
  async #publishBase(image: Uint8Array, of: 'compiled' | 'published'): Promise<PublishOutcome> {
    const { clock, newId, recall, serials, stack, writes } = this.#parts
    const ofImage = serialsOf(loadImage(image))
    serials.learn(ofImage)
    const isBehind = () => of === 'compiled' && serials.areBeyond(ofImage)
    while (!this.#term.isOver()) {
      if (isBehind()) return 'base-wanted'
      const base = await this.#persist(() => this.#writeChunks(newId(), image))
      if (base === undefined) break
      const now = { knownEpoch: epochOf(stack.position), nowMs: clock.wallMs() }
      // All that are known, should head have lost them.
      const beginning = { ...this.#parts.words, ...now, base, serials: serials.all }
      const outcome = await this.#untilDone(async (client) => (isBehind() ? 'BEHIND' : writes.begin(client, beginning)))
      if (outcome === 'RECALL') await this.#persist(recall)
      if (outcome === 'BEHIND' || outcome === 'RECALL' || outcome === 'MISSING') continue
      if (outcome === undefined || outcome === 'NOTLEASE' || this.#term.isOver()) break
      this.#term.base = { ...base, position: outcome.position, format: this.#parts.words.format }
      this.#applied({ kind: 'base', position: outcome.position, previous: '', image })
      this.#warm = true
      const { position } = outcome
      this.#parts.onPublished({ kind: 'base', position, octets: base.sentOctets, atMs: now.nowMs })
      this.#load = { entries: 0, octets: 0 }
      this.trimByItself()
      return 'published'
    }
    return this.#notLease()
  }

  /** Runs a script that moves the log until it is done, or the term is over: then undefined. */
  #untilDone<T>(run: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    const { link } = this.#parts
    const term = this.#term
    return this.#persist(async () => {
      term.writing = true
      try {
        return await link.use(async (client) => {
          // A process that was stopped wakes here with a lease that is over.
          if (term.isOver()) throw new FeedError('closed', 'the term is over')
          return run(client)
        }, term.signal)
      } finally {
        term.writing = false
      }
    })
  }

  async #persist<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const { clock, timing, troubles } = this.#parts
    const term = this.#term
    for (let failures = 0; !term.isOver(); failures++) {
      try {
        const result = await attempt()
        troubles.over('write')
        return result
      } catch (error) {
        if (term.isOver()) break
        troubles.report(faultOf(error, 'the feed'), 'write')
        await clock.sleep(backoff(failures, timing.retryLeastMs, timing.renewMs), term.signal)
      }
    }
    return undefined
  }

  async #writeChunks(id: string, image: Uint8Array): Promise<WrittenBase> {
    const { keys, openBulkLink } = this.#parts
    const link = openBulkLink()
    try {
      return await writeChunks((run) => link.use(run, this.#term.signal), keys, id, image)
    } finally {
      link.close()
    }
  }

  #mergedWith(delta: Step): Promise<Uint8Array> {
    const whole = this.#parts.stack.beside()
    whole.adopt(this.#parts.stack)
    whole.apply(delta)
    return whole.merged()
  }

  #applied(step: Step): void {
    const { cache, serials, stack } = this.#parts
    stack.apply(step)
    this.#term.position = step.position
    if (step.kind === 'base') cache?.replace()
    else cache?.add(step)
    serials.learn(serialsOf(stack.images[0]))
    stack.tidySoon()
  }

  #notLease(): PublishOutcome {
    this.#term.end()
    return 'standby'
  }

  #count(octets: number): void {
    this.#load = { entries: this.#load.entries + 1, octets: this.#load.octets + octets }
  }

  #compactWhenDue(): void {
    const { compactWhen, stack } = this.#parts
    const due = compactionDue(this.#load, stack.images.at(-1)?.octets.length ?? 0)
    if (due !== 'overdue' && due !== compactWhen) return
    this.#told('compact', this.compact())
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(run)
    this.#busy = turn.catch(() => {})
    return turn
  }
}
