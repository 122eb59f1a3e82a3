/** Who publishes: one at a time, whatever happens to it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { comparePositions } from '../../position.ts'
import { imageOf, servicesOf } from '../../testing/images.ts'
import { follow, QUICK, TestWorker } from '../../testing/redis-feed.ts'
import { hasRedis, type RedisServer, startRedis } from '../../testing/redis-server.ts'
import { startProxy } from '../../testing/tcp-proxy.ts'

const PROCESS = fileURLToPath(new URL('../../testing/publisher-process.ts', import.meta.url))
const HEAD = 'zonecast:{prod}:head'
const LOG = 'zonecast:{prod}:log'
const SOON = { timeout: 10_000 }

describe.skipIf(!hasRedis)('the lease (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  const open: { close(): Promise<void> }[] = []
  const children: ChildProcess[] = []
  function opened<T extends { close(): Promise<void> }>(thing: T): T {
    open.push(thing)
    return thing
  }

  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await Promise.all(open.splice(0).map((thing) => thing.close()))
    await redis.close()
  })

  interface PublisherProcess {
    readonly child: ChildProcess
    readonly lines: string[]
  }

  async function startProcess(name: string): Promise<PublisherProcess> {
    const child = spawn(process.execPath, [PROCESS, redis.url, name], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const lines: string[] = []
    child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trim().split('\n')))
    await expect.poll(() => lines.some((line) => line.startsWith('published')), SOON).toBe(true)
    return { child, lines }
  }

  const epochs = () => redis.cli('xrange', LOG, '-', '+').match(/^\d+-0$/gm) ?? []
  const epochOf = (position: string) => Number(position.split('-')[0])

  test('two want to publish', async () => {
    const [a, b] = [opened(new TestWorker(redis.url)), opened(new TestWorker(redis.url, { name: 'b' }))]
    a.services = { web: 1 }
    b.services = { web: 1 }
    a.publisher.seekLease()
    b.publisher.seekLease()
    await expect.poll(() => [a, b].filter(({ publishing }) => publishing).length, SOON).toBe(1)
    const [leader, standby] = a.publishing ? [a, b] : [b, a]
    expect(leader.told).toEqual(['hearing'])
    expect(standby.told).toEqual([`following ${a.publishing ? 'a' : 'b'}`])
    for (let n = 2; n < 20; n++) {
      expect(await leader.change({ web: n })).toBe('published')
      expect(await standby.publisher.publish(imageOf('delta', { web: 0 }))).toBe('standby')
    }
    await expect.poll(() => servicesOf(standby.stack)).toEqual({ web: 19 })
  })

  test('a publisher that is killed is replaced, at the default times, within five seconds', async () => {
    const { child } = await startProcess('default-timing')
    const b = opened(new TestWorker(redis.url, { name: 'b', timing: {} }))
    const watching = opened(follow(redis.url))
    b.services = { fresh: 1 }
    b.publisher.seekLease()
    await expect.poll(() => b.stack.images.length, SOON).toBeGreaterThan(0)
    await expect.poll(() => watching.stack.images.length, SOON).toBeGreaterThan(0)
    const reloads = watching.applied.filter((kind) => kind === 'base').length
    child.kill('SIGKILL')
    await expect.poll(() => b.publishing, { timeout: 5000 }).toBe(true)
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ fresh: 1 })
    expect(b.leads.map(({ base }) => base)).toEqual(['held'])
    expect(watching.applied.filter((kind) => kind === 'base')).toHaveLength(reloads)
  })

  test('a publisher that was stopped past its lease wakes and writes nothing', async () => {
    const { child, lines } = await startProcess('stopped')
    const watching = opened(follow(redis.url))
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    await expect.poll(() => b.stack.images.length, SOON).toBeGreaterThan(0)
    b.services = { web: 250 }
    b.publisher.seekLease()
    child.kill('SIGSTOP')
    await expect.poll(() => b.publishing, SOON).toBe(true)
    await b.change({ web: 251 })
    const woken = lines.length
    child.kill('SIGCONT')
    await expect.poll(() => lines.slice(woken).filter((line) => line === 'standby').length, SOON).toBeGreaterThan(20)
    expect(b.publishing).toBe(true)
    await b.change({ web: 252 })
    await expect.poll(() => watching.stack.position, SOON).toBe(b.stack.position)
    expect(servicesOf(watching.stack)).toEqual({ web: 252 })
    expect(epochOf(epochs().at(-1) ?? '')).toBe(epochOf(b.stack.position))
  })

  test('no change is lost from one publisher to the next', async () => {
    const { child, lines } = await startProcess('first')
    const watching = opened(follow(redis.url))
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    await expect.poll(() => b.stack.images.length, SOON).toBeGreaterThan(0)
    b.publisher.seekLease()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
    await expect.poll(() => b.publishing, SOON).toBe(true)
    await b.change({ last: 1 })
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual(b.services)
    const published = Number(lines.findLast((line) => line.startsWith('published'))?.split(' ')[1])
    const previous = redis.cli('xrange', LOG, '-', '+').match(/handover/g)
    expect(previous).toHaveLength(1)
    expect(published).toBeGreaterThan(0)
  })

  test('epochs and serials grow though clocks are wrong', async () => {
    const early = { ...systemClock, wallMs: () => 1 }
    const a = opened(new TestWorker(redis.url))
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length, SOON).toBe(1)
    const [before, serial] = [epochOf(a.stack.position), a.serial]
    // The server's clock cannot be set back here, but a feed that is ahead of it is the same.
    const ahead = before + 10 ** 9
    await a.close()
    redis.cli('xadd', LOG, `${ahead}-5`, 'prev', redis.cli('hget', HEAD, 'pos'), 'kind', 'handover')
    redis.cli('hset', HEAD, 'pos', `${ahead}-5`)
    const b = opened(new TestWorker(redis.url, { name: 'b', clock: early }))
    b.services = { web: 2 }
    b.publisher.seekLease()
    await expect.poll(() => servicesOf(b.stack), SOON).toEqual({ web: 2 })
    expect(epochOf(b.stack.position)).toBe(ahead + 1)
    expect(b.leads[0]?.serials.get('cluster.local')).toBe(serial)
  })

  test('a publisher is back with Redis long before followers, however long that was away', async () => {
    const HOUR_MS = 3_600_000
    const timing = { ...QUICK, retryLeastMs: HOUR_MS, retryMostMs: HOUR_MS }
    const [a, b] = [opened(new TestWorker(redis.url, { timing })), opened(follow(redis.url, { timing }))]
    a.publisher.seekLease()
    await expect.poll(() => b.stack.images.length, SOON).toBe(1)
    const { position } = b.stack
    await redis.kill()
    await expect.poll(() => [a.errors, b.errors], SOON).toEqual([['unreachable'], ['unreachable']])
    await redis.start()
    await expect.poll(() => a.publishing && a.stack.position !== position, SOON).toBe(true)
    expect(b.stack.position).toBe(position)
  })

  test('a publisher that knows nothing has an emptied Redis before one that knows the serials', async () => {
    const a = opened(new TestWorker(redis.url))
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => a.publishing, SOON).toBe(true)
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    b.services = { web: 1 }
    for (let n = 2; n < 50; n++) await a.change({ web: n })
    const last = a.serial
    await expect.poll(() => b.stack.position, SOON).toBe(a.stack.position)
    await a.close()
    redis.cli('flushall')
    const c = opened(new TestWorker(redis.url, { name: 'c' }))
    c.publisher.seekLease()
    const serial = () => Number(redis.cli('hget', HEAD, 'serial:cluster.local'))
    await expect.poll(serial, SOON).toBeGreaterThan(0)
    expect(serial()).toBeLessThan(last)
    b.publisher.seekLease()
    await expect.poll(serial, SOON).toBeGreaterThan(last)
    expect(b.publishing).toBe(false)
    const leads = c.leads.length
    expect(await c.change({ web: 1 })).toBe('published')
    await expect.poll(() => b.stack.position, SOON).toBe(c.stack.position)
    expect(c.leads).toHaveLength(leads)
    expect(redis.cli('hexists', HEAD, 'recall')).toBe('0')
  })

  test('who has an emptied Redis hears what others know before it publishes', async () => {
    const a = opened(new TestWorker(redis.url))
    a.publisher.seekLease()
    await expect.poll(() => a.publishing, SOON).toBe(true)
    const way = opened(await startProxy(redis.port))
    const b = opened(new TestWorker(way.url, { name: 'b' }))
    b.publisher.seekLease()
    for (let n = 2; n < 50; n++) await a.change({ web: n })
    const last = a.serial
    await expect.poll(() => b.stack.position, SOON).toBe(a.stack.position)
    way.freeze()
    await a.close()
    redis.cli('flushall')
    const c = opened(new TestWorker(redis.url, { name: 'c' }))
    c.publisher.seekLease()
    await expect.poll(() => c.publisher.holdsLease, SOON).toBe(true)
    way.thaw()
    await expect.poll(() => c.leads.length, SOON).toBe(1)
    expect(c.leads[0]?.serials.get('cluster.local')).toBe(last)
  })

  test('serials that a standby tells while a base is being written are not gone behind', async () => {
    const a = opened(new TestWorker(redis.url))
    a.publisher.seekLease()
    await expect.poll(() => a.publishing, SOON).toBe(true)
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    for (let n = 2; n < 50; n++) await a.change({ web: n })
    const last = a.serial
    await expect.poll(() => b.stack.position, SOON).toBe(a.stack.position)
    await a.close()
    redis.cli('flushall')
    const way = opened(await startProxy(redis.port))
    // Chunks are written with an expiry; leases are renewed on another connection.
    way.swallow(/\r\nPX\r\n\$6\r\n600000\r\n/)
    const c = opened(new TestWorker(way.url, { name: 'c' }))
    c.publisher.seekLease()
    await expect.poll(() => way.swallowed, SOON).toBe(1)
    b.publisher.seekLease()
    await expect.poll(() => redis.cli('hexists', HEAD, 'recall') === '1' || c.leads.length > 1, SOON).toBe(true)
    way.swallow(undefined)
    const published = () => c.stack.images[0]?.stanzas[0]?.zones[0]?.serial
    await expect.poll(published, SOON).toBe(last + 1)
    expect(redis.cli('hget', HEAD, 'bases').split('\n')).toHaveLength(1)
    expect(b.publishing).toBe(false)
  })

  test('a standby whose follower is stuck knows the last serials from its tries to take the lease', async () => {
    const ways = [opened(await startProxy(redis.port)), opened(await startProxy(redis.port))] as const
    const a = opened(new TestWorker(ways[0].url))
    a.publisher.seekLease()
    await expect.poll(() => a.publishing, SOON).toBe(true)
    const timing = { ...QUICK, silenceMs: 3_600_000 }
    const b = opened(new TestWorker(ways[1].url, { name: 'b', timing }))
    await expect.poll(() => b.stack.position, SOON).toBe(a.stack.position)
    ways[1].dropSilently()
    b.publisher.seekLease()
    for (let n = 2; n < 50; n++) await a.change({ web: n })
    const { position } = a.stack
    // The tries of one are five at most between two renewals of the other.
    const scripts = () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(redis.cli('info', 'commandstats'))?.[1])
    const before = scripts()
    await expect.poll(scripts, SOON).toBeGreaterThan(before + 15)
    expect(b.stack.position).not.toBe(position)
    ways[0].freeze()
    redis.cli('flushall')
    await expect.poll(() => b.leads.length, SOON).toBe(1)
    expect(b.leads[0]?.serials.get('cluster.local')).toBe(a.serial)
    expect(comparePositions(b.leads[0]?.position ?? '', position)).toBeGreaterThan(0)
  })

  test('two configurations differ', async () => {
    const a = opened(new TestWorker(redis.url))
    a.publisher.seekLease()
    await expect.poll(() => a.stack.images.length, SOON).toBe(1)
    const b = opened(new TestWorker(redis.url, { name: 'b', config: 'other' }))
    await expect.poll(() => b.publisher.configurationDiffers, SOON).toBe(true)
    await a.change({ web: 2 })
    await expect.poll(() => b.stack.position, SOON).toBe(a.stack.position)
    expect(b.errors).toEqual(['other-configuration'])
  })

  test('a server that may evict keys is refused, or warned of', async () => {
    redis.cli('config', 'set', 'maxmemory-policy', 'allkeys-lru')
    const a = opened(new TestWorker(redis.url))
    await expect(a.publisher.checkServer()).rejects.toMatchObject({ code: 'eviction' })
    expect(a.errors).toEqual([])
    a.publisher.seekLease()
    await expect.poll(() => a.errors, SOON).toEqual(['eviction'])
    expect(a.messages[0]).toMatch(/allkeys-lru .* or say "eviction warn"; nothing is published until then$/)
    expect(redis.cli('exists', 'zonecast:{prod}:lease')).toBe('0')
    const b = opened(new TestWorker(redis.url, { name: 'b', eviction: 'warn' }))
    b.publisher.seekLease()
    await expect.poll(() => b.publishing, SOON).toBe(true)
    expect(b.errors).toContain('eviction')
    expect(b.messages.join('\n')).not.toContain('eviction warn')
    redis.cli('config', 'set', 'maxmemory-policy', 'noeviction')
    await b.close()
    await expect.poll(() => a.publishing, SOON).toBe(true)
    await a.publisher.checkServer()
  })

  test('a server that is away cannot be checked, and is no reason not to start', async () => {
    await redis.kill()
    const a = opened(new TestWorker(redis.url))
    await a.publisher.checkServer()
    await redis.start('--maxmemory-policy', 'volatile-ttl')
    a.publisher.seekLease()
    await expect.poll(() => a.errors, SOON).toContain('eviction')
    expect(redis.cli('exists', 'zonecast:{prod}:lease')).toBe('0')
  })
})
