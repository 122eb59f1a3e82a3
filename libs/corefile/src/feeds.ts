/**
 * What `feed` directives of several server blocks have to do with each other: those with the same servers and name are one
 * feed, which has one set of options and carries one cluster.
 */

import { redisName } from './arguments/redis-address.ts'
import type { FeedDirective, KubernetesStanza, ServerBlock } from './config.ts'
import { type FaultList, showPosition } from './errors.ts'
import { sourceName } from './object-source.ts'

/** The same for directives that are one feed, and else not: `prod-eu at redis:6379`. */
export function feedId({ redis, name }: Pick<FeedDirective, 'redis' | 'name'>): string {
  return `${name} at ${redisName(redis)}`
}

export function checkFeeds(blocks: readonly ServerBlock[], faults: FaultList): void {
  /** By feed: the first of each is what the others are held to. */
  const feeds = new Map<string, FeedDirective>()
  const stanzas = new Map<string, KubernetesStanza>()
  /** By cache file. */
  const caches = new Map<string, FeedDirective>()
  for (const { feed, kubernetes } of blocks) {
    if (feed === undefined) continue
    const id = feedId(feed)
    checkOptions(feed, first(feeds, id, feed), faults)
    if (kubernetes !== undefined) {
      checkCluster(feed, kubernetes, first(stanzas, id, kubernetes), faults)
      if (feed.format === 1) checkSayable(feed, kubernetes, faults)
    }
    if (feed.cache === undefined) continue
    const owner = first(caches, feed.cache, feed)
    if (feedId(owner) !== id) {
      const suggestion = `the feed at ${showPosition(owner.position)} keeps its state there`
      faults.add('conflict', feed.position, feed.cache, { inside: 'feed', suggestion })
    }
  }
}

/** What the map has for the key, which is this value when it had none. */
function first<T>(map: Map<string, T>, key: string, value: T): T {
  const found = map.get(key) ?? value
  map.set(key, found)
  return found
}

/** Those that are not part of what tells feeds apart, by the name that a Corefile has for them. */
function optionsOf({
  redis,
  cache,
  batchMs,
  maxStaleness,
  history,
  eviction,
  format,
  admin,
}: FeedDirective): Record<string, unknown> {
  const { topology, tls, user, password } = redis
  const sentinel = topology.kind === 'sentinel' ? topology : undefined
  return {
    cache,
    batch: batchMs,
    max_staleness: maxStaleness,
    history,
    eviction,
    format,
    admin,
    sentinel_user: sentinel?.user,
    sentinel_password: sentinel?.password,
    user,
    password,
    tls,
  }
}

function checkOptions(feed: FeedDirective, first: FeedDirective, faults: FaultList): void {
  const others = optionsOf(first)
  for (const [option, value] of Object.entries(optionsOf(feed))) {
    if (JSON.stringify(value) === JSON.stringify(others[option])) continue
    const suggestion = `${showPosition(first.position)} is the same feed and has it different; import a snippet for both`
    faults.add('conflict', feed.position, option, { inside: 'feed', suggestion })
  }
}

function checkCluster(feed: FeedDirective, stanza: KubernetesStanza, first: KubernetesStanza, faults: FaultList): void {
  const [source, other] = [sourceName(stanza.source), sourceName(first.source)]
  if (source === other) return
  const suggestion = `${showPosition(first.position)} takes its objects from ${other}, and a feed carries one cluster`
  faults.add('conflict', stanza.position, source, { inside: `feed ${feed.name}`, suggestion })
}

function checkSayable(feed: FeedDirective, { beyondFormat1 }: KubernetesStanza, faults: FaultList): void {
  for (const { option, position } of beyondFormat1) {
    const suggestion = `"format 1" of the feed at ${showPosition(feed.position)} has no words for it; leave one of them out, the format when no responder needs it any more`
    faults.add('conflict', position, option, { inside: 'kubernetes', suggestion })
  }
}
