/** Why a follower loaded all anew, as it says itself. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Applied } from '../../step.ts'
import { newStack, servicesOf } from '../../testing/images.ts'
import { QUICK, TestWorker } from '../../testing/redis-feed.ts'
import { hasRedis, type RedisServer, startRedis } from '../../testing/redis-server.ts'
import { followRedis, placeOf } from '../index.ts'

const LOG = 'zonecast:{prod}:log'
const SOON = { timeout: 20_000 }

describe.skipIf(!hasRedis)('a follower says why it loads (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  let worker: TestWorker
  const loads: (Applied['reason'] | 'delta')[] = []
  const stack = newStack()
  const troubles: string[] = []
  let follower: { close(): Promise<void> }

  beforeAll(async () => {
    redis = await startRedis()
    worker = new TestWorker(redis.url)
    worker.services = { web: 1 }
    worker.publisher.seekLease()
    follower = followRedis(
      { feed: 'prod', place: placeOf([redis.url]), stack, timing: QUICK },
      {
        onApplied: ({ kind, reason }) => {
          if (kind === 'base') loads.push(reason)
          if (kind === 'delta') loads.push('delta')
        },
        onError: (error) => troubles.push('code' in error ? String(error.code) : error.message),
        onRecovered: () => troubles.push('recovered'),
      },
    )
    await vi.waitFor(() => expect([worker.publishing, loads.length > 0]).toEqual([true, true]), SOON)
  })
  afterAll(async () => {
    await follower?.close()
    await worker?.close()
    await redis?.close()
  })

  test('there was nothing, then all goes by deltas', async () => {
    await expect.poll(() => loads[0], SOON).toBe('start')
    loads.length = 0
    await worker.change({ web: 2 })
    await expect.poll(() => loads, SOON).toEqual(['delta'])
  })

  test('the publisher began with a base', async () => {
    loads.length = 0
    await worker.base()
    await expect.poll(() => loads, SOON).toEqual(['base'])
  })

  test('the log is gone', async () => {
    loads.length = 0
    redis.cli('del', LOG)
    await worker.change({ web: 3 })
    await expect.poll(() => loads.length > 0, SOON).toBe(true)
    // Whether the base that follows is seen first, or that the log does not lead to it.
    expect(['gap', 'base']).toContain(loads[0])
    await expect.poll(() => servicesOf(stack), SOON).toEqual({ web: 3 })
  })

  test.each([
    ['cannot be applied', 'delta', 'image', 'none'],
    ['is of a kind that nobody knows', 'omega', 'image', 'none'],
  ])('an entry that %s; then it goes on', async (_, kind, ...more) => {
    loads.length = 0
    const { position } = worker.stack
    const [epoch, n] = position.split('-')
    redis.cli('xadd', LOG, `${epoch}-${Number(n) + 1}`, 'prev', position, 'kind', kind, 'at', '1', ...more)
    await expect.poll(() => loads.at(0), SOON).toBe('refused')
    await expect.poll(() => stack.position, SOON).not.toBe(position)
    expect(troubles.splice(0)).toEqual(['damaged'])
    await worker.change({ web: Number(n) + 10 })
    await expect.poll(() => servicesOf(stack), SOON).toEqual({ web: Number(n) + 10 })
  })
})
