import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import { keysOf, loadPosition, openReader, placeOf, readHead } from '@zonecast/feed/redis'
import { redisFeedsOf } from '@zonecast/responder-app/redis-feeds'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newStack } from '../../../libs/feed/src/testing/images.ts'
import { hasRedis, type RedisServer, startRedis } from '../../../libs/feed/src/testing/redis-server.ts'
import { startProxy, type TcpProxy } from '../../../libs/feed/src/testing/tcp-proxy.ts'
import { SyncFeed } from './sync-feed.ts'

const SOON = { timeout: 30_000 }
/** A script that names a base in head has its SHA-256 among its arguments. */
const NAMES_A_BASE = /\r\n\$64\r\n[0-9a-f]{64}\r\n/
const service = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { clusterIP: 10.96.0.9 }\n`

describe.skipIf(!hasRedis)('a sync worker (redis-server needed)', { timeout: 60_000 }, () => {
  let folder: string
  let redis: RedisServer
  let proxy: TcpProxy

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'zonecast-sync-'))
    redis = await startRedis()
    proxy = await startProxy(redis.port)
  })
  afterEach(async () => {
    await proxy.close()
    await redis.close()
    rmSync(folder, { recursive: true })
  })

  test('publishes a base that was not out before the lease was lost as it is, and then what has changed', async () => {
    writeFileSync(join(folder, 'web.yaml'), service('web'))
    const corefile = `. {\n kubernetes cluster.local {\n manifests *.yaml\n }\n feed ${proxy.url} {\n name prod\n }\n}\n`
    const [feed] = redisFeedsOf(parseCorefile(corefile, { file: join(folder, 'Corefile') }).blocks)
    if (feed === undefined) throw new Error('no feed')
    const told: string[] = []
    let now = 1_000
    proxy.swallow(NAMES_A_BASE)
    const sync = new SyncFeed(feed, { tell: (_level, text) => told.push(text), nowMs: () => now })
    await sync.run()
    await expect.poll(() => told.join(), SOON).toContain('another sync worker may publish')
    now = 2_000
    writeFileSync(join(folder, 'db.yaml'), service('db'))
    proxy.swallow(undefined)
    await expect.poll(() => sync.readings().images.length, SOON).toBeGreaterThan(1)

    const client = await openReader({ place: placeOf([redis.url]) })
    const head = await readHead(client, keysOf('prod'))
    const position = head?.bases.at(-1)?.position ?? ''
    const { stack } = await loadPosition(client, keysOf('prod'), head as NonNullable<typeof head>, position, newStack())
    expect(stack.images.map(({ createdAtMs }) => createdAtMs)).toEqual([1_000])
    expect(sync.readings().images.map(({ createdAtMs }) => createdAtMs)).toEqual([2_000, 1_000])
    client.end()
    await sync.close()
  })

  test.each([
    ['another ttl', 'ttl 9'],
    ['other names', 'names {service}.{namespace}.{zone}'],
    ['wildcards', 'wildcards zone'],
  ])('takes over with %s: they are published, though no object has changed', async (_, option) => {
    writeFileSync(join(folder, 'web.yaml'), service('web'))
    const syncWith = async (options: string) => {
      const stanza = `kubernetes cluster.local {\n manifests *.yaml\n ${options}\n }`
      const text = `. {\n ${stanza}\n feed ${redis.url} {\n name prod\n }\n}\n`
      const [feed] = redisFeedsOf(parseCorefile(text, { file: join(folder, 'Corefile') }).blocks)
      if (feed === undefined) throw new Error('no feed')
      const sync = new SyncFeed(feed, { tell: () => {}, nowMs: () => 1_000 })
      await sync.run()
      return sync
    }
    const stanzaOf = (sync: SyncFeed) => sync.readings().images[0]?.stanzas[0]
    const before = await syncWith('ttl 5')
    await expect.poll(() => before.readings().images.length, SOON).toBe(1)
    const standby = await syncWith(option)
    await expect.poll(() => standby.readings().images.length, SOON).toBe(1)
    expect(stanzaOf(standby)).toEqual(stanzaOf(before))
    await before.close()
    await expect.poll(() => standby.readings().published.get('base')?.count, SOON).toBe(1)
    expect(stanzaOf(standby)).not.toEqual(stanzaOf(before))
    await standby.close()
  })

  test('what Redis lost is published again under its serials, also by a worker that never published it', async () => {
    const worker = (): SyncFeed => {
      const text = `. {\n kubernetes cluster.local {\n manifests *.yaml\n }\n feed ${redis.url} {\n name prod\n }\n}\n`
      const [feed] = redisFeedsOf(parseCorefile(text, { file: join(folder, 'Corefile') }).blocks)
      if (feed === undefined) throw new Error('no feed')
      return new SyncFeed(feed, { tell: () => {}, nowMs: () => Date.now() })
    }
    const head = (field: string) => redis.cli('hget', 'zonecast:{prod}:head', field)
    const serial = () => Number(head('serial:cluster.local'))
    writeFileSync(join(folder, 'web.yaml'), service('web'))
    const [first, second] = [worker(), worker()]
    await first.run()
    await expect.poll(() => first.readings().images.length, SOON).toBe(1)
    await second.run()
    writeFileSync(join(folder, 'db.yaml'), service('db'))
    await expect.poll(() => first.readings().images.length, SOON).toBe(2)
    await expect.poll(() => second.readings().position, SOON).toBe(first.readings().position)
    const before = serial()
    await redis.kill()
    await first.close()
    await redis.start()
    await expect.poll(() => head('base'), SOON).not.toBe('')
    expect(serial()).toBe(before)
    writeFileSync(join(folder, 'mail.yaml'), service('mail'))
    await expect.poll(serial, SOON).toBeGreaterThan(before)
    await second.close()
  })

  test('who takes over what changed meanwhile raises the serials of the zones that changed, then and later', async () => {
    const run = async (): Promise<SyncFeed> => {
      const zones = 'cluster.local in-addr.arpa ip6.arpa'
      const text = `. {\n kubernetes ${zones} {\n manifests *.yaml\n }\n feed ${redis.url} {\n name prod\n }\n}\n`
      const [feed] = redisFeedsOf(parseCorefile(text, { file: join(folder, 'Corefile') }).blocks)
      if (feed === undefined) throw new Error('no feed')
      const worker = new SyncFeed(feed, { tell: () => {}, nowMs: () => Date.now() })
      await worker.run()
      return worker
    }
    const serial = (zone: string) => Number(redis.cli('hget', 'zonecast:{prod}:head', `serial:${zone}`))
    const [forward, reverse4, reverse6] = ['cluster.local', 'in-addr.arpa', 'ip6.arpa'] as const
    writeFileSync(join(folder, 'web.yaml'), service('web'))
    const first = await run()
    await expect.poll(() => serial(reverse6), SOON).toBeGreaterThan(0)
    const before = { forward: serial(forward), reverse4: serial(reverse4), reverse6: serial(reverse6) }
    await first.close()
    writeFileSync(join(folder, 'web.yaml'), service('db'))
    const second = await run()
    await expect.poll(() => serial(reverse4), SOON).toBeGreaterThan(before.reverse4)
    expect(serial(forward)).toBeGreaterThan(before.forward)
    expect(serial(reverse6)).toBe(before.reverse6)
    const then = serial(forward)
    writeFileSync(join(folder, 'mail.yaml'), service('mail'))
    await expect.poll(() => serial(forward), SOON).toBeGreaterThan(then)
    expect(serial(reverse6)).toBe(before.reverse6)
    await second.close()
  })

  test('who takes over what has earlier serials than somebody published raises them, though no record differs', async () => {
    const text = `. {\n kubernetes cluster.local {\n manifests *.yaml\n }\n feed ${redis.url} {\n name prod\n }\n}\n`
    const [feed] = redisFeedsOf(parseCorefile(text, { file: join(folder, 'Corefile') }).blocks)
    if (feed === undefined) throw new Error('no feed')
    const run = async (): Promise<SyncFeed> => {
      const worker = new SyncFeed(feed, { tell: () => {}, nowMs: () => 1_000_000 })
      await worker.run()
      return worker
    }
    const serial = (worker: SyncFeed) => worker.readings().images[0]?.stanzas[0]?.zones[0]?.serial
    writeFileSync(join(folder, 'web.yaml'), service('web'))
    const first = await run()
    await expect.poll(() => serial(first), SOON).toBe(1_000)
    await first.close()
    redis.cli('hset', 'zonecast:{prod}:head', 'serial:cluster.local', 1_007)
    const second = await run()
    await expect.poll(() => serial(second), SOON).toBe(1_008)
    await second.close()
  })

  test('what could not be compiled is tried again by itself', async () => {
    writeFileSync(join(folder, 'web.yaml'), service('web'))
    const text = `. {\n kubernetes cluster.local {\n manifests *.yaml\n }\n feed ${redis.url} {\n name prod\n }\n}\n`
    const [feed] = redisFeedsOf(parseCorefile(text, { file: join(folder, 'Corefile') }).blocks)
    if (feed === undefined) throw new Error('no feed')
    const told: string[] = []
    let failures = 2
    const nowMs = () => {
      if (failures === 0) return 1_000
      failures -= 1
      throw new Error('no memory')
    }
    const worker = new SyncFeed(feed, { tell: (level, said) => told.push(`${level} ${said}`), nowMs })
    await worker.run()
    await expect.poll(() => worker.readings().images.length, SOON).toBe(1)
    expect(told.filter((line) => line === 'error publishing: no memory')).toHaveLength(2)
    await worker.close()
  })

  test('does not start with a Redis that may evict, unless it is told to warn', async () => {
    redis.cli('config', 'set', 'maxmemory-policy', 'allkeys-lru')
    writeFileSync(join(folder, 'web.yaml'), service('web'))
    const told: string[] = []
    const syncWith = (option: string): SyncFeed => {
      const text = `. {\n kubernetes cluster.local {\n manifests *.yaml\n }\n feed ${redis.url} {\n ${option}\n }\n}\n`
      const [feed] = redisFeedsOf(parseCorefile(text, { file: join(folder, 'Corefile') }).blocks)
      if (feed === undefined) throw new Error('no feed')
      return new SyncFeed(feed, { tell: (level, _, about) => told.push(`${level} ${about?.code}`), nowMs: () => 1000 })
    }
    const refused = syncWith('')
    await expect(refused.run()).rejects.toMatchObject({ code: 'eviction' })
    await refused.close()
    expect(told).toEqual([])
    expect(redis.cli('dbsize')).toBe('0')

    const warned = syncWith('eviction warn')
    await warned.run()
    await expect.poll(() => warned.readings().images.length, SOON).toBe(1)
    expect(told).toContain('warning eviction')
    expect(warned.readings().errors.get('eviction')).toBeUndefined()
    await warned.close()
  })
})
