/** A feed as these commands have it: the way to it, what head says, and its states. */
import { FollowedStack } from '@zonecast/feed'
import {
  type FeedKeys,
  type Head,
  keysOf,
  loadPosition,
  openReader,
  type RedisClient,
  type Replayed,
  readHead,
  replay,
} from '@zonecast/feed/redis'
import { sha256 } from '@zonecast/feed/sha256'
import { type RedisFeed, redisOptions } from '@zonecast/responder-app/redis-feeds'

export interface OpenedFeed {
  /** `NAME at HOST:PORT` */
  readonly name: string
  readonly feed: RedisFeed
  readonly client: RedisClient
  readonly keys: FeedKeys
  readonly head: Head
}

/**
 * @returns what `run` returns; undefined when nothing is published
 * @throws FeedError, and what `run` throws
 */
export async function withFeed<T>(feed: RedisFeed, run: (opened: OpenedFeed) => Promise<T>): Promise<T | undefined> {
  const client = await openReader(redisOptions(feed.directive))
  try {
    const keys = keysOf(feed.directive.name)
    const head = await readHead(client, keys)
    return head === undefined ? undefined : await run({ name: feed.feed, feed, client, keys, head })
  } finally {
    client.end()
  }
}

export function emptyStack(): FollowedStack {
  return new FollowedStack({ sha256, checkImages: true })
}

/** @throws FeedError not-kept */
export async function stackAt({ client, keys, head }: OpenedFeed, position: string): Promise<FollowedStack> {
  return (await loadPosition(client, keys, head, position, emptyStack())).stack
}

/** @param stack an empty one */
export function replayed({ client, keys, head }: OpenedFeed, stack: FollowedStack): AsyncGenerator<Replayed> {
  return replay(client, keys, head, stack)
}
