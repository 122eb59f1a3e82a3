/** `zonecast sync` and `zonecast respond` with a real Redis between them, as an operator runs them. */
import { execFile, spawnSync } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const run = promisify(execFile)

const manifest = (last: number) => `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.${last}, ports: [{ port: 80 }] }
`

const corefile = (port: number, redis: number, directory: string, cache: string) => `.:${port} {
    bind 127.0.0.1
    nsid
    kubernetes cluster.local in-addr.arpa {
        manifests ${directory}/*.yaml
    }
    feed redis://127.0.0.1:${redis} {
        name shop
        cache ${directory}/${cache}.cache
    }
}
`

describe.skipIf(!hasRedis)('sync and respond (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  const running = new Set<ZonecastProcess>()
  const ports = { bun: 0, node: 0 }

  const start = async (runtime: 'node' | 'bun', role: 'sync' | 'respond', name: string, port: number) => {
    const file = join(directory, `${name}.corefile`)
    await writeFile(file, corefile(port, redis.port, directory, name))
    const started = new ZonecastProcess(runtime, [role, '-conf', file], {})
    running.add(started)
    return started
  }
  const stop = async (process: ZonecastProcess, signal?: NodeJS.Signals) => {
    running.delete(process)
    return process.stop(signal)
  }
  /** By writing aside and renaming, as an editor does. */
  const change = async (last: number) => {
    await writeFile(join(directory, 'web.new'), manifest(last))
    await copyFile(join(directory, 'web.new'), join(directory, 'web.yaml'))
  }
  const ask = async (port: number): Promise<string> => {
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    try {
      return (await resolver.resolve4('web.shop.svc.cluster.local')).join()
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code)
    }
  }
  /** Every responder answers so, sooner or later. */
  const answered = async (last: number) => {
    for (const port of Object.values(ports))
      await expect.poll(() => ask(port), { timeout: 20_000 }).toBe(`10.96.0.${last}`)
  }

  let first: ZonecastProcess
  let second: ZonecastProcess
  const responders: Partial<Record<'bun' | 'node', ZonecastProcess>> = {}

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-two-jobs-'))
    redis = await startRedis()
    await change(1)
    first = await start('node', 'sync', 'first', 0)
    await vi.waitFor(() => expect(first.output).toContain('publishing from'), { timeout: 20_000 })
    expect(first.output).toContain('nothing to go on from')
    second = await start('node', 'sync', 'second', 0)
    for (const runtime of ['bun', 'node'] as const) {
      ports[runtime] = await freePort()
      responders[runtime] = await start(runtime, 'respond', runtime, ports[runtime])
    }
  }, 60_000)

  afterAll(async () => {
    await Promise.all([...running].map((process) => process.stop('SIGKILL')))
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('a change is in the answers of every responder, on both runtimes', async () => {
    await answered(1)
    await change(2)
    await answered(2)
  })

  test.skipIf(spawnSync('dig', ['-h']).error !== undefined)(
    'each responder tells who asks where it stands: the same at all (dig needed)',
    async () => {
      const dig = async (port: number, ...args: string[]) =>
        (await run('dig', ['@127.0.0.1', '-p', String(port), '+timeout=5', ...args])).stdout
      const positions = new Set<string>()
      for (const port of Object.values(ports)) {
        const [version, position] = (await dig(port, '+short', 'CH', 'TXT', 'version.bind')).trimEnd().split('\n')
        expect(version).toMatch(/^"zonecast-/)
        expect(position).toMatch(/^"shop \d{13}-[1-9]\d*"$/)
        positions.add(position ?? '')
        const asked = await dig(port, '+nsid', 'web.shop.svc.cluster.local')
        expect(asked).toContain(`("${hostname()}; ${position?.slice(1, -1)}")`)
        expect(asked).toContain('10.96.0.2')
        expect(await dig(port, 'web.shop.svc.cluster.local')).not.toContain('NSID')
      }
      expect([...positions]).toHaveLength(1)
    },
  )

  test('the publisher is killed: the other one publishes, and nothing is loaded anew', async () => {
    const publisher = () => redis.cli('hget', 'zonecast:{shop}:head', 'publisher')
    expect(second.output).toContain(`${publisher()} publishes; following`)
    expect(second.output).not.toContain('nothing to go on from')
    expect(publisher()).toBe(`${hostname()}:${first.pid}`)
    await stop(first, 'SIGKILL')
    await change(3)
    await answered(3)
    await expect.poll(() => second.output, { timeout: 20_000 }).toContain('publishing from')
    expect(publisher()).toBe(`${hostname()}:${second.pid}`)
    for (const responder of Object.values(responders)) expect(responder.output.match(/"msg":"loaded /g)?.length).toBe(1)
  })

  test('Redis is gone: answers go on, and a responder that starts again answers from its cache file', async () => {
    await redis.kill()
    await answered(3)
    expect(await stop(responders.bun as ZonecastProcess)).toBe(0)
    responders.bun = await start('bun', 'respond', 'bun', ports.bun)
    await answered(3)
    const { bun } = responders
    await expect.poll(() => bun.output, { timeout: 20_000 }).toContain('started from the cache file')
  })

  test('Redis comes back with nothing: what is published anew is what has changed meanwhile', async () => {
    await change(4)
    await redis.start()
    await answered(4)
  })

  test('SIGTERM ends all of them with 0', async () => {
    for (const process of [...running]) expect(await stop(process)).toBe(0)
    expect(await readFile(join(directory, 'bun.cache'))).not.toHaveLength(0)
  })

  test('a stanza without a feed is an error with its place', async () => {
    const file = join(directory, 'none.corefile')
    await writeFile(file, `. {\n    kubernetes cluster.local {\n        manifests ${directory}/*.yaml\n    }\n}\n`)
    const process = new ZonecastProcess('node', ['respond', '-conf', file], {})
    await expect
      .poll(() => process.output, { timeout: 20_000 })
      .toContain(`${file}:2:5: kubernetes in a server block without "feed"`)
    expect(await process.ended()).toBe(1)
  })
})
