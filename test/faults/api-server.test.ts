/** The API server fails. As in redis.test.ts: answers go on throughout, and agree with a fresh compile afterwards. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { type StandInApi, startStandIn } from './cluster-api.ts'
import { Installation } from './installation.ts'
import { seededRandom } from './random.ts'

const SOON = { timeout: 30_000 }
const LONG_MS = 150_000

describe.skipIf(!hasRedis)('whatever befalls the API server (redis-server needed)', { timeout: LONG_MS }, () => {
  let all: Installation
  let api: StandInApi

  beforeAll(async () => {
    api = await startStandIn()
    all = await Installation.start({ api, responders: ['bun', 'node'], random: seededRandom(3) })
  }, LONG_MS)
  afterAll(() => all?.close())
  afterEach(async () => {
    await all.change(5)
    await all.agree()
    expect(all.wrong).toEqual([])
  }, LONG_MS)

  const away = () =>
    all.syncs.every(({ output }) =>
      output
        .trim()
        .split('\n')
        .some((line) => line.includes('API server is away')),
    )

  test('the API server is killed and comes back', async () => {
    await api.kill()
    await all.change(5)
    await expect.poll(away, SOON).toBe(true)
    await api.start()
  })

  test('the API server stalls', async () => {
    api.stall()
    await all.change(20)
    await all.redis.cli('flushall')
    // What is published meanwhile is what it was before.
    await expect.poll(() => all.redis.cli('hget', 'zonecast:{prod}:head', 'base'), SOON).not.toBe('')
    api.resume()
  })

  test('the API server does not remember that far back', async () => {
    await api.kill()
    await all.change(5)
    api.server.compact()
    await api.start()
  })

  test('the API server comes back with an older state', async () => {
    const objects = api.server.objects()
    await api.kill()
    api.server.restore(500, objects)
    await api.start()
  })

  test('replies of the API server are cut', async () => {
    for (let afterOctets = 0; afterOctets < 2000; afterOctets += 211) {
      api.server.plan(/watch=true/, { kind: 'cut', afterOctets })
      api.server.dropAll()
      await all.change(2)
    }
  })

  test('the API server asks for patience', async () => {
    api.server.plan(/./, { kind: 'status', status: 429, retryAfter: '1' }, 6)
    api.server.dropAll()
    await all.change(5)
  })
})
