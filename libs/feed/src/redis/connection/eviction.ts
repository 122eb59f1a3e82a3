/** A server that evicts keys may drop a feed: publishers refuse it, or warn. */
import { FeedError } from '../../errors.ts'
import type { RedisClient } from './client.ts'
import { faultOf } from './fault.ts'

/**
 * @param eviction what the Corefile says of such a server
 * @returns undefined when all is well
 */
export async function evictionFault(client: RedisClient, eviction: 'refuse' | 'warn'): Promise<FeedError | undefined> {
  let sections: readonly string[]
  try {
    sections = await client.info('memory')
  } catch (error) {
    if (faultOf(error, '').code !== 'no-permission') throw error
    const text =
      'the ACL user may not call INFO, so nobody knows whether Redis evicts keys: docs/feed.md lists its rights'
    return new FeedError('no-permission', text)
  }
  const consent = eviction === 'warn' ? '' : ', or say "eviction warn"'
  for (const section of sections) {
    const policy = /^maxmemory_policy:(\S+)/m.exec(section)?.[1]
    if (policy !== undefined && policy !== 'noeviction') {
      return new FeedError(
        'eviction',
        `Redis has maxmemory-policy ${policy} and may drop the feed: set it to noeviction${consent}`,
      )
    }
  }
  return undefined
}
