/** What `sync` and `respond` tell Prometheus, with a real Redis between them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { METRICS, type Metric, type Role } from '@zonecast/metrics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { parseScrape, type Sample } from '../../libs/metrics/src/testing/parse-scrape.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const manifest = (services: number) =>
  Array.from(
    { length: services },
    (_, number) => `apiVersion: v1
kind: Service
metadata: { name: web-${number}, namespace: shop }
spec: { clusterIP: 10.96.0.${number + 1}, ports: [{ port: 80 }] }
`,
  ).join('---\n')

describe.skipIf(!hasRedis)('metrics of sync and respond (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  const running: ZonecastProcess[] = []

  /** @returns the port of its metrics */
  const start = async (runtime: 'node' | 'bun', role: 'sync' | 'respond', name: string, ttl = 5) => {
    const port = await freePort()
    const feeds = ['shop', 'spare'].map(
      (feed) => `${feed}.example:0 {
    bind 127.0.0.1
    prometheus 127.0.0.1:${port}
    kubernetes ${feed}.example {
        manifests ${directory}/*.yaml
        ttl ${ttl}
    }
    feed redis://127.0.0.1:${redis.port} {
        name ${feed}
        max_staleness 1h serve
    }
}
`,
    )
    await writeFile(join(directory, `${name}.corefile`), feeds.join(''))
    const process = new ZonecastProcess(runtime, [role, '-conf', join(directory, `${name}.corefile`)], {})
    running.push(process)
    return { port, process }
  }
  const scrape = async (port: number): Promise<Sample[]> => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
    return response === undefined ? [] : parseScrape(await response.text())
  }
  const find = async (port: number, name: string, labels: Readonly<Record<string, string>> = {}) =>
    (await scrape(port)).find(
      (sample) =>
        sample.name === name &&
        Object.entries({ feed: feed('shop'), ...labels }).every(([label, value]) => sample.labels[label] === value),
    )?.value
  const feed = (name: string) => `${name} at 127.0.0.1:${redis.port}`
  const soon = { timeout: 30_000 }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-job-metrics-'))
    redis = await startRedis()
    await writeFile(join(directory, 'web.yaml'), manifest(1))
  }, 60_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('of two workers, who publishes, what and how much', async () => {
    const first = await start('node', 'sync', 'first')
    await expect.poll(() => find(first.port, 'zonecast_feed_publishing'), soon).toBe(1)
    await expect.poll(() => find(first.port, 'zonecast_feed_published_total', { kind: 'base' }), soon).toBe(1)
    const second = await start('node', 'sync', 'second', 30)
    await expect.poll(() => find(second.port, 'zonecast_feed_step'), soon).toBe(0)
    expect(await find(second.port, 'zonecast_feed_publishing')).toBe(0)
    expect(await find(second.port, 'zonecast_feed_lease_held')).toBe(0)
    await expect.poll(() => find(second.port, 'zonecast_feed_configuration_differs'), soon).toBe(1)
    expect(await find(second.port, 'zonecast_feed_errors_total', { code: 'other-configuration' })).toBe(1)

    // What nothing happened to counts from 0, so that the first time is an increase.
    for (const kind of ['base', 'delta', 'compaction'])
      expect(await find(second.port, 'zonecast_feed_published_total', { kind })).toBe(0)

    await expect.poll(() => find(second.port, 'zonecast_jobs_queued', { state: 'completed' }), soon).toBe(3)
    for (const job of ['compact', 'expire', 'audit']) {
      expect(await find(first.port, 'zonecast_jobs_total', { job, result: 'done' })).toBe(1)
      expect(await find(second.port, 'zonecast_jobs_total', { job, result: 'done' })).toBe(0)
    }
    expect(await find(first.port, 'zonecast_jobs_connected')).toBe(1)
    expect(await find(first.port, 'zonecast_audit_drift')).toBe(0)
    expect(await find(second.port, 'zonecast_audit_drift_total')).toBe(0)

    await writeFile(join(directory, 'web.yaml'), manifest(2))
    await expect.poll(() => find(first.port, 'zonecast_feed_published_total', { kind: 'delta' }), soon).toBe(1)
    const value = async (name: string, labels = {}) => (await find(first.port, name, labels)) ?? Number.NaN
    expect(await value('zonecast_feed_published_bytes_total', { kind: 'delta' })).toBeGreaterThan(100)
    expect(await value('zonecast_feed_log_entries')).toBe(1)
    expect(await value('zonecast_feed_log_bytes')).toBeGreaterThan(100)
    expect(await value('zonecast_source_up')).toBe(1)
    expect(await value('zonecast_source_objects', { kind: 'services' })).toBe(2)
    expect(await value('zonecast_images')).toBe(2)
    const serial = await value('zonecast_zone_serial', { zone: 'shop.example.' })
    expect(serial).toBeGreaterThan(1_000_000_000)
    expect(await find(second.port, 'zonecast_zone_serial', { zone: 'shop.example.' })).toBe(serial)
    for (const { port } of [first, second]) {
      const heartbeatSec = (await find(port, 'zonecast_feed_heartbeat_timestamp_seconds')) ?? 0
      expect(Math.abs(heartbeatSec * 1000 - Date.now())).toBeLessThan(600_000)
    }
    // Each feed tells of itself.
    expect(await value('zonecast_feed_publishing', { feed: feed('spare') })).toBe(1)

    await first.process.stop()
    await expect.poll(() => find(second.port, 'zonecast_feed_publishing'), soon).toBe(1)
    expect(await find(second.port, 'zonecast_feed_lease_held')).toBe(1)
    expect(await find(second.port, 'zonecast_feed_configuration_differs')).toBe(0)
  }, 120_000)

  test.each(['node', 'bun'] as const)(
    'on %s each command has the metrics that the table gives it',
    async (runtime) => {
      for (const role of ['sync', 'respond'] as const) {
        const { port, process } = await start(runtime, role, `${role}-${runtime}`)
        await expect.poll(() => find(port, 'zonecast_zone_serial'), soon).toBeGreaterThan(0)
        const told = new Set((await scrape(port)).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')))
        const others = Object.entries(METRICS as Record<string, Metric>).filter(
          ([, { only }]) => only && !has(only, role),
        )
        expect(others.map(([name]) => name).filter((name) => told.has(name))).toEqual([])
        for (const name of told) expect(METRICS).toHaveProperty(name)
        expect([...told]).toContain('process_resident_memory_bytes')
        if (role === 'respond') expect(await find(port, 'zonecast_feed_loads_total', { reason: 'refused' })).toBe(0)
        expect([...told]).toContain('coredns_build_info')
        await process.stop()
      }
    },
    120_000,
  )
})

function has(only: readonly Role[], role: Role): boolean {
  return only.includes(role)
}
