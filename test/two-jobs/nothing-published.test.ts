/** A responder whose feed nobody publishes, as when the Corefile has the wrong name: it says so. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestWorker } from '../../libs/feed/src/testing/redis-feed.ts'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const SOON = { timeout: 60_000 }

describe.skipIf(!hasRedis)('nothing is published (redis-server needed)', { timeout: 120_000 }, () => {
  let directory: string
  let redis: RedisServer
  let responder: ZonecastProcess
  let worker: TestWorker | undefined

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-nothing-'))
    redis = await startRedis()
    const [port, corefile] = [await freePort(), join(directory, 'Corefile')]
    const feed = `feed redis://127.0.0.1:${redis.port} {\n name prodd\n }`
    await writeFile(corefile, `.:${port} {\n bind 127.0.0.1\n kubernetes cluster.local\n ${feed}\n}\n`)
    responder = new ZonecastProcess('bun', ['respond', '-conf', corefile], {})
  }, 60_000)
  afterAll(async () => {
    await responder?.stop('SIGKILL')
    await worker?.close()
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('is said once, and over when something is', async () => {
    const line = 'nothing is published as \\"prodd\\"; until it is, its zones answer SERVFAIL'
    await expect.poll(() => responder.output, SOON).toContain(line)
    const looks = () => Number(/cmdstat_hmget:calls=(\d+)/.exec(redis.cli('info', 'commandstats'))?.[1])
    const before = looks()
    await expect.poll(looks, SOON).toBeGreaterThan(before + 2)
    expect(responder.output.split(line)).toHaveLength(2)
    worker = new TestWorker(redis.url, { feed: 'prodd' })
    worker.services = { web: 1 }
    worker.publisher.seekLease()
    await expect.poll(() => responder.output, SOON).toContain('"msg":"loaded ')
  })
})
