/** A connection for tools that look at a feed and end: one try, and errors that say what to do. */
import { placeText } from '../connection/address.ts'
import type { RedisClient } from '../connection/client.ts'
import { connectRedis } from '../connection/connect.ts'
import { faultOf } from '../connection/fault.ts'
import type { RedisFeedOptions } from '../open.ts'
import { DEFAULT_TIMING } from '../timing.ts'

/** @throws FeedError, as all methods of the client do */
export async function openReader(
  options: Pick<RedisFeedOptions, 'place' | 'credentials' | 'tls'>,
): Promise<RedisClient> {
  const { place, credentials, tls } = options
  const { silenceMs, connectMs } = DEFAULT_TIMING
  const told = <T>(reply: Promise<T>): Promise<T> =>
    reply.catch((error: unknown) => {
      throw faultOf(error, placeText(place), false)
    })
  const client = await told(
    connectRedis({
      place,
      connectionName: 'zonecast-feed',
      silenceMs,
      connectMs: Math.min(connectMs, silenceMs),
      ...(credentials === undefined ? {} : { credentials }),
      ...(tls === undefined ? {} : { tls }),
    }),
  )
  return {
    call: (command, args) => told(client.call(command, args)),
    callBuffer: (command, args) => told(client.callBuffer(command, args)),
    info: (section) => told(client.info(section)),
    end: () => client.end(),
    get ended() {
      return client.ended
    },
  }
}
