/** Puts the parts of a feed over Redis together. */
import { randomUUID } from 'node:crypto'
import type { ConnectionOptions } from 'node:tls'
import { CacheFile } from '../cache-file.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { FollowedStack } from '../image-stack.ts'
import type { Follower } from '../step.ts'
import { placeText, type RedisPlace } from './connection/address.ts'
import { connectRedis } from './connection/connect.ts'
import type { Credentials } from './connection/credentials.ts'
import { RedisLink } from './connection/link.ts'
import { RedisFollower, type RedisFollowerEvents } from './following/follower.ts'
import { type PublisherEvents, RedisPublisher } from './publishing/publisher.ts'
import { type FeedKeys, keysOf } from './stored/keys.ts'
import { DEFAULT_TIMING, type Timing } from './timing.ts'

export interface RedisFeedOptions {
  readonly feed: string
  readonly place: RedisPlace
  /** Asked at every connection. */
  readonly credentials?: () => Credentials
  /** For `rediss://`. */
  readonly tls?: ConnectionOptions
  /** An empty one, to fill. */
  readonly stack: FollowedStack
  /** Path of the cache file. */
  readonly cache?: string | undefined
  readonly clock?: Clock
  readonly timing?: Partial<Timing>
}

export interface RedisPublisherOptions extends RedisFeedOptions {
  /** Shown in head, e.g. the host's name. */
  readonly name: string
  /** Hash of the configuration that shapes records. */
  readonly config: string
  /** The same in words; at most some kB. */
  readonly options?: string
  /** How many bases are kept; 2 is the least. */
  readonly history?: number
  readonly eviction?: 'refuse' | 'warn'
  /** overdue, when jobs compact and this is but the net below them. */
  readonly compactWhen?: 'due' | 'overdue'
}

/**
 * Begins at once: the cache file first, then Redis. Returns without waiting for either.
 * @throws FeedError bad-name
 */
export function followRedis(options: RedisFeedOptions, events: RedisFollowerEvents): Follower {
  const common = commonParts(options, events)
  const link = linkTo(options, common, 'zonecast-follow', common.timing.silenceMs)
  const follower = new RedisFollower({ ...common, link, events })
  follower.start()
  return {
    async close() {
      await follower.close()
      await common.cache?.close()
    },
  }
}

/** @throws FeedError bad-name */
export function publishToRedis(options: RedisPublisherOptions, events: PublisherEvents): RedisPublisher {
  const common = commonParts(options, events)
  const { publisherRetryMostMs: retryMostMs } = common.timing
  const quick = { ...common, timing: { ...common.timing, retryMostMs } }
  const link = (name: string, silenceMs: number) => linkTo(options, quick, name, silenceMs)
  return new RedisPublisher({
    ...quick,
    name: options.name,
    config: options.config,
    options: options.options ?? '',
    format: options.stack.format,
    history: Math.max(2, options.history ?? 2),
    eviction: options.eviction ?? 'refuse',
    compactWhen: options.compactWhen ?? 'due',
    events,
    newId: randomUUID,
    openLink: () => link('zonecast-publish', common.timing.publisherSilenceMs),
    openBulkLink: () => link('zonecast-publish-base', common.timing.bulkSilenceMs),
    openFollowerLink: () => link('zonecast-follow', common.timing.silenceMs),
  })
}

interface CommonParts {
  readonly keys: FeedKeys
  readonly stack: FollowedStack
  readonly cache: CacheFile | undefined
  readonly clock: Clock
  readonly timing: Timing
}

function commonParts(
  options: RedisFeedOptions,
  events: Pick<RedisFollowerEvents, 'onError' | 'onRecovered'>,
): CommonParts {
  const { feed, stack, cache: path, clock = systemClock } = options
  const monotonicMs = () => clock.monotonicMs()
  const cache =
    path === undefined
      ? undefined
      : new CacheFile({
          path,
          feed,
          stack,
          monotonicMs,
          onError: (error) => events.onError(error),
          onRecovered: () => events.onRecovered?.(`${path}: the cache file is written again`),
        })
  return { keys: keysOf(feed), stack, cache, clock, timing: { ...DEFAULT_TIMING, ...options.timing } }
}

function linkTo(
  { place, credentials, tls }: RedisFeedOptions,
  { clock, timing }: CommonParts,
  connectionName: string,
  silenceMs: number,
): RedisLink {
  return new RedisLink({
    place: placeText(place),
    clock,
    retryLeastMs: timing.retryLeastMs,
    retryMostMs: timing.retryMostMs,
    connect: (signal) =>
      connectRedis({
        place,
        signal,
        connectionName,
        silenceMs,
        connectMs: Math.min(timing.connectMs, silenceMs),
        ...(credentials === undefined ? {} : { credentials }),
        ...(tls === undefined ? {} : { tls }),
      }),
  })
}
