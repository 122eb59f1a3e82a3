/** Redis fails over. As in redis.test.ts: answers go on throughout, and agree with a fresh compile afterwards. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { type Sentinel, startSentinel } from '../../libs/feed/src/testing/sentinel.ts'
import { startStandIn } from './cluster-api.ts'
import { Installation } from './installation.ts'
import { seededRandom } from './random.ts'

const LONG_MS = 150_000

describe.skipIf(!hasRedis)('a failover (redis-server needed)', { timeout: LONG_MS }, () => {
  let all: Installation
  let sentinel: Sentinel

  beforeAll(async () => {
    sentinel = await startSentinel()
    const feed = { address: sentinel.url, options: 'sentinel feed' }
    const api = await startStandIn()
    all = await Installation.start({ api, responders: ['bun', 'node'], random: seededRandom(5), feed })
  }, LONG_MS)
  afterAll(async () => {
    await all?.close()
    await sentinel?.close()
  })

  test('Redis fails over and loses what was published last', async () => {
    const { primary, replica } = sentinel
    sentinel.holdBack()
    await all.change(20)
    await all.agree()
    const lost = primary.cli('hget', 'zonecast:{prod}:head', 'pos')
    const failedOver = sentinel.failOver()
    await all.change(5)
    await failedOver
    expect(replica.cli('xrange', 'zonecast:{prod}:log', lost, lost)).toBe('')
    await all.agree()
    await all.change(5)
    await all.agree()
    expect(all.wrong).toEqual([])
  })
})
