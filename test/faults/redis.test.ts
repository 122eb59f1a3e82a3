/**
 * Redis, or the way to it, fails under a whole installation. Through each fault every responder goes on answering what is or was
 * true, changes go on, and afterwards what each answers is a fresh compile of what the API server has. The names of these tests,
 * and of those beside them, are the lines of the table in docs/feed.md.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { startStandIn } from './cluster-api.ts'
import { Installation } from './installation.ts'
import type { Member } from './member.ts'
import { seededRandom } from './random.ts'

const HEAD = 'zonecast:{prod}:head'
const LOG = 'zonecast:{prod}:log'
const SOON = { timeout: 30_000 }
const LONG_MS = 150_000

describe.skipIf(!hasRedis)('whatever befalls Redis (redis-server needed)', { timeout: LONG_MS }, () => {
  let all: Installation

  beforeAll(async () => {
    all = await Installation.start({ api: await startStandIn(), responders: ['bun', 'node'], random: seededRandom(1) })
  }, LONG_MS)
  afterAll(() => all?.close())
  afterEach(async () => {
    await all.change(5)
    await all.agree()
    expect(all.wrong).toEqual([])
  }, LONG_MS)

  const cli = (...words: readonly (string | number)[]) => all.redis.cli(...words)
  const base = () => cli('hget', HEAD, 'base')
  const said = (members: readonly Member[], text: string, since: ReadonlyMap<Member, number>) =>
    members.some((member) => member.output.slice(since.get(member) ?? 0).includes(text))
  const lengths = (members: readonly Member[]) => new Map(members.map((member) => [member, member.output.length]))
  const publisher = (): Member => {
    const [first] = all.publishers
    if (first === undefined) throw new Error('nobody publishes')
    return first
  }

  test('Redis is killed and comes back empty', async () => {
    const before = lengths(all.responders)
    await all.redis.kill()
    await all.change(5)
    await expect.poll(() => said(all.responders, 'Redis at', before), SOON).toBe(true)
    await all.redis.start()
  })

  test('Redis loses all its data at once', async () => {
    await all.change(1)
    cli('flushall')
    await all.change(1)
    await expect.poll(base, SOON).not.toBe('')
  })

  test('Redis loses all its data, and every sync worker is new', async () => {
    await Promise.all(all.syncs.map((sync) => sync.stop('SIGKILL')))
    for (const sync of all.syncs) sync.forget()
    await all.clockBeyondSerials()
    cli('flushall')
    await all.change(5)
    for (const sync of all.syncs) sync.start()
  })

  test('Redis is slow to read its data from disk', async () => {
    cli('config', 'set', 'save', '3600 1')
    cli('eval', 'for i = 1, 400 do redis.call("set", "filler" .. i, string.rep("x", 4096)) end', 0)
    cli('save')
    await all.redis.kill()
    const before = lengths([...all.syncs, ...all.responders])
    await all.redis.start('--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024')
    await all.change(5)
    await expect.poll(() => said([...before.keys()], 'LOADING', before), SOON).toBe(true)
  })

  test('Redis is paused', async () => {
    const before = lengths(all.syncs)
    all.redis.pause()
    await all.change(5)
    await expect.poll(() => said(all.syncs, 'another sync worker may publish', before), SOON).toBe(true)
    all.redis.resume()
  })

  test('Redis is read-only', async () => {
    const before = lengths(all.syncs)
    cli('replicaof', '127.0.0.1', 1)
    await all.change(5)
    await expect.poll(() => said(all.syncs, 'READONLY', before), SOON).toBe(true)
    cli('replicaof', 'no', 'one')
  })

  test('Redis is out of memory', async () => {
    const before = lengths(all.syncs)
    cli('config', 'set', 'maxmemory', 1)
    await all.change(5)
    await expect.poll(() => said(all.syncs, 'OOM', before), SOON).toBe(true)
    cli('config', 'set', 'maxmemory', 0)
  })

  test('packets to a responder are silently dropped', async () => {
    all.responders[0]?.proxy.dropSilently()
    await all.change(5)
  })

  test('packets of the publisher are silently dropped', async () => {
    const proxied = publisher()
    const before = lengths([proxied])
    proxied.proxy.dropSilently()
    await all.change(5)
    await expect.poll(() => said([proxied], 'Redis at', before), SOON).toBe(true)
  })

  test('connections are cut half way through an image, again and again', async () => {
    const [responder] = all.responders
    await all.restartResponder(0, 'SIGKILL', ({ proxy, forget }) => {
      forget.call(responder)
      proxy.cutAfter(500, 4)
    })
    expect(responder?.proxy.cuts).toBe(4)
  })

  test('the log is deleted', async () => {
    await all.change(2)
    cli('del', LOG)
  })

  test('the log is trimmed further than the base', async () => {
    await all.change(5)
    // As long as the base is the only entry nothing can be trimmed.
    await expect.poll(() => Number(cli('xlen', LOG)), SOON).toBeGreaterThan(1)
    const before = base()
    cli('xtrim', LOG, 'MAXLEN', 1)
    await expect.poll(base, SOON).not.toBe(before)
  })

  test('head is deleted', async () => {
    cli('del', HEAD)
    await expect.poll(base, SOON).not.toBe('')
  })

  test('a chunk of the base is lost', async () => {
    const before = base()
    cli('del', `zonecast:{prod}:image:${before}:0`)
    await expect.poll(base, SOON).not.toBe(before)
  })

  test('an entry of the log is damaged', async () => {
    const epoch = () => cli('hget', HEAD, 'pos').split('-')[0]
    const before = { epoch: epoch(), lengths: lengths(all.responders) }
    // One of a kind that nobody knows, and one that is no image.
    for (const kind of ['omega', 'delta']) {
      const now = epoch()
      const forge = `local pos = redis.call('HGET', KEYS[1], 'pos')
local epoch, n = string.match(pos, '^(%d+)-(%d+)$')
redis.call('XADD', KEYS[2], epoch .. '-' .. (n + 1), 'prev', pos, 'kind', ARGV[1], 'image', 'none')`
      cli('eval', forge, 2, HEAD, LOG, kind)
      await all.change(2)
      await expect.poll(epoch, SOON).not.toBe(now)
    }
    expect(said(all.responders, '"code":"damaged"', before.lengths)).toBe(true)
  })

  test('a key is of another type', async () => {
    const before = lengths([...all.responders, ...all.syncs])
    cli('eval', "redis.call('DEL', KEYS[1]) redis.call('SADD', KEYS[1], 'x')", 1, LOG)
    await all.change(2)
    await expect.poll(() => said(all.syncs, 'delete it', before), SOON).toBe(true)
    cli('del', LOG)
  })

  test('a base is damaged', async () => {
    await all.change(2)
    cli('setrange', `zonecast:{prod}:image:${base()}:0`, 40, 'XXXXXXXX')
    const before = lengths(all.responders)
    const [responder] = all.responders
    const restarted = all.restartResponder(0, 'SIGKILL', () => responder?.forget())
    await expect.poll(() => said(all.responders, 'base', before), SOON).toBe(true)
    await expect.poll(() => responder?.metric('zonecast_feed_errors_total', { code: 'damaged' }), SOON).toBe(1)
    // The only base that there is is no use; the publisher cannot see that, the next base is.
    cli('del', LOG)
    await restarted
  })
})
