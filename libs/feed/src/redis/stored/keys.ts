/**
 * The keys of a feed. They share a hash tag, so that a feed lives on one slot of a Redis Cluster and one script may touch
 * them all.
 *
 *     zonecast:{FEED}:head         hash    what is published: see head.ts
 *     zonecast:{FEED}:image:ID:N   string  chunk N of the base ID, gzip, at most 1 MiB
 *     zonecast:{FEED}:log          stream  one entry a published change: see entries.ts
 *     zonecast:{FEED}:lease        string  the token of who publishes, with expiry
 */
import { FeedError } from '../../errors.ts'

export interface FeedKeys {
  readonly head: string
  readonly log: string
  readonly lease: string
  chunk(baseId: string, number: number): string
}

/**
 * @param feed 1 to 128 of A-Z a-z 0-9 . _ : - (a brace would end the hash tag)
 * @throws FeedError bad-name
 */
export function keysOf(feed: string): FeedKeys {
  if (!/^[\w.:-]{1,128}$/.test(feed)) throw new FeedError('bad-name', `"${feed}" cannot name a feed`)
  const prefix = `zonecast:{${feed}}`
  return {
    head: `${prefix}:head`,
    log: `${prefix}:log`,
    lease: `${prefix}:lease`,
    chunk: (baseId, number) => `${prefix}:image:${baseId}:${number}`,
  }
}
