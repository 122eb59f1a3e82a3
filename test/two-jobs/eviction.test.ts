/** A Redis that may drop keys: `sync` does not start with it, and publishes nothing while it has one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const SOON = { timeout: 30_000 }
const HEAD = 'zonecast:{shop}:head'

const manifest = (last: number) => `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.${last}, ports: [{ port: 80 }] }
`

describe.skipIf(!hasRedis)('maxmemory-policy (redis-server needed)', { timeout: 60_000 }, () => {
  let directory: string
  let redis: RedisServer
  let sync: ZonecastProcess | undefined

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-eviction-'))
    redis = await startRedis()
    await writeFile(join(directory, 'web.yaml'), manifest(1))
  })
  afterEach(async () => {
    await sync?.stop('SIGKILL')
    await redis.close()
    await rm(directory, { recursive: true })
  })

  const start = async (option = ''): Promise<ZonecastProcess> => {
    const file = join(directory, 'Corefile')
    const feed = `feed ${redis.url} {\n name shop\n admin off\n ${option}\n }`
    await writeFile(file, `. {\n kubernetes cluster.local {\n manifests ${directory}/*.yaml\n }\n ${feed}\n}\n`)
    sync = new ZonecastProcess('node', ['sync', '-quiet', '-conf', file], { ZONECAST_LOG: 'text' })
    return sync
  }
  const policy = (name: string) => redis.cli('config', 'set', 'maxmemory-policy', name)
  const position = () => redis.cli('hget', HEAD, 'pos')

  test('Redis may evict keys', async () => {
    policy('allkeys-lru')
    const refused = await start()
    expect(await refused.ended()).toBe(1)
    expect(refused.output).toBe(
      `zonecast: feed shop at 127.0.0.1:${redis.port}: Redis has maxmemory-policy allkeys-lru and may drop the feed: ` +
        'set it to noeviction, or say "eviction warn"; sync does not start there\n',
    )
    expect(redis.cli('dbsize')).toBe('0')
  })

  test('one that may evict is warned of where that is asked for', async () => {
    policy('allkeys-lru')
    const warned = await start('eviction warn')
    await expect.poll(position, SOON).not.toBe('')
    expect(warned.output).toContain('[WARNING] feed shop at')
    expect(warned.output).toContain(
      'Redis has maxmemory-policy allkeys-lru and may drop the feed: set it to noeviction\n',
    )
  })

  test('one that comes after the start is told, and publishing goes on once it is mended', async () => {
    const running = await start()
    await expect.poll(position, SOON).not.toBe('')
    policy('volatile-lru')
    redis.cli('client', 'kill', 'type', 'normal')
    // It looks whenever it takes the lease on a new connection.
    redis.cli('del', 'zonecast:{shop}:lease')
    await expect.poll(() => running.output, SOON).toContain('nothing is published until then')
    const before = position()
    await writeFile(join(directory, 'web.yaml'), manifest(2))
    policy('noeviction')
    await expect.poll(position, SOON).not.toBe(before)
    await expect.poll(() => running.output, SOON).toContain('Redis answers again')
  })

  test('that of a Redis that was away at the start is told too', async () => {
    await redis.kill()
    const running = await start()
    await expect.poll(() => running.output, SOON).toContain('Redis at')
    await redis.start('--maxmemory-policy', 'allkeys-random')
    await expect.poll(() => running.output, SOON).toContain('maxmemory-policy allkeys-random')
    expect(redis.cli('exists', HEAD)).toBe('0')
    policy('noeviction')
    await expect.poll(position, SOON).not.toBe('')
  })
})
