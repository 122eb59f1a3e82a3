/** Several zones of one cluster, made of the labels of its services: one watch, one feed, and a move in one step. */
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

const NAME = 'orders.shop.svc'
const WAIT = { timeout: 30_000 }

/** Of the tenant, with a load balancer. */
function orders(tenant: string, ingress: string): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'orders', namespace: 'shop', labels: { environment: 'staging', tenant } },
    spec: { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ports: [{ port: 80, protocol: 'TCP' }] },
    status: { loadBalancer: { ingress: [{ ip: ingress }] } },
  }
}

const LABELS = {
  'customera.stage.local': 'labels environment=staging,tenant=customerA',
  'customerb.stage.local': 'label "environment" : "staging", "tenant" : "customerB"\n iporder = external, internal',
  'shop.example': 'namespaces shop\n iporder external',
  'back.example': 'namespace_labels team=back',
}

function corefile(port: number, url: string, feed: string): string {
  const block = ([zone, options]: readonly string[]) =>
    `${zone}:${port} {\n bind 127.0.0.1\n loadbalance off\n kubernetes {\n endpoint ${url}\n ${options}\n }\n ${feed}\n}\n`
  return Object.entries(LABELS).map(block).join('')
}

describe.skipIf(!hasRedis)('zones by selection (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  let api: ApiStandIn
  let ports: { readonly respond: number; readonly serve: number }
  const running: ZonecastProcess[] = []

  const start = async (runtime: 'node' | 'bun', role: 'sync' | 'respond' | 'serve', port: number) => {
    const file = join(directory, `${role}.corefile`)
    const feed = role === 'serve' ? '' : `feed redis://127.0.0.1:${redis.port} {\n name zones\n }`
    await writeFile(file, corefile(port, api.url, feed))
    running.push(new ZonecastProcess(runtime, [role, '-conf', file], {}))
  }
  const ask = async (port: number, zone: string): Promise<string> => {
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    try {
      return (await resolver.resolve4(`${NAME}.${zone}`)).join()
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code)
    }
  }
  const answers = async (port: number) => Promise.all(Object.keys(LABELS).map((zone) => ask(port, zone)))
  const answered = async (expected: readonly string[]) => {
    for (const port of Object.values(ports)) await expect.poll(() => answers(port), WAIT).toEqual(expected)
  }
  const published = () => Number(redis.cli('xlen', 'zonecast:{zones}:log'))

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-zones-'))
    redis = await startRedis()
    api = await new ApiStandIn().start()
    api.put(
      namespace('shop', { team: 'front' }),
      namespace('data', { team: 'back' }),
      orders('customerA', '203.0.113.1'),
    )
    ports = { respond: await freePort(), serve: await freePort() }
    await start('node', 'sync', 0)
    await start('bun', 'respond', ports.respond)
  }, 60_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await api?.stop()
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('one sync worker watches each resource once, for all its stanzas', async () => {
    await expect
      .poll(() => answers(ports.respond), WAIT)
      .toEqual(['10.96.0.1', 'ENOTFOUND', '203.0.113.1', 'ENOTFOUND'])
    expect(api.openWatches).toBe(3)
    const resources = new Set(api.requests.map((request) => request.split('?')[0]))
    expect([...resources].sort()).toEqual([
      '/api/v1/namespaces',
      '/api/v1/services',
      '/apis/discovery.k8s.io/v1/endpointslices',
    ])
    expect(api.requests.filter((request) => /[lL]abelSelector/.test(request))).toEqual([])
  })

  test('so does one process that serves', async () => {
    await start('node', 'serve', ports.serve)
    await answered(['10.96.0.1', 'ENOTFOUND', '203.0.113.1', 'ENOTFOUND'])
    expect(api.openWatches).toBe(6)
  })

  test('a service whose label changes leaves one zone and enters another in one published step', async () => {
    const before = published()
    api.put(orders('customerB', '203.0.113.1'))
    await answered(['ENOTFOUND', '203.0.113.1,10.96.0.1', '203.0.113.1', 'ENOTFOUND'])
    expect(published()).toBe(before + 1)
  })

  test('another address of a load balancer is one step too', async () => {
    const before = published()
    api.put(orders('customerB', '203.0.113.2'))
    await answered(['ENOTFOUND', '203.0.113.2,10.96.0.1', '203.0.113.2', 'ENOTFOUND'])
    expect(published()).toBe(before + 1)
  })

  test('a namespace whose label changes brings what is in it', async () => {
    api.put(namespace('shop', { team: 'back' }))
    await answered(['ENOTFOUND', '203.0.113.2,10.96.0.1', '203.0.113.2', '10.96.0.1'])
    expect(api.openWatches).toBe(6)
  })

  test('check --explain asks the API server once, and says why the service is not in the zone that it left', async () => {
    const file = join(directory, 'serve.corefile')
    const check = new ZonecastProcess('node', ['check', '-conf', file, '-explain', `${NAME}.customera.stage.local`], {})
    expect(await check.ended()).toBe(0)
    expect(check.output).toContain('does not exist (NXDOMAIN)')
    expect(check.output).toContain(
      'Service shop/orders is not shown: "labels environment=staging,tenant=customerA" does not select it: it has environment=staging, tenant=customerB',
    )
    await expect.poll(() => api.openWatches, WAIT).toBe(6)
  })
})
