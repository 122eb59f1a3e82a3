import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { newStack, servicesOf } from '../../testing/images.ts'
import { follow, TestWorker } from '../../testing/redis-feed.ts'
import { type RedisServer, startRedis } from '../../testing/redis-server.ts'
import { checkFormat } from './formats.ts'

let redis: RedisServer
const open: { close(): Promise<void> }[] = []
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.close())
beforeEach(() => void redis.cli('flushall'))
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()))
})

const headFormat = () => redis.cli('hget', 'zonecast:{prod}:head', 'format').trim()

test.each([
  [0, 'the publisher must write'],
  [3, 'upgrade this program'],
  [Number.NaN, 'the publisher must write'],
])('format %d is refused', (format, advice) => {
  expect(() => checkFormat(format)).toThrow(expect.objectContaining({ code: 'unknown-format' }))
  expect(() => checkFormat(format)).toThrow(advice)
})

test('a publisher writes the format it is told to, and who takes over with another begins with a base of its own', async () => {
  const follower = follow(redis.url)
  open.push(follower)
  const versions = () => [...new Set(follower.stack.images.map(({ version }) => version))]
  const services: Record<string, number> = {}
  let last = 0
  for (const format of [1, 2, 1] as const) {
    const worker = new TestWorker(redis.url, { stack: newStack(format), name: `writes ${format}` })
    Object.assign(worker.services, services)
    worker.publisher.seekLease()
    await expect.poll(() => worker.publishing && worker.stack.images.length, { timeout: 15_000 }).toBe(1)
    last += 1
    services[`web${last}`] = last
    await worker.change({ [`web${last}`]: last })
    await expect.poll(() => servicesOf(follower.stack), { timeout: 15_000 }).toEqual(services)
    expect([headFormat(), versions()]).toEqual([`${format}`, [format]])
    // A base that is made of the log is of the same format, which a follower that comes now finds.
    expect(await worker.publisher.compact()).toBe('compacted')
    const late = follow(redis.url)
    await expect.poll(() => servicesOf(late.stack), { timeout: 15_000 }).toEqual(services)
    expect(late.stack.images.map(({ version }) => version)).toEqual([format])
    await late.close()
    await worker.close()
  }
  expect(follower.errors).toEqual([])
})
