/**
 * One resource of the API server: lists it, watches it from there, and goes on whatever happens.
 *
 *     list ─▶ watch ─▶ closed ──▶ watch from where it came to
 *      ▲        ├────▶ failed ──▶ wait ─▶ has the server gone back? ─▶ watch from where it came to
 *      └────────┴────▶ gone (410, or the server went back): only what differs is told
 *
 * A streamed list is a watch that begins with all there is; a server that does not stream is read in pages. While a watch
 * runs, the list is read again now and then (audit) and what differs is repaired and counted.
 *
 * What was told stays in service while the server is away and while it refuses: only a list or an event takes it back.
 */

import { KubernetesError } from '../errors.ts'
import type { ObjectChange } from '../objects.ts'
import { isObject } from '../slim/field-reader.ts'
import type { TypeMeta } from '../slim/slim.ts'
import { Audits } from './audits.ts'
import { backoffMs, waitMs } from './backoff.ts'
import type { Refusal } from './connection/api-client.ts'
import { type Ending, endingOf } from './ending.ts'
import { EventReader, type WatchEvent } from './event-reader.ts'
import { readList, readVersion } from './paged-list.ts'
import { pause } from './pause.ts'
import { apiVersionOf, describeScope, type SourceScope, watchPath } from './resource.ts'
import { isOlder } from './resource-version.ts'
import { type Listing, SourceObjects } from './source-objects.ts'
import { noCounts, type SourceOptions, type SourceState } from './source-options.ts'
import { triggerTimeOf } from './trigger-time.ts'
import { WatchCourse } from './watch-course.ts'

const SOON_MS = 2000
/** Differences of a list that are told before its end. */
const PART_OBJECTS = 1000
/** One failure is a hiccup, which the next try mends. */
const TOLD_FAILURES = 2
const OFF_RETRY_MIN_MS = 1000
/** A refusal right after a start may be a server that has not read its own roles yet. */
const OFF_FOR_GOOD = 3
/** Streamed lists that did not end before pages are read instead. */
const STREAMED_TRIES = 2

export class Source {
  readonly scope: SourceScope
  readonly counts = noCounts()
  state: SourceState = 'starting'
  /** Whether what is there has been told. */
  isListed = false
  readonly #options: SourceOptions
  readonly #objects: SourceObjects
  readonly #type: TypeMeta
  #streamsLists: boolean
  /** How far the watch has come; undefined when a list is due. */
  #version: string | undefined
  /** Whether the server may not be the one that it was. */
  #isDoubtful = false
  /** In a row. */
  #failures = 0
  /** Of the present try. */
  #course = new WatchCourse(0)
  /** Whether the watch before this began and came to nothing: then this one has to last before it counts. */
  #isShaky = false
  readonly #audits: Audits
  /** Ends the audits that go beside the present watch. */
  #auditing = new AbortController()
  #offTries = 0
  #unfinishedStreams = 0
  /** Of the present watch: the list that it begins with, until that has ended. */
  #initial: Listing | undefined
  #changes: ObjectChange[] = []

  constructor(scope: SourceScope, options: SourceOptions) {
    this.scope = scope
    this.#options = options
    this.#objects = new SourceObjects(scope.resource.kind)
    this.#type = { apiVersion: apiVersionOf(scope.resource), kind: scope.resource.kind }
    this.#streamsLists = options.streamsLists
    this.#audits = new Audits({
      scope,
      options,
      counts: this.counts,
      objects: this.#objects,
      version: () => this.#version,
      readList: (signal) => this.#readList(signal),
    })
  }

  /** Whether nothing more is to be waited for before the objects of all sources are taken together. */
  get isSettled(): boolean {
    return this.isListed || (!this.scope.resource.isEssential && this.#offTries >= OFF_FOR_GOOD)
  }

  /** Whether what was told is what there is, as far as anybody wants to know it. */
  get isCurrent(): boolean {
    const { isEssential } = this.scope.resource
    const mayBeOff = !isEssential || this.#options.assumed !== undefined
    return this.state === 'watching' || (this.state === 'off' && mayBeOff)
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#course = new WatchCourse(this.#soonMs)
      const ending = await this.#attempt(signal)
      if (signal.aborted) return
      const isGood = this.#course.isGood(performance.now())
      this.#isShaky = this.#course.hasBegun() && !isGood
      if (isGood) this.#failures = 0
      await this.#afterwards(ending, isGood, signal)
    }
  }

  get #soonMs(): number {
    return Math.min(SOON_MS, this.#options.times.watchMs / 2)
  }

  /** Lists if need be, then watches until the watch ends. */
  async #attempt(signal: AbortSignal): Promise<Ending> {
    try {
      if (this.#version === undefined && !this.#streamsLists) {
        const refusal = await this.#list(signal)
        if (refusal !== undefined) return endingOf(refusal, this.scope, 'list')
      } else if (this.#isDoubtful && (await this.#hasGoneBack(signal))) return { kind: 'gone' }
      this.#isDoubtful = false
      return await this.#watch(signal)
    } catch (error) {
      if (!(error instanceof KubernetesError)) return this.#failed(String(error), error)
      return { kind: 'failed', error: this.#ofReply(error), retryAfterMs: undefined }
    }
  }

  /** Whoever reads a reply does not know of what it is. */
  #ofReply(error: KubernetesError): KubernetesError {
    if (error.code === 'unreachable' || error.code === 'bad-credentials') return error
    const { server } = this.#options.client
    const problem = `${describeScope(this.scope)}: a reply of ${server} cannot be read: ${error.message}`
    return new KubernetesError(error.code, {}, problem, { cause: error })
  }

  #failed(problem: string, cause?: unknown): Ending {
    const error = new KubernetesError('unreachable', {}, `${describeScope(this.scope)}: ${problem}`, { cause })
    return { kind: 'failed', error, retryAfterMs: undefined }
  }

  /** @param isGood whether the watch ran for a while or told something before it ended. */
  async #afterwards(ending: Ending, isGood: boolean, signal: AbortSignal): Promise<void> {
    switch (ending.kind) {
      case 'closed':
        return isGood ? undefined : await this.#afterwards(this.#failed('watches are closed at once'), isGood, signal)
      case 'no-streaming':
        this.#streamsLists = false
        return
      case 'gone':
        if (this.#version !== undefined) this.counts.relists++
        this.#version = undefined
        return await this.#wait(this.#failures++ === 0 ? 0 : undefined, undefined, signal)
      case 'off':
        return await this.#switchOff(ending.error, signal)
      case 'unauthorized':
        this.#fail(ending.error)
        await this.#renew()
        return await this.#wait(undefined, undefined, signal)
      case 'failed':
        this.#fail(ending.error)
        return await this.#wait(undefined, ending.retryAfterMs, signal)
    }
  }

  #fail(error: KubernetesError): void {
    this.counts.failures++
    this.#failures++
    this.#isDoubtful = true
    if (this.#failures < TOLD_FAILURES && this.isListed) return
    this.#enter('away')
    this.#options.onError(error)
  }

  async #renew(): Promise<void> {
    try {
      await this.#options.client.renew()
    } catch (error) {
      if (error instanceof KubernetesError) this.#options.onError(error)
      else throw error
    }
  }

  async #switchOff(error: KubernetesError, signal: AbortSignal): Promise<void> {
    this.#offTries++
    if (error.code === 'no-resource') this.#offTries = Math.max(this.#offTries, OFF_FOR_GOOD)
    this.#isDoubtful = true
    const { assumed, times, random, onError, onWarning } = this.#options
    if (assumed === undefined) onError(error)
    else if (this.#offTries === 1) onWarning(`${error.problem}; it is taken to exist`)
    if (assumed !== undefined && !this.isListed) {
      const listing = this.#objects.list()
      listing.add(assumed())
      this.#take(listing)
    }
    this.state = 'off'
    this.#options.onState()
    await pause(backoffMs({ minMs: OFF_RETRY_MIN_MS, maxMs: times.offRetryMaxMs }, this.#offTries, random()), signal)
  }

  async #wait(ms: number | undefined, retryAfterMs: number | undefined, signal: AbortSignal): Promise<void> {
    const { times, random } = this.#options
    const backoff = ms ?? backoffMs({ minMs: times.retryMinMs, maxMs: times.retryMaxMs }, this.#failures, random())
    await pause(waitMs(backoff, retryAfterMs, random()), signal)
  }

  #enter(state: SourceState): void {
    if (state === 'watching') this.#offTries = 0
    if (state === this.state) return
    this.state = state
    this.#options.onState()
  }

  // Lists

  async #list(signal: AbortSignal): Promise<Refusal | undefined> {
    const listed = await this.#readList(signal, (listing) => this.#takePart(listing))
    if ('status' in listed) return listed
    this.#version = listed.resourceVersion
    this.#take(listed.listing)
    return undefined
  }

  async #readList(
    signal: AbortSignal,
    onListing?: (listing: Listing) => void,
  ): Promise<{ resourceVersion: string; listing: Listing } | Refusal> {
    this.counts.lists++
    let listing = this.#objects.list()
    const listed = await readList(this.#options.client, {
      ...this.#listRequest(signal),
      pageSize: this.#options.pageSize,
      slim: this.#options.slim,
      onBegin: () => {
        listing = this.#objects.list()
      },
      onChanges(changes) {
        listing.add(changes)
        onListing?.(listing)
      },
    })
    return 'status' in listed ? listed : { resourceVersion: listed.resourceVersion, listing }
  }

  #listRequest(signal: AbortSignal) {
    return {
      scope: this.scope,
      pageSize: 1,
      idleMs: this.#options.times.idleMs,
      signal,
      onOctets: (octets: number) => {
        this.counts.octets += octets
      },
    }
  }

  /** A server restored from an older state would let us wait for events until it has come to where we are. */
  async #hasGoneBack(signal: AbortSignal): Promise<boolean> {
    if (this.#version === undefined) return false
    const present = await readVersion(this.#options.client, this.#listRequest(signal))
    return present !== undefined && isOlder(present, this.#version)
  }

  /** Tells part of a long list, so that it never lies in memory as a whole. */
  #takePart(listing: Listing): void {
    if (listing.size >= PART_OBJECTS) this.#options.onChanges(this.#objects.part(listing))
  }

  /** The list has ended. */
  #take(listing: Listing): void {
    this.isListed = true
    this.#audits.schedule()
    this.#options.onChanges(this.#objects.finish(listing))
  }

  // Watches

  async #watch(signal: AbortSignal): Promise<Ending> {
    const asked = this.#version === undefined ? 'streamed list' : 'watch'
    this.#initial = asked === 'watch' ? undefined : this.#objects.list()
    this.counts.watches++
    let ending: Ending | undefined
    let hasReply = false
    const reader = new EventReader((event) => {
      ending ??= this.#apply(event)
    })
    const auditing = new AbortController()
    const endAudits = (): void => auditing.abort()
    signal.addEventListener('abort', endAudits)
    this.#auditing = auditing
    try {
      const refusal = await this.#options.client.get({
        path: watchPath(this.scope, this.#watchQuery()),
        idleMs: this.#options.times.idleMs,
        isWatch: true,
        signal,
        onReply: () => {
          hasReply = true
          if (asked === 'watch') this.#begins()
        },
        onChunk: (chunk) => {
          this.counts.octets += chunk.length
          try {
            reader.write(chunk)
          } finally {
            this.#flush()
          }
          return ending === undefined ? undefined : 'stop'
        },
      })
      if (refusal !== undefined) return endingOf(refusal, this.scope, asked)
      if (ending !== undefined) return ending
      reader.end()
      return this.#initial === undefined ? { kind: 'closed' } : this.#unfinishedStream()
    } catch (error) {
      if (hasReply && this.#initial !== undefined) this.#unfinishedStream()
      throw error
    } finally {
      this.#initial = undefined
      signal.removeEventListener('abort', endAudits)
      endAudits()
    }
  }

  #watchQuery() {
    const { times, random } = this.#options
    const timeoutSeconds = Math.max(1, Math.round((times.watchMs * (1 + random())) / 1000))
    const beginning =
      this.#version === undefined
        ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
        : { resourceVersion: this.#version }
    return { allowWatchBookmarks: true, timeoutSeconds, ...beginning }
  }

  /** A server (or what stands before it) that cannot stream a list to its end can perhaps send pages. */
  #unfinishedStream(): Ending {
    if (++this.#unfinishedStreams >= STREAMED_TRIES) this.#streamsLists = false
    return this.#failed('a streamed list did not come to its end')
  }

  #apply(event: WatchEvent): Ending | undefined {
    if (event.type === 'error')
      return endingOf(event.refusal, this.scope, this.#initial === undefined ? 'watch' : 'streamed list')
    this.counts.events++
    if (this.#initial !== undefined) return this.#applyInitial(this.#initial, event)
    if (this.#version !== undefined && isOlder(event.resourceVersion, this.#version)) return { kind: 'gone' }
    if (event.resourceVersion !== this.#version) this.#advances()
    this.#version = event.resourceVersion
    if (event.type !== 'bookmark') this.#change(event)
    return undefined
  }

  #applyInitial(initial: Listing, event: Exclude<WatchEvent, { type: 'error' }>): Ending | undefined {
    if (event.type === 'present') {
      initial.add(this.#options.slim(event.object, this.#type))
      this.#takePart(initial)
    }
    // A server that knows nothing of streamed lists sends what it always did.
    if (event.type !== 'bookmark') return undefined
    if (!event.endsInitial) return { kind: 'no-streaming' }
    this.#initial = undefined
    this.#unfinishedStreams = 0
    this.#version = event.resourceVersion
    this.counts.lists++
    this.#take(initial)
    this.#begins()
    return undefined
  }

  #begins(): void {
    const { signal } = this.#auditing
    this.#course.begins(performance.now())
    void this.#audits.run(signal)
    if (!this.#isShaky) this.#enter('watching')
    else void pause(this.#soonMs, signal).then(() => signal.aborted || this.#enter('watching'))
  }

  #advances(): void {
    this.#course.advances()
    this.#enter('watching')
  }

  #change({ type, object }: Exclude<WatchEvent, { type: 'error' | 'bookmark' }>): void {
    const metadata = isObject(object['metadata']) ? object['metadata'] : {}
    const { name, namespace } = metadata
    if (typeof name !== 'string') return
    const present = type === 'present' ? this.#options.slim(object, this.#type) : []
    const isNamespaced = this.scope.resource.kind !== 'Namespace' && typeof namespace === 'string'
    const changes = this.#objects.change(isNamespaced ? namespace : '', name, present)
    const triggeredAtMs = type === 'present' ? triggerTimeOf(metadata) : undefined
    this.#changes.push(...(triggeredAtMs === undefined ? changes : changes.map((each) => ({ ...each, triggeredAtMs }))))
  }

  /** What came together is told together. */
  #flush(): void {
    if (this.#changes.length === 0) return
    const changes = this.#changes
    this.#changes = []
    this.#options.onChanges(changes)
  }
}
