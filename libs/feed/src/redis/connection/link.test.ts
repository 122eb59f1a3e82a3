import { describe, expect, test } from 'vitest'
import { backoff, systemClock } from '../../clock.ts'
import type { RedisClient } from './client.ts'
import { RedisLink } from './link.ts'

describe('the way to Redis', () => {
  test('waits longer from failure to failure, and not after success', async () => {
    const slept: number[] = []
    let nowMs = 0
    const clock = {
      ...systemClock,
      monotonicMs: () => nowMs,
      sleep: async (ms: number) => {
        slept.push(ms)
        nowMs += ms
      },
    }
    const connect = async () => {
      throw new Error('connect ECONNREFUSED')
    }
    const link = new RedisLink({ place: 'a', clock, connect, retryLeastMs: 100, retryMostMs: 1000 })
    for (let n = 0; n < 6; n++) {
      await expect(link.use(async () => {})).rejects.toMatchObject({ code: 'unreachable' })
    }
    expect(slept).toHaveLength(5)
    for (const [at, ms] of slept.entries()) {
      const most = Math.min(100 * 2 ** at, 1000)
      expect(ms).toBeGreaterThanOrEqual(most / 2)
      expect(ms).toBeLessThanOrEqual(most)
    }
    link.close()
    await expect(link.use(async () => {})).rejects.toMatchObject({ code: 'closed' })
  })

  test('a connection that ended while nobody used it is replaced without a word', async () => {
    const made: { ended: boolean }[] = []
    const connect = async (): Promise<RedisClient> => {
      const client = {
        ended: false,
        call: async () => made.length,
        callBuffer: async () => null,
        info: async () => [],
        end() {},
      }
      made.push(client)
      return client
    }
    const link = new RedisLink({ place: 'a', clock: systemClock, connect, retryLeastMs: 1, retryMostMs: 1 })
    expect(await link.use((client) => client.call('ping', []))).toBe(1)
    for (const client of made) client.ended = true
    expect(await link.use((client) => client.call('ping', []))).toBe(2)
    link.close()
  })

  test('closing ends a connection that is being made', async () => {
    const connect = (signal: AbortSignal) =>
      new Promise<RedisClient>((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))
    const link = new RedisLink({ place: 'a', clock: systemClock, connect, retryLeastMs: 1, retryMostMs: 1 })
    const used = link.use(async () => {})
    await Promise.resolve()
    link.close()
    await expect(used).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('chance is half of a delay', () => {
    expect(backoff(0, 100, 1000, () => 0)).toBe(50)
    expect(backoff(99, 100, 1000, () => 1)).toBe(1000)
  })
})
