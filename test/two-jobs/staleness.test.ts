/** `max_staleness`: what a responder answers when no publisher has been heard of for long, with two feeds side by side. */
import { Resolver } from 'node:dns/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const SOON = { timeout: 60_000 }
const ACTIONS = ['servfail', 'serve'] as const

const manifest = (last: number) => `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.${last}, ports: [{ port: 80 }] }
`

describe.skipIf(!hasRedis)('max_staleness (redis-server needed)', { timeout: 120_000 }, () => {
  let directory: string
  let redis: RedisServer
  let port: number
  let readyPort: number
  let sync: ZonecastProcess
  let responder: ZonecastProcess

  const file = () => join(directory, 'Corefile')
  const startSync = () => new ZonecastProcess('node', ['sync', '-conf', file()], {})
  const ask = async (action: (typeof ACTIONS)[number]): Promise<string> => {
    const resolver = new Resolver({ timeout: 1000, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    try {
      return (await resolver.resolve4(`web.shop.svc.${action}.example`)).join()
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code)
    }
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-staleness-'))
    redis = await startRedis()
    ;[port, readyPort] = [await freePort(), await freePort()]
    const blocks = ACTIONS.map(
      (action) => `${action}.example:${port} {
    bind 127.0.0.1
    ready 127.0.0.1:${readyPort} {
        monitor continuously
    }
    kubernetes ${action}.example {
        manifests ${directory}/*.yaml
    }
    feed redis://127.0.0.1:${redis.port} {
        name ${action}
        max_staleness 5s ${action}
        admin off
    }
}
`,
    )
    await writeFile(file(), blocks.join(''))
    await writeFile(join(directory, 'web.yaml'), manifest(1))
    sync = startSync()
    responder = new ZonecastProcess('bun', ['respond', '-conf', file()], {})
  }, 60_000)

  afterAll(async () => {
    await Promise.all([sync, responder].map((process) => process?.stop('SIGKILL')))
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('while Redis is there and nobody publishes', async () => {
    for (const action of ACTIONS) await expect.poll(() => ask(action), SOON).toBe('10.96.0.1')
    await sync.stop('SIGKILL')
    await expect.poll(() => ask('servfail'), SOON).toBe('ESERVFAIL')
    await expect.poll(() => responder.output, SOON).toContain('nothing heard; its zones answer SERVFAIL')
    await expect.poll(() => responder.output, SOON).toContain('nothing heard; answers go on from the last state')
    await expect.poll(() => ask('serve'), SOON).toBe('10.96.0.1')
    // All responders are in the same boat: to take them out of service would help nobody.
    expect((await fetch(`http://127.0.0.1:${readyPort}/ready`)).status).toBe(200)
  })

  test('a publisher that is heard again ends it, and what it publishes is answered', async () => {
    await writeFile(join(directory, 'web.yaml'), manifest(2))
    sync = startSync()
    for (const action of ACTIONS) await expect.poll(() => ask(action), SOON).toBe('10.96.0.2')
    await expect.poll(() => responder.output.match(/heard of again/g)?.length, SOON).toBeGreaterThanOrEqual(2)
  })

  test('while Redis is away', async () => {
    await redis.kill()
    await expect.poll(() => ask('servfail'), SOON).toBe('ESERVFAIL')
    await expect.poll(() => ask('serve'), SOON).toBe('10.96.0.2')
    await redis.start()
    for (const action of ACTIONS) await expect.poll(() => ask(action), SOON).toBe('10.96.0.2')
  })
})
