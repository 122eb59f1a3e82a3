/** How long changes take to be answered, as `sync`, `respond` and `serve` measure it over a watch. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { parseScrape, type Sample } from '../../libs/metrics/src/testing/parse-scrape.ts'
import { ApiStandIn } from '../stand-in/api-server.ts'
import type { ApiObject } from '../stand-in/store.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const PROGRAMMING = 'coredns_kubernetes_dns_programming_duration_seconds'
const soon = { timeout: 30_000 }
const namespace: ApiObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
const service = (name: string, clusterIP: string): ApiObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { clusterIP, ports: [{ port: 80 }] },
})
const slice = (serviceName: string, last: number, trigger?: string): ApiObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: `${serviceName}-1`,
    namespace: 'shop',
    labels: { 'kubernetes.io/service-name': serviceName },
    ...(trigger === undefined ? {} : { annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': trigger } }),
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: [`10.244.0.${last}`] }],
  ports: [{ port: 80 }],
})
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()

describe.skipIf(!hasRedis)('durations of changes (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  let api: ApiStandIn
  const running: ZonecastProcess[] = []
  const ports: Record<string, number> = {}

  const start = async (name: string, runtime: 'node' | 'bun', role: 'sync' | 'respond' | 'serve') => {
    const port = await freePort()
    const corefile = `.:0 {
    bind 127.0.0.1
    prometheus 127.0.0.1:${port}
    kubernetes cluster.local {
        endpoint ${api.url}
    }
    feed redis://127.0.0.1:${redis.port} {
        name shop
    }
}
`
    await writeFile(join(directory, `${name}.corefile`), corefile)
    running.push(new ZonecastProcess(runtime, [role, '-conf', join(directory, `${name}.corefile`)], {}))
    ports[name] = port
  }
  const scrape = async (name: string): Promise<Sample[]> => {
    const response = await fetch(`http://127.0.0.1:${ports[name]}/metrics`).catch(() => undefined)
    return response === undefined ? [] : parseScrape(await response.text())
  }
  const value = async (name: string, metric: string, labels: Readonly<Record<string, string>> = {}) =>
    (await scrape(name)).find(
      (sample) =>
        sample.name === metric && Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
    )?.value
  const headless = { service_kind: 'headless_with_selector' }
  const clusterIP = { service_kind: 'cluster_ip' }
  const answering = ['node', 'bun', 'serve-node', 'serve-bun']

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-programming-'))
    redis = await startRedis()
    api = await new ApiStandIn().start()
    // What is there at the start is of long ago.
    api.put(namespace, service('db', 'None'), service('web', '10.96.0.1'), slice('db', 1, ago(3600)))
    await start('sync', 'node', 'sync')
    await vi.waitFor(async () => expect(await value('sync', 'zonecast_feed_publishing')).toBe(1), soon)
    for (const runtime of ['node', 'bun'] as const) {
      await start(runtime, runtime, 'respond')
      await start(`serve-${runtime}`, runtime, 'serve')
    }
    for (const name of answering)
      await vi.waitFor(async () => expect(await value(name, 'zonecast_feed_step')).toBe(0), soon)
  }, 120_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await api?.stop()
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('from the trigger to the answers, by the kind of the service', async () => {
    for (const name of answering) expect(await value(name, `${PROGRAMMING}_count`)).toBeUndefined()
    api.put(slice('db', 2, ago(2)))
    for (const name of answering) await expect.poll(() => value(name, `${PROGRAMMING}_count`, headless), soon).toBe(1)
    api.put(slice('web', 3, ago(2)))
    for (const name of answering) {
      await expect.poll(() => value(name, `${PROGRAMMING}_count`, clusterIP), soon).toBe(1)
      const sum = (await value(name, `${PROGRAMMING}_sum`, headless)) ?? 0
      // It was triggered two seconds ago, so it took that long at least.
      expect(sum).toBeGreaterThanOrEqual(1.9)
      expect(await value(name, `${PROGRAMMING}_bucket`, { ...headless, le: '1.024' })).toBe(0)
      expect(await value(name, `${PROGRAMMING}_bucket`, { ...headless, le: '+Inf' })).toBe(1)
    }
  }, 120_000)

  test('each step by itself', async () => {
    const counts = async (name: string, ...steps: string[]) =>
      Promise.all(steps.map((step) => value(name, `zonecast_${step}_duration_seconds_count`)))
    expect(await counts('sync', 'watch', 'compile', 'publish', 'apply')).toEqual([2, 2, 2, undefined])
    for (const name of ['node', 'bun']) {
      expect(await counts(name, 'watch', 'compile', 'publish', 'apply')).toEqual([undefined, undefined, undefined, 2])
    }
    for (const name of ['serve-node', 'serve-bun']) {
      await expect.poll(() => counts(name, 'watch', 'compile', 'publish', 'apply'), soon).toEqual([2, 2, undefined, 2])
    }
    expect(await value('sync', 'zonecast_watch_duration_seconds_sum')).toBeGreaterThanOrEqual(3.8)
  }, 120_000)

  test('times that cannot be are not counted, or as no time at all', async () => {
    const triggers = ['soon', '', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', ago(-1e6), ago(3 * 86_400)]
    for (const [at, trigger] of triggers.entries()) api.put(slice('db', 10 + at, trigger))
    // Of a clock that is a little ahead.
    api.put(slice('db', 30, ago(-2)))
    for (const name of answering) await expect.poll(() => value(name, `${PROGRAMMING}_count`, headless), soon).toBe(2)
    expect(await value('sync', 'zonecast_watch_duration_seconds_count')).toBe(3)
    for (const name of answering) expect(await value(name, `${PROGRAMMING}_sum`, headless)).toBeLessThan(600)
  }, 120_000)
})
