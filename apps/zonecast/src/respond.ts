/** `zonecast respond`: answers from the feeds that the Corefile names, and never asks an API server. */

import { FollowedStack, type LoadReason, systemClock } from '@zonecast/feed'
import { followRedis } from '@zonecast/feed/redis'
import { sha256 } from '@zonecast/feed/sha256'
import type { Scrape } from '@zonecast/metrics'
import type { Responder } from '@zonecast/responder-app'
import { ConfigurationWatch, type Told } from '@zonecast/responder-app/configuration-watch'
import { feedInRedis, type RedisFeed, redisFeedsOf, redisOptions } from '@zonecast/responder-app/redis-feeds'
import type { Flags } from './command-line.ts'
import { faultLines, readConfiguration } from './configuration.ts'
import { errorCode, type Log, openLog } from './log/log.ts'
import { type Answering, startAnswering } from './serve/answering.ts'
import { addErrors, addPosition } from './serve/feed-metrics.ts'
import type { Contribute } from './serve/metrics.ts'
import { ProgrammingDurations } from './serve/programming-durations.ts'
import { stopSignal } from './stop-signal.ts'

export async function respond(flags: Flags): Promise<number> {
  const log = openLog('respond')
  const stop = stopSignal(log)
  const fail = (error: Error) => {
    log.error(error)
    stop.resolve(1)
  }
  let answering: Answering | undefined
  const followers: Following[] = []
  const programming = new ProgrammingDurations(systemClock)
  const addFollowers: Contribute = (scrape) => {
    for (const follower of followers) follower.addMetrics(scrape)
    programming.addMetrics(scrape)
  }
  try {
    const configuration = readConfiguration(flags)
    for (const { message } of configuration.warnings) log.tell('warning', message)
    const feeds = redisFeedsOf(configuration.blocks)
    answering = await startAnswering(configuration, flags, {
      log,
      onFailure: fail,
      contribute: addFollowers,
      positions: () => followers.flatMap(({ position }) => (position === '' ? [] : [position])),
      nameFeed: feedInRedis,
      agedZones: () => followers.flatMap(({ agedZones }) => agedZones),
    })
    const { responder } = answering
    followers.push(...feeds.map((feed) => follow(feed, { responder, log, programming })))
  } catch (error) {
    for (const line of faultLines(error)) process.stderr.write(`${line}\n`)
    stop.resolve(1)
  }
  const code = await stop.promise
  await answering?.close()
  await Promise.all(followers.map((follower) => follower.close()))
  return code
}

interface Following {
  /** `NAME EPOCH-N`; '' while there is none. */
  readonly position: string
  /** What there is of it is too old to be answered. */
  readonly agedZones: readonly string[]
  addMetrics(scrape: Scrape): void
  close(): Promise<void>
}

interface FollowingParts {
  readonly responder: Responder
  readonly log: Log
  readonly programming: ProgrammingDurations
}

function follow({ feed, directive, stanzas }: RedisFeed, { responder, log, programming }: FollowingParts): Following {
  const stack = new FollowedStack({ sha256, checkImages: true, allocate: (octets) => new SharedArrayBuffer(octets) })
  const errors = new Map<string, number>()
  // All from 0 on: what counts from 1 on has not increased, for whoever asks how much.
  const none: Record<'cache' | LoadReason, number> = { cache: 0, start: 0, base: 0, gap: 0, refused: 0 }
  const loads = new Map(Object.entries(none))
  let appliedAtMs = 0
  /** Told once: who starts first waits a moment, who has the wrong name or Redis waits for ever. */
  let saysNothing = false
  const servfail = directive.maxStaleness?.action === 'servfail'
  const staleness = new Staleness(directive.maxStaleness?.ageMs, (isStale) => {
    const what = servfail ? 'its zones answer SERVFAIL' : 'answers go on from the last state'
    log.tell(isStale ? 'warning' : 'info', isStale ? `nothing heard; ${what}` : 'heard of again', { feed })
    if (servfail) responder.setImages(feed, isStale ? [] : stack.images)
  })
  const configuration = new ConfigurationWatch(stanzas)
  const tell = (told: Told | undefined) => told && log.tell(told.level, told.text, { feed })
  const follower = followRedis(
    { ...redisOptions(directive), stack },
    {
      onApplied({ kind, position, publishedAtMs, reason }) {
        if (kind === 'cache' || kind === 'base') count(loads, kind === 'cache' ? kind : (reason ?? 'start'))
        appliedAtMs = publishedAtMs ?? appliedAtMs
        if (kind !== 'mark' && !(staleness.isStale && servfail)) responder.setImages(feed, stack.images)
        const [newest] = stack.images
        if (newest && kind !== 'delta') tell(configuration.sawStanzas(newest.stanzas))
        if (kind === 'delta' && newest) programming.applied(feed, newest, publishedAtMs ?? Number.NaN)
        if (kind === 'cache') log.tell('info', `started from the cache file, at ${position}`, { feed, position })
        if (kind === 'base') log.tell('info', `loaded ${position}`, { feed, position })
      },
      onHead(head) {
        if (head === undefined) {
          if (stack.images.length === 0 && !saysNothing) {
            const text = `nothing is published as "${directive.name}"; until it is, its zones answer SERVFAIL`
            log.tell('warning', text, { feed })
          }
          saysNothing = true
          return
        }
        staleness.heard(head.heartbeatMs)
        tell(configuration.sawHead(head))
      },
      onError(error) {
        count(errors, errorCode(error) ?? 'other')
        log.error(error, { feed })
      },
      onRecovered: (text) => log.tell('info', text, { feed }),
    },
  )
  return {
    get position() {
      return stack.position === '' ? '' : `${directive.name} ${stack.position}`
    },
    get agedZones() {
      const isAged = staleness.isStale && servfail && stack.images.length > 0
      return isAged ? stanzas.flatMap(({ zones }) => zones) : []
    },
    addMetrics(scrape) {
      addPosition(scrape, feed, stack.position)
      addErrors(scrape, feed, errors)
      for (const [reason, times] of loads) scrape.add('zonecast_feed_loads_total', { feed, reason }, times)
      if (appliedAtMs > 0) scrape.add('zonecast_feed_published_timestamp_seconds', { feed }, appliedAtMs / 1000)
      scrape.add('zonecast_feed_configuration_differs', { feed }, configuration.differs ? 1 : 0)
      scrape.add('zonecast_feed_stale', { feed }, staleness.isStale ? 1 : 0)
      if (staleness.heartbeatMs === 0) return
      scrape.add('zonecast_feed_heartbeat_timestamp_seconds', { feed }, staleness.heartbeatMs / 1000)
    },
    close() {
      staleness.close()
      return follower.close()
    },
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

/** Notices when no publisher has said that it is there for longer than `ageMs`. */
class Staleness {
  isStale = false
  /** The last that was heard, by the publisher's clock; 0 before the first. */
  heartbeatMs = 0
  readonly #ageMs: number | undefined
  readonly #onChange: (isStale: boolean) => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ageMs: number | undefined, onChange: (isStale: boolean) => void) {
    this.#ageMs = ageMs
    this.#onChange = onChange
    this.#wait()
  }

  /** Head was read. The same heartbeat twice says nothing new. */
  heard(heartbeatMs: number): void {
    if (heartbeatMs === this.heartbeatMs) return
    this.heartbeatMs = heartbeatMs
    this.#wait()
    if (this.isStale) this.#change(false)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #wait(): void {
    clearTimeout(this.#timer)
    if (this.#ageMs === undefined) return
    this.#timer = setTimeout(() => this.#change(true), this.#ageMs).unref()
  }

  #change(isStale: boolean): void {
    this.isStale = isStale
    this.#onChange(isStale)
  }
}
