/** The jobs of two sync workers on one machine, as an operator sees them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const SOON = { timeout: 30_000 }

describe.skipIf(!hasRedis)('jobs of sync (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  let port: number
  const running: ZonecastProcess[] = []

  const start = async (name: string) => {
    const file = join(directory, `${name}.corefile`)
    await writeFile(
      file,
      `shop.example {
    kubernetes shop.example {
        manifests ${directory}/*.yaml
    }
    feed redis://127.0.0.1:${redis.port} {
        name shop
        admin 127.0.0.1:${port}
    }
}
`,
    )
    const process = new ZonecastProcess('node', ['sync', '-conf', file], {})
    running.push(process)
    return process
  }
  const page = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
    return (await response?.text()) ?? ''
  }
  const queue = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/board/api/queues`).catch(() => undefined)
    const { queues } = (await response?.json().catch(() => undefined)) ?? { queues: [] }
    return queues[0]?.counts
  }
  /** All that is scheduled is due. */
  const hurry = () => {
    for (const id of redis.cli('zrange', '{zonecast}:shop:delayed', 0, -1).split('\n')) {
      redis.cli('zadd', '{zonecast}:shop:delayed', 1, id)
    }
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-jobs-'))
    redis = await startRedis()
    port = await freePort()
    const manifest =
      'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { clusterIP: 10.0.0.1 }\n'
    await writeFile(join(directory, 'web.yaml'), manifest)
  }, 60_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('the publisher does them; killed, the other worker does, and shows the pages, too', async () => {
    const first = await start('first')
    await expect.poll(queue, SOON).toMatchObject({ completed: 3, delayed: 3, failed: 0 })
    expect(await page()).toContain('This worker publishes, and takes its jobs.')
    const second = await start('second')
    await expect.poll(() => second.output, SOON).toContain('another process has this address')

    await first.stop('SIGKILL')
    await expect.poll(() => second.output, SOON).toContain('publishing from')
    hurry()
    await expect.poll(() => redis.cli('zcard', '{zonecast}:shop:completed'), SOON).toBe('6')
    await expect.poll(page, SOON).toContain('This worker publishes, and takes its jobs.')
    expect(await page()).toMatch(/Last audit .*: no difference\./)
    expect(await queue()).toMatchObject({ completed: 6, delayed: 3, failed: 0 })
    expect(await second.stop()).toBe(0)
  }, 120_000)

  test('Redis paused: a worker that is told to stop does so', async () => {
    const third = await start('third')
    await expect.poll(page, SOON).toContain('This worker publishes, and takes its jobs.')
    await expect.poll(queue, SOON).toMatchObject({ delayed: 3 })
    redis.pause()
    const code = await third.stop()
    redis.resume()
    expect(code).toBe(0)
  }, 120_000)
})
