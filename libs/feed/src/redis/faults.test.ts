/** Whatever happens to Redis or on the way to it: followers keep answering from what they have, and agree in the end. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { servicesOf } from '../testing/images.ts'
import { follow, type TestFollower, TestWorker } from '../testing/redis-feed.ts'
import { hasRedis, type RedisServer, startRedis } from '../testing/redis-server.ts'
import { startProxy, type TcpProxy } from '../testing/tcp-proxy.ts'

const HEAD = 'zonecast:{prod}:head'
const LOG = 'zonecast:{prod}:log'
/** Longer than Redis takes to come back in any of these. */
const SOON = { timeout: 10_000 }
/** Octets that make a base of three chunks. */
const BALLAST = 3_000_000

describe.skipIf(!hasRedis)('faults (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  let proxy: TcpProxy
  let a: TestWorker
  let first: TestFollower
  let second: TestFollower
  const open: { close(): Promise<void> }[] = []
  function opened<T extends { close(): Promise<void> }>(thing: T): T {
    open.push(thing)
    return thing
  }

  /** A publisher at the server; a follower there too, and one behind the proxy. */
  beforeEach(async () => {
    redis = await startRedis()
    proxy = await startProxy(redis.port)
    a = opened(new TestWorker(redis.url))
    first = opened(follow(redis.url))
    second = opened(follow(proxy.url))
    a.services = { web: 1, db: 2 }
    a.publisher.seekLease()
    await agreed()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()))
    await proxy.close()
    await redis.close()
  })

  /** Every follower holds what the worker has, and `more`, at the same position. */
  async function agreed(more = {}, worker = a): Promise<void> {
    for (const { stack } of [first, second]) {
      await expect.poll(() => servicesOf(stack), SOON).toEqual({ ...worker.services, ...more })
      await expect.poll(() => stack.position === worker.stack.position, SOON).toBe(true)
    }
    expect(worker.publishing).toBe(true)
  }

  /** As long as Redis is away. */
  function expectUnchanged(services = { web: 1, db: 2 }): void {
    for (const { stack } of [first, second]) expect(servicesOf(stack)).toEqual(services)
  }

  const count = (list: readonly string[], what: string) => list.filter((word) => word === what).length
  const serial = () => Number(redis.cli('hget', HEAD, 'serial:cluster.local'))

  test.each([
    ['format', '99'],
    ['format', ''],
    ['base', 'other'],
    ['bases', 'nonsense'],
  ])('head whose %s is "%s" is put right by the publisher', async (field, wrong) => {
    redis.cli('hset', HEAD, field, wrong)
    await expect.poll(() => redis.cli('hget', HEAD, field), SOON).not.toMatch(new RegExp(`^${wrong}$`))
    await a.change({ web: 3 })
    await agreed()
    const late = opened(follow(redis.url))
    await expect.poll(() => servicesOf(late.stack), SOON).toEqual(a.services)
  })

  test.each([
    ['no position', () => redis.cli('xadd', LOG, '99999999999999999-0', 'stray', 'x')],
    [
      'the last there can be',
      () => redis.cli('xadd', LOG, `${'18446744073709551615-'.repeat(2).slice(0, -1)}`, 'stray', 'x'),
    ],
    [
      'no position of its epoch',
      () => redis.cli('xadd', LOG, `${a.stack.position.split('-')[0]}-18446744073709551615`, 'stray', 'x'),
    ],
    [
      'the last position, which head has, too',
      () => {
        const last = `${Number.MAX_SAFE_INTEGER}-0`
        redis.cli(
          'eval',
          `redis.call('XADD', KEYS[2], ARGV[1], 'prev', ARGV[2], 'kind', 'epoch') redis.call('HSET', KEYS[1], 'pos', ARGV[1], 'epoch', ARGV[1])`,
          2,
          HEAD,
          LOG,
          last,
          a.stack.position,
        )
      },
    ],
  ])('an entry whose id is %s stops nobody', async (_, add) => {
    add()
    await expect.poll(() => a.change({ web: 7 }), SOON).toBe('published')
    await agreed()
    // Nor whoever comes next.
    await a.close()
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    b.services = { next: 1 }
    b.publisher.seekLease()
    await expect.poll(() => b.publishing, SOON).toBe(true)
    await b.change({ next: 2 })
    await agreed({}, b)
  })

  test('killed and started again, empty', async () => {
    await a.change({ web: 9 })
    const before = serial()
    await redis.kill()
    await expect.poll(() => first.errors, SOON).toContain('unreachable')
    await expect.poll(() => a.standbys, SOON).toBe(1)
    expect(await a.change({ web: 3, extra: 4 })).toBe('standby')
    expect(servicesOf(second.stack)).toEqual({ web: 9, db: 2 })
    await redis.start()
    await agreed()
    expect(serial()).toBeGreaterThan(before)
    // Said once, however long it took.
    for (const { errors } of [first, a]) expect(count(errors, 'unreachable')).toBe(1)
  })

  test('emptied while all are connected', async () => {
    redis.cli('flushall')
    await expect.poll(() => redis.cli('hexists', HEAD, 'base'), SOON).toBe('1')
    await agreed()
  })

  test('emptied, with an entirely new publisher', async () => {
    const [before, position] = [serial(), a.stack.position]
    await a.close()
    redis.cli('flushall')
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    b.services = { web: 7 }
    b.serial = before
    expectUnchanged()
    b.publisher.seekLease()
    await agreed({}, b)
    expect(Number(b.stack.position.split('-')[0])).toBeGreaterThan(Number(position.split('-')[0]))
  })

  test('paused for longer than any lease, then resumed', async () => {
    redis.pause()
    await expect.poll(() => a.standbys, SOON).toBe(1)
    await expect.poll(() => first.errors, SOON).toContain('unreachable')
    expectUnchanged()
    Object.assign(a.services, { web: 5 })
    redis.resume()
    await agreed()
  })

  test('read-only: it became a replica', async () => {
    redis.cli('replicaof', '127.0.0.1', 1)
    await expect.poll(() => a.errors, SOON).toContain('read-only')
    expect(a.messages.join()).toContain('primary')
    expectUnchanged()
    redis.cli('replicaof', 'no', 'one')
    await expect.poll(() => a.publishing, SOON).toBe(true)
    await a.change({ web: 6 })
    await agreed()
  })

  test('out of memory half way through a base', async () => {
    const used = Number(/used_memory:(\d+)/.exec(redis.cli('info', 'memory'))?.[1])
    redis.cli('config', 'set', 'maxmemory', used + 2_500_000)
    const publishing = a.base(BALLAST)
    await expect.poll(() => a.errors, SOON).toContain('out-of-memory')
    expectUnchanged()
    expect(a.publishing).toBe(true)
    // Renewing the lease, which goes well all the while, does not make it news again.
    expect(a.errors).toEqual(['out-of-memory'])
    redis.cli('config', 'set', 'maxmemory', 0)
    expect(await publishing).toBe('published')
    await agreed({ 'ballast rdata': BALLAST })
    await expect.poll(() => expiring(), SOON).toBe(0)
  })

  /** Chunks that belong to no base. */
  function expiring(): number {
    const chunks = redis.cli('keys', 'zonecast:{prod}:image:*').split('\n')
    return chunks.filter((key) => Number(redis.cli('pttl', key)) > 0).length
  }

  test('packets to a follower are silently dropped', async () => {
    proxy.dropSilently()
    await a.change({ web: 8 })
    expect(servicesOf(second.stack)).toEqual({ web: 1, db: 2 })
    await agreed()
    expect(count(second.applied, 'base')).toBe(1)
  })

  test('the connection is cut half way through an image, again and again', async () => {
    proxy.cutAfter(1_500_000, 4)
    proxy.dropSilently()
    expect(await a.base(BALLAST)).toBe('published')
    await agreed({ 'ballast rdata': BALLAST })
    expect(proxy.cuts).toBeGreaterThan(1)
  })

  test('the log is deleted under its readers', async () => {
    await a.change({ web: 2 })
    redis.cli('del', LOG)
    await agreed()
    expect(await a.change({ web: 3 })).toBe('published')
    await agreed()
  })

  test('head is deleted', async () => {
    const before = serial()
    redis.cli('del', HEAD)
    await expect.poll(() => redis.cli('hget', HEAD, 'base'), SOON).not.toBe('')
    await agreed()
    expect(serial()).toBe(before)
    expect(redis.cli('hmget', HEAD, 'format', 'publisher', 'config')).toBe('2\na\nsame')
  })

  test('nonsense in head is no obstacle to the next publisher', async () => {
    await a.close()
    redis.cli('hset', HEAD, 'bases', 'nonsense')
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    b.services = { web: 5 }
    b.publisher.seekLease()
    await agreed({}, b)
    await b.publisher.trim()
    expect(redis.cli('hget', HEAD, 'bases')).not.toContain('nonsense')
  })

  test('the log is trimmed further than the base', async () => {
    for (let n = 1; n < 20; n++) await a.change({ web: n })
    await agreed()
    const { position } = a.stack
    redis.cli('xtrim', LOG, 'MAXLEN', 1)
    // The publisher notices that nobody could begin from the base any more.
    await expect.poll(() => a.stack.position, SOON).not.toBe(position)
    await agreed()
    const late = opened(follow(redis.url))
    await expect.poll(() => servicesOf(late.stack)).toEqual(a.services)
  })

  test('a chunk of the base is deleted', async () => {
    const id = redis.cli('hget', HEAD, 'base')
    redis.cli('del', `zonecast:{prod}:image:${id}:0`)
    await expect.poll(() => redis.cli('hget', HEAD, 'base'), SOON).not.toBe(id)
    await agreed()
  })

  test('head lost its tail, as after a failover', async () => {
    const [pos, fields] = [a.stack.position, ['pos', redis.cli('hget', HEAD, 'pos')] as const]
    await a.change({ web: 40 })
    await expect.poll(() => first.stack.position).toBe(a.stack.position)
    redis.cli('xdel', LOG, a.stack.position)
    redis.cli('hset', HEAD, ...fields)
    expect(pos).toBe(fields[1])
    expect(await a.change({ db: 41 })).toBe('published')
    await agreed()
    expect(servicesOf(first.stack)).toEqual({ web: 40, db: 41 })
  })

  test('head lost its tail, and nobody knows: followers do not go back, unless somebody publishes there', async () => {
    const pos = redis.cli('hget', HEAD, 'pos')
    await a.change({ web: 40 })
    await agreed()
    await a.close()
    await expect.poll(() => second.stack.position, SOON).toBe(redis.cli('hget', HEAD, 'pos'))
    for (const id of redis.cli('xrange', LOG, `(${pos}`, '+').match(/^\d+-\d+$/gm) ?? []) redis.cli('xdel', LOG, id)
    redis.cli('hset', HEAD, 'pos', pos)
    for (const follower of [first, second]) {
      const { heads } = follower
      await expect.poll(() => follower.heads, SOON).toBeGreaterThan(heads + 3)
    }
    expectUnchanged({ web: 40, db: 2 })
    redis.cli('hset', HEAD, 'heartbeat', Date.now() + 60_000)
    for (const { stack } of [first, second]) await expect.poll(() => servicesOf(stack), SOON).toEqual({ web: 1, db: 2 })
  })

  test('what one of several writes meets is told once, while the others go well', async () => {
    redis.cli('acl', 'setuser', 'default', '-set')
    const publishing = a.base()
    await expect.poll(() => a.errors, SOON).toContain('no-permission')
    const beat = () => Number(redis.cli('hget', HEAD, 'heartbeat'))
    const before = beat()
    await expect.poll(beat, SOON).toBeGreaterThan(before + 1000)
    expect(a.errors).toEqual(['no-permission'])
    redis.cli('acl', 'setuser', 'default', '+set')
    expect(await publishing).toBe('published')
    await agreed()
  })

  test.each([
    ['damaged', (key: string) => redis.cli('setrange', key, 30, 'XXXXXXXX')],
    [
      'no string',
      (key: string) => redis.cli('eval', "redis.call('DEL', KEYS[1]) redis.call('HSET', KEYS[1], 'a', 'b')", 1, key),
    ],
  ])('a base that is %s is refused, an older one and the log serve', async (_, harm) => {
    await a.change({ web: 2 })
    await a.publisher.compact()
    await a.change({ web: 3 })
    harm(`zonecast:{prod}:image:${redis.cli('hget', HEAD, 'base')}:0`)
    const late = opened(follow(redis.url))
    await expect.poll(() => servicesOf(late.stack)).toEqual(a.services)
    expect(late.errors).toEqual(['damaged'])
    await agreed()
  })

  test.each([
    ['a delta that is none', 'delta'],
    ['a base that head does not name', 'base'],
    ['a kind that nobody knows', 'omega'],
  ])('while nobody publishes, an entry with %s is refused once and for all', async (_, kind) => {
    await a.close()
    await expect.poll(() => first.stack.position, SOON).toBe(redis.cli('hget', HEAD, 'pos'))
    const { position } = first.stack
    const bases = count(first.applied, 'base')
    const next = `${position.split('-')[0]}-${Number(position.split('-')[1]) + 1}`
    redis.cli('xadd', LOG, next, 'prev', position, 'kind', kind, 'at', 1, 'image', 'none')
    const { heads } = first
    await expect.poll(() => first.heads, SOON).toBeGreaterThan(heads + 3)
    expect(count(first.applied, 'base')).toBe(bases)
    expect(first.errors).toEqual(kind === 'base' ? [] : ['damaged'])
    expectUnchanged()
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    b.services = { web: 5 }
    b.publisher.seekLease()
    await agreed({}, b)
  })

  test.each([
    ['the log', LOG, 'xread'],
    ['head', HEAD, 'hmget'],
  ])('%s is of another type: told once for as long as it lasts', async (_, key, command) => {
    const reads = () =>
      Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(redis.cli('info', 'commandstats'))?.[1])
    redis.cli('eval', "redis.call('DEL', KEYS[1]) redis.call('SADD', KEYS[1], 'x')", 1, key)
    await expect.poll(() => first.errors, SOON).toEqual(['damaged'])
    await expect.poll(() => a.standbys, SOON).toBe(1)
    const before = reads()
    await expect.poll(reads, SOON).toBeGreaterThan(before + 20)
    expectUnchanged()
    redis.cli('del', key)
    await expect.poll(() => a.publishing, SOON).toBe(true)
    await agreed()
    expect(first.errors).toEqual(['damaged'])
  })

  test('a responder is older than sync', async () => {
    await a.close()
    redis.cli('hset', HEAD, 'format', 99)
    await expect.poll(() => first.errors, SOON).toEqual(['unknown-format'])
    expectUnchanged()
    const b = opened(new TestWorker(redis.url, { name: 'b' }))
    b.services = { web: 4 }
    b.publisher.seekLease()
    await expect.poll(() => b.publishing, SOON).toBe(true)
    await agreed({}, b)
  })

  test('chunks of an attempt that died go by themselves', async () => {
    const { keysOf } = await import('./stored/keys.ts')
    const { writeChunks } = await import('./stored/base-chunks.ts')
    const { connectRedis } = await import('./connection/connect.ts')
    const { placeOf } = await import('./connection/address.ts')
    const place = placeOf([redis.url])
    const client = await connectRedis({ place, connectionName: 'test', silenceMs: 1000, connectMs: 1000 })
    const image = a.stack.images[0]?.octets ?? new Uint8Array()
    await writeChunks((run) => run(client), keysOf('prod'), 'died', image)
    client.end()
    expect(Number(redis.cli('pttl', 'zonecast:{prod}:image:died:0'))).toBeGreaterThan(0)
    await a.base()
    await agreed()
  })

  test('it reads its data from disk', async () => {
    redis.cli('config', 'set', 'save', '3600 1')
    redis.cli('eval', 'for i = 1, 400 do redis.call("set", "filler" .. i, string.rep("x", 4096)) end', 0)
    redis.cli('save')
    await redis.kill()
    await redis.start('--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024')
    await expect.poll(() => [...first.errors, ...a.errors], SOON).toContain('loading')
    expectUnchanged()
    await agreed()
  })
})
