import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { imageOf, servicesOf } from '../testing/images.ts'
import { follow, type TestFollower, TestWorker } from '../testing/redis-feed.ts'
import { hasRedis, type RedisServer, startRedis } from '../testing/redis-server.ts'

const HEAD = 'zonecast:{prod}:head'
const LOG = 'zonecast:{prod}:log'

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
    expect(redis.cli('hget', HEAD, 'serial:cluster.local')).toBe(`${a.serial}`)
  })

  test('who goes on knows the serials in head, those of zones that went away too', async () => {
    const a = worker(redis.url)
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length).toBe(1)
    await a.close()
    redis.cli('hset', 'zonecast:{prod}:head', 'serial:gone.test', 77)
    const b = worker(redis.url, { name: 'b' })
    b.publisher.seekLease()
    await expect.poll(() => b.leads[0]?.serials.get('gone.test')).toBe(77)
    expect(b.leads[0]?.serials.get('cluster.local')).toBe(1)
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
    await a.close()
    await expect.poll(() => b.leads.map(({ base }) => base)).toEqual(['held'])
    expect(b.leads[0]?.serials.get('cluster.local')).toBe(a.serial)
    await b.change({ web: 2 })
    await expect.poll(() => watching.stack.position).toBe(b.stack.position)
    expect(servicesOf(watching.stack)).toEqual({ web: 2 })
    expect(watching.applied.filter((kind) => kind === 'base')).toHaveLength(reloads)
  })

  test('compacting names a new base and tells no follower', async () => {
    const a = worker(redis.url)
    const watching = follower(redis.url)
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length).toBe(1)
    expect(await a.publisher.compact()).toBe('nothing')
    for (let n = 2; n < 20; n++) await a.change({ web: n })
    const length = redis.cli('xlen', LOG)
    expect(a.publisher.logLoad.entries).toBe(18)
    const compacting = a.publisher.compact()
    expect(await a.change({ db: 1 })).toBe('published')
    expect(await compacting).toBe('compacted')
    expect(a.publisher.logLoad.entries).toBe(1)
    expect(Number(redis.cli('xlen', LOG))).toBe(Number(length) + 1)
    await expect.poll(() => watching.stack.position).toBe(a.stack.position)
    expect(watching.applied.filter((kind) => kind === 'base')).toHaveLength(1)
    const late = follower(redis.url)
    await expect.poll(() => servicesOf(late.stack)).toEqual({ web: 19, db: 1 })
    // The base and one delta, not the nineteen before.
    expect(late.stack.images.map(({ kind }) => kind)).toEqual(['delta', 'base'])
  })

  test('a base that comes while another is being merged from what was before it stays the newest', async () => {
    const a = worker(redis.url)
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length).toBe(1)
    // So large that it is merged aside.
    await a.base(4_000_000)
    await a.change({ web: 1 })
    const compacting = a.publisher.compact()
    expect(await a.base()).toBe('published')
    expect(await compacting).toBe('overtaken')
    expect(a.publisher.logLoad).toEqual({ entries: 0, octets: 0 })
    expect(redis.cli('hget', HEAD, 'bases').split(' ', 2)[1]).toBe(a.stack.position)
  })

  test('old bases go after a while, with the log before the oldest that is kept', async () => {
    let wallMs = Date.now()
    const a = worker(redis.url, { clock: { ...systemClock, wallMs: () => wallMs } })
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length).toBe(1)
    const bases = () => redis.cli('hget', HEAD, 'bases').split('\n')
    const chunks = () => redis.cli('keys', 'zonecast:{prod}:image:*').split('\n').length
    for (let n = 1; n <= 4; n++) {
      await a.change({ web: n })
      expect(await a.publisher.compact()).toBe('compacted')
    }
    expect([bases().length, chunks()]).toEqual([5, 5])
    wallMs += 16 * 60_000
    await a.publisher.trim()
    expect([bases().length, chunks()]).toEqual([2, 2])
    const oldest = bases()[1]?.split(' ')[1] ?? 'none'
    expect(redis.cli('xrange', LOG, '-', '+', 'COUNT', 1)).toContain(oldest)
    await a.change({ web: 9 })
    const late = follower(redis.url)
    await expect.poll(() => servicesOf(late.stack)).toEqual({ web: 9 })
  })

  test('a delta of more than 1 MiB goes out as a base', async () => {
    const a = worker(redis.url)
    const watching = follower(redis.url)
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => watching.stack.images.length).toBe(1)
    const octets = 2_500_000
    const delta = imageOf('delta', { db: 2 }, { serial: 9, ballast: octets })
    expect(await a.publisher.publish(delta)).toBe('published')
    await expect.poll(() => servicesOf(watching.stack)).toEqual({ web: 1, db: 2, 'ballast rdata': octets })
    expect(watching.stack.images.map(({ kind }) => kind)).toEqual(['base'])
  })

  test('a delta for another configuration wants a base', async () => {
    const a = worker(redis.url)
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length).toBe(1)
    expect(await a.publisher.publish(imageOf('delta', { web: 1 }, { zone: 'other.local' }))).toBe('base-wanted')
    await expect(a.publisher.publish(new Uint8Array(500))).rejects.toThrow('no image')
    expect(await a.publisher.publish(imageOf('base', { web: 1 }, { zone: 'other.local' }))).toBe('published')
  })

  describe('with a cache file', () => {
    let folder: string
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'zonecast-cache-'))
    })
    afterEach(() => rmSync(folder, { recursive: true }))

    test('a follower starts while Redis is away, and goes on without a reload', async () => {
      const cache = join(folder, 'prod.image')
      const own = opened(await startRedis())
      const a = worker(own.url)
      const before = follower(own.url, { cache })
      a.services = { web: 1 }
      a.publisher.seekLease()
      await expect.poll(() => before.stack.images.length).toBe(1)
      await a.change({ web: 2 })
      await expect.poll(() => before.stack.position).toBe(a.stack.position)
      await before.close()
      own.pause()
      const after = follower(own.url, { cache })
      await expect.poll(() => servicesOf(after.stack)).toEqual({ web: 2 })
      own.resume()
      await expect.poll(() => a.publishing, { timeout: 5000 }).toBe(true)
      await a.change({ web: 3 })
      await expect.poll(() => servicesOf(after.stack), { timeout: 5000 }).toEqual({ web: 3 })
      expect(after.applied.filter((kind) => kind === 'cache')).toHaveLength(1)
      expect(after.applied).not.toContain('base')
    })

    test('a publisher knows from it which serials were published, though Redis has lost them', async () => {
      const cache = join(folder, 'sync.image')
      const a = worker(redis.url, { cache })
      a.services = { web: 1 }
      a.publisher.seekLease()
      await expect.poll(() => a.stack.images.length).toBe(1)
      await a.change({ web: 2 })
      await a.close()
      redis.cli('flushall')
      const b = worker(redis.url, { cache, name: 'b' })
      await expect.poll(() => servicesOf(b.stack)).toEqual({ web: 2 })
      b.publisher.seekLease()
      await expect.poll(() => b.leads.length).toBe(1)
      expect(b.leads[0]?.base).toBe('wanted')
      expect(b.leads[0]?.serials.get('cluster.local')).toBe(a.serial)
      await expect.poll(() => b.publisher.hasPublished).toBe(true)
      expect(b.stack.position).toBe(redis.cli('hget', HEAD, 'pos'))
    })
  })
})
