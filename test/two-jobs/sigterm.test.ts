/** How each command that answers ends when it is told to: not ready, answering on as a lame duck, then gone with 0. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { DnsClient } from '../faults/dns-client.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const SOON = { timeout: 30_000, interval: 20 }
const MANIFEST = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.1, ports: [{ port: 80 }] }
`

describe.skipIf(!hasRedis)('SIGTERM (redis-server needed)', { timeout: 60_000 }, () => {
  let directory: string
  let redis: RedisServer
  const running: ZonecastProcess[] = []
  const clients: DnsClient[] = []

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-sigterm-'))
    redis = await startRedis()
    await writeFile(join(directory, 'web.yaml'), MANIFEST)
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    await Promise.all(running.splice(0).map((process) => process.stop('SIGKILL')))
    await redis.close()
    await rm(directory, { recursive: true })
  })

  test.each([
    ['serve', 'node'],
    ['respond', 'bun'],
  ] as const)('of %s on %s', async (role, runtime) => {
    const [port, health, ready] = [await freePort(), await freePort(), await freePort()]
    const file = join(directory, 'Corefile')
    await writeFile(
      file,
      `.:${port} {
    bind 127.0.0.1
    health 127.0.0.1:${health} {
        lameduck 5s
    }
    ready 127.0.0.1:${ready}
    kubernetes cluster.local {
        manifests ${directory}/*.yaml
    }
    feed ${redis.url} {
        admin off
    }
}
`,
    )
    const start = (command: string, on: 'node' | 'bun') => {
      const started = new ZonecastProcess(on, [command, '-conf', file], {})
      running.push(started)
      return started
    }
    if (role === 'respond') start('sync', 'node')
    const answering = start(role, runtime)
    const client = await DnsClient.open(port)
    clients.push(client)
    const ask = async () => (await client.ask('web.shop.svc.cluster.local.', 'A', 1000))?.answer.length
    const status = (at: number, path: string) =>
      fetch(`http://127.0.0.1:${at}${path}`).then(
        (reply) => reply.status,
        () => 0,
      )
    await expect.poll(() => status(ready, '/ready'), SOON).toBe(200)
    expect(await ask()).toBe(1)

    for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) answering.signal(signal)
    for (const signal of ['SIGUSR1', 'SIGUSR2'])
      await expect.poll(() => answering.output, SOON).toContain(`${signal} does`)
    expect(await ask()).toBe(1)

    answering.signal('SIGTERM')
    await expect.poll(() => status(ready, '/ready'), SOON).toBe(503)
    expect(await ask()).toBe(1)
    expect(await status(health, '/health')).toBe(200)
    expect(await answering.ended()).toBe(0)
    expect(await status(ready, '/ready')).toBe(0)
    expect(answering.output).toContain('SIGTERM: ending')
    expect(answering.output).not.toContain('Debugger')
  })
})
