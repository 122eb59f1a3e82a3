import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { imageOf, servicesOf } from '../testing/images.ts'
import { follow, type TestFollower, TestWorker } from '../testing/redis-feed.ts'
import { hasRedis, type RedisServer, startRedis } from '../testing/redis-server.ts'

describe.skipIf(!hasRedis)('a feed over Redis (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  const open: { close(): Promise<void> }[] = []
  const follower = (...args: Parameters<typeof follow>): TestFollower => opened(follow(...args))
  const worker = (...args: ConstructorParameters<typeof TestWorker>): TestWorker => opened(new TestWorker(...args))
  function opened<T extends { close(): Promise<void> }>(thing: T): T {
    open.push(thing)
    return thing
  }

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.close())
  beforeEach(() => void redis.cli('flushall'))
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()))
  })

  test('what is published arrives, in order, at followers that were there and at those that come', async () => {
    const a = worker(redis.url)
    const first = follower(redis.url)
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => servicesOf(first.stack)).toEqual({ web: 1 })
    for (let n = 2; n < 40; n++) expect(await a.change({ web: n, [`s${n % 5}`]: n })).toBe('published')
    await expect.poll(() => first.stack.position).toBe(a.stack.position)
    const late = follower(redis.url)
    await expect.poll(() => late.stack.position).toBe(a.stack.position)
    for (const { stack } of [first, late, a]) expect(servicesOf(stack)).toEqual(a.services)
    expect(first.applied.filter((kind) => kind === 'base')).toHaveLength(1)
    expect([...first.errors, ...late.errors, ...a.errors]).toEqual([])
    expect(redis.cli('hget', 'zonecast:{prod}:head', 'serial:cluster.local')).toBe(`${a.serial}`)
  })

  test('the publisher leaves, and another goes on; nobody reloads', async () => {
    const a = worker(redis.url)
    const b = worker(redis.url, { name: 'b' })
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length).toBe(1)
    const watching = follower(redis.url)
    await a.change({ web: 1 })
    b.services = { web: 1 }
    b.publisher.seekLease()
    await expect.poll(() => b.stack.position).toBe(a.stack.position)
    await expect.poll(() => watching.stack.position).toBe(a.stack.position)
    expect(await b.publisher.publish(imageOf('delta', {}))).toBe('standby')
    const reloads = watching.applied.filter((kind) => kind === 'base').length
    const began = performance.now()
    await a.close()
    expect(performance.now() - began).toBeLessThan(1000)
    await expect.poll(() => b.leads.map(({ base }) => base)).toEqual(['held'])
    expect(b.leads[0]?.serials.get('cluster.local')).toBe(a.serial)
    await b.change({ web: 2 })
    await expect.poll(() => watching.stack.position).toBe(b.stack.position)
    expect(servicesOf(watching.stack)).toEqual({ web: 2 })
    expect(watching.applied.filter((kind) => kind === 'base')).toHaveLength(reloads)
  })
})
