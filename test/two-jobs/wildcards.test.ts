/** Questions with wildcards through the feed: base and deltas, and responders that want other things than their publisher. */
import { Resolver } from 'node:dns/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { namespace } from '../cluster/objects.ts'
import { ApiStandIn } from '../stand-in/api-server.ts'
import type { ApiObject } from '../stand-in/store.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const WAIT = { timeout: 30_000 }

const service = (name: string, clusterIP: string): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80, protocol: 'TCP' }] },
})

describe.skipIf(!hasRedis)('wildcards through the feed (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  let api: ApiStandIn
  const ports = new Map<string, number>()
  const running: ZonecastProcess[] = []

  const start = async (runtime: 'node' | 'bun', role: 'sync' | 'respond', options: string) => {
    const port = await freePort()
    ports.set(options, port)
    const file = join(directory, `${role}-${port}.corefile`)
    const stanza = `kubernetes cluster.local {\n endpoint ${api.url}\n ${options}\n }`
    const feed = `feed redis://127.0.0.1:${redis.port} {\n name wild\n }`
    await writeFile(file, `cluster.local:${port} {\n bind 127.0.0.1\n ${stanza}\n ${feed}\n}\n`)
    running.push(new ZonecastProcess(runtime, [role, '-conf', file], {}))
  }
  const ask = async (options: string, name: string, from = '127.0.0.1'): Promise<string> => {
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${ports.get(options)}`])
    resolver.setLocalAddress(from)
    try {
      return (await resolver.resolve4(`${name}.svc.cluster.local`)).sort().join()
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code)
    }
  }

  const ALL = 'wildcards zone search'
  const FEW = 'wildcards zone search limit 1 allow 127.0.0.1'
  const NONE = 'wildcards off'

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-wildcards-'))
    redis = await startRedis()
    api = await new ApiStandIn().start()
    api.put(namespace('shop'), service('web', '10.96.0.1'), service('web-admin', '10.96.0.2'))
    await start('node', 'sync', ALL)
    for (const options of [ALL, FEW, NONE]) await start('bun', 'respond', options)
  }, 60_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await api?.stop()
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('all answer other questions', async () => {
    for (const options of [ALL, FEW, NONE]) await expect.poll(() => ask(options, 'web.shop'), WAIT).toBe('10.96.0.1')
  })

  test('a responder answers what its publisher made indexes for', async () => {
    expect(await ask(ALL, '*.shop')).toBe('10.96.0.1,10.96.0.2')
    expect(await ask(ALL, '*admin*.*')).toBe('10.96.0.2')
    expect(await ask(ALL, 'admin.shop')).toBe('10.96.0.2')
  })

  test('each responder has its own limit and its own clients', async () => {
    expect(await ask(FEW, 'web*.shop')).toMatch(/^10\.96\.0\.[12]$/)
    expect(await ask(FEW, 'web*.shop', '127.0.0.2')).toBe('ENOTFOUND')
    expect(await ask(FEW, 'web.shop', '127.0.0.2')).toBe('10.96.0.1')
  })

  test('one whose Corefile says off answers none', async () => {
    for (const name of ['*.shop', '*admin*.*', 'admin.shop']) expect(await ask(NONE, name)).toBe('ENOTFOUND')
  })

  test('what comes and goes is found and not found by deltas', async () => {
    api.put(service('old-admin', '10.96.0.3'))
    await expect.poll(() => ask(ALL, '*admin.shop'), WAIT).toBe('10.96.0.2,10.96.0.3')
    api.remove(service('web-admin', '10.96.0.2'))
    await expect.poll(() => ask(ALL, '*admin.shop'), WAIT).toBe('10.96.0.3')
    expect(await ask(ALL, '*.*')).toBe('10.96.0.1,10.96.0.3')
  })
})
