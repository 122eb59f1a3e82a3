/** What somebody did to the feed behind the publisher's back is found and mended, over a real Redis. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import { connectRedis, placeOf, type RedisClient } from '@zonecast/feed/redis'
import { redisFeedsOf } from '@zonecast/responder-app/redis-feeds'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { imageOf, type Services, servicesOf } from '../../../libs/feed/src/testing/images.ts'
import { follow, type TestFollower } from '../../../libs/feed/src/testing/redis-feed.ts'
import { hasRedis, type RedisServer, startRedis } from '../../../libs/feed/src/testing/redis-server.ts'
import { SyncFeed } from './sync-feed.ts'

const SOON = { timeout: 20_000 }
const LOG = 'zonecast:{prod}:log'

/** One entry of the log becomes another, id and `prev` as they are; in one script, so that nobody sees it half done. */
const FORGE = `
local entries = redis.call('XRANGE', KEYS[1], '-', '+')
redis.call('DEL', KEYS[1])
for n, entry in ipairs(entries) do
  local fields = entry[2]
  for at = 1, #fields, 2 do
    if n == #entries and fields[at] == 'image' then fields[at + 1] = ARGV[1] end
  end
  redis.call('XADD', KEYS[1], entry[1], unpack(fields))
end`

describe.skipIf(!hasRedis)('audit (skipped where redis-server is not installed)', () => {
  let folder: string
  let redis: RedisServer
  let client: RedisClient
  let sync: SyncFeed
  let watching: TestFollower
  const messages: string[] = []

  /** Written aside and renamed, so that it is there at once. */
  const change = async (services: Services) => {
    const text = Object.entries(services).map(
      ([name, last]) =>
        `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { clusterIP: 10.0.0.${last} }\n`,
    )
    await writeFile(join(folder, 'new'), text.join('---\n'))
    await rename(join(folder, 'new'), join(folder, 'cluster.yaml'))
  }
  /** What somebody reads who comes now. */
  const newcomer = async () => {
    const follower = follow(redis.url)
    try {
      await expect.poll(() => follower.stack.images.length, SOON).toBeGreaterThan(0)
      await expect.poll(() => follower.stack.position, SOON).toBe(redis.cli('hget', 'zonecast:{prod}:head', 'pos'))
      return servicesOf(follower.stack)
    } finally {
      await follower.close()
    }
  }
  const audit = async () => {
    const before = sync.jobs.audit.atMs
    sync.jobs.jobs?.want('audit')
    await expect.poll(() => sync.jobs.audit.atMs > before, SOON).toBe(true)
    return sync.jobs.audit
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zonecast-audit-'))
    redis = await startRedis()
    messages.length = 0
    await change({ web: 1, db: 2 })
    const corefile = `. {\n kubernetes cluster.local {\n manifests ${folder}/*.yaml\n }\n feed ${redis.url} {\n name prod\n }\n}\n`
    const [feed] = redisFeedsOf(parseCorefile(corefile).blocks)
    if (feed === undefined) throw new Error('no feed')
    sync = new SyncFeed(feed, { tell: (_, text) => messages.push(text), nowMs: () => Date.now() })
    watching = follow(redis.url)
    await sync.run()
    await expect.poll(() => servicesOf(watching.stack), SOON).toMatchObject({ web: 1, db: 2 })
    await sync.jobs.start()
    client = await connectRedis({
      place: placeOf([redis.url]),
      connectionName: 'forger',
      silenceMs: 5000,
      connectMs: 5000,
    })
    // The first of each job comes by itself.
    await expect.poll(() => sync.jobs.jobs?.readings.counts?.completed, SOON).toBe(3)
    for (const web of [2, 3]) {
      await change({ web, db: 2 })
      await expect.poll(() => servicesOf(watching.stack), SOON).toMatchObject({ web, db: 2 })
    }
  })
  afterEach(async () => {
    client?.end()
    await watching?.close()
    await sync?.close()
    await redis.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('nothing is found where nothing is wrong, also right after a change', async () => {
    expect(sync.jobs.audit).toMatchObject({ drift: 0, driftTotal: 0 })
    const position = redis.cli('hget', 'zonecast:{prod}:head', 'pos')
    expect(await audit()).toMatchObject({ drift: 0, driftTotal: 0 })
    await change({ web: 4 })
    expect(await audit()).toMatchObject({ drift: 0, driftTotal: 0 })
    await expect.poll(() => servicesOf(watching.stack), SOON).toMatchObject({ web: 4 })
    expect(redis.cli('hget', 'zonecast:{prod}:head', 'pos').split('-')[0]).toBe(position.split('-')[0])
  })

  test('a delta that says something else is found, named, and replaced by a base', async () => {
    await client.call('eval', [FORGE, 1, LOG, imageOf('delta', { web: 66, bank: 67, db: 0 })])
    expect(await newcomer()).toMatchObject({ web: 66, bank: 67 })
    const serial = () => Number(redis.cli('hget', 'zonecast:{prod}:head', 'serial:cluster.local'))
    const before = serial()
    expect(await audit()).toMatchObject({ drift: 3, driftTotal: 3 })
    expect(messages.join('\n')).toMatch(
      /audit: .* service shop\/\w+, service shop\/\w+, service shop\/\w+; publishing a base/,
    )
    await expect.poll(newcomer, SOON).toMatchObject({ web: 3, db: 2 })
    expect(await newcomer()).not.toHaveProperty('bank')
    // Who transferred the zone has the wrong one under the serial before.
    expect(serial()).toBeGreaterThan(before)
    expect(await audit()).toMatchObject({ drift: 0, driftTotal: 3 })
    await expect.poll(() => watching.stack.position, SOON).toBe(redis.cli('hget', 'zonecast:{prod}:head', 'pos'))
    expect(servicesOf(watching.stack)).toMatchObject({ web: 3, db: 2 })
  })

  test('an entry that is missing, which nobody who comes now can get past', async () => {
    const entries = redis.cli('xrange', LOG, '-', '+').match(/^\d+-\d+$/gm) ?? []
    expect(redis.cli('xdel', LOG, entries.at(-2) ?? '')).toBe('1')
    expect(await audit()).toMatchObject({ drift: 1 })
    expect(messages.join('\n')).toContain('the log does not lead to position')
    await expect.poll(newcomer, SOON).toMatchObject({ web: 3, db: 2 })
  })

  test.each([
    ['a base whose octets are not those that head names', (key: string) => redis.cli('set', key, 'no gzip')],
    [
      'a base that is no string',
      (key: string) => redis.cli('eval', "redis.call('DEL', KEYS[1]) redis.call('HSET', KEYS[1], 'a', 'b')", 1, key),
    ],
  ])('%s', async (_, harm) => {
    const id = redis.cli('hget', 'zonecast:{prod}:head', 'base')
    harm(`zonecast:{prod}:image:${id}:0`)
    expect(await audit()).toMatchObject({ drift: 1 })
    await expect.poll(newcomer, SOON).toMatchObject({ web: 3, db: 2 })
  })
})
