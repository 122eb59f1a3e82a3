import { type ChildProcess, spawn } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { METRICS, type Metric } from '@zonecast/metrics'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseScrape } from '../../../../libs/metrics/src/testing/parse-scrape.ts'
import { VERSION } from '../version.ts'
import { freePort } from './free-port.ts'

const MANIFESTS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.1, ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, namespace: shop, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ name: http, port: 80 }]
endpoints: [{ addresses: [10.244.0.1] }]
`

const ROOT = join(import.meta.dirname, '../../../..')
const WEB = 'web.shop.svc.cluster.local'

describe.each(['node', 'bun'])('metrics of a running server on %s', (runtime) => {
  let directory: string
  let child: ChildProcess
  let port: number
  let server: string

  const scrape = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    return parseScrape(await response.text())
  }
  const find = async (name: string, labels: Readonly<Record<string, string>> = {}) =>
    (await scrape())
      .filter((sample) => sample.name === name)
      .find((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-metrics-'))
    port = await freePort()
    const block = (key: string, more: string) => `${key} {\n bind 127.0.0.1\n loadbalance off\n ${more}\n}\n`
    const kubernetes = 'kubernetes cluster.local in-addr.arpa {\n manifests cluster.yaml\n }'
    const counted = block('.:0', `${kubernetes}\n whoami\n errors\n prometheus 127.0.0.1:${port}`)
    await writeFile(join(directory, 'cluster.yaml'), MANIFESTS)
    await writeFile(join(directory, 'Corefile'), counted)
    const program = join(ROOT, 'apps/zonecast/bin/zonecast.js')
    child = spawn(join(ROOT, 'node_modules/.bin', runtime), [program, '-conf', join(directory, 'Corefile')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    server = await new Promise((resolve, reject) => {
      let output = ''
      child.stdout?.on('data', (chunk) => {
        output += chunk
        const url = /^\. (dns:\/\/\S+) /m.exec(output)?.[1]
        if (url !== undefined) resolve(url)
      })
      child.on('exit', () => reject(new Error(`zonecast ended: ${output}`)))
    })
    await vi.waitFor(async () => expect(await find('zonecast_zones_pending')).toBe(0), { timeout: 20_000 })
  })

  afterAll(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    await rm(directory, { recursive: true })
  })

  test('tell what a client was answered', async () => {
    const resolver = new Resolver()
    resolver.setServers([server.replace('dns://', '')])
    expect(await resolver.resolve4(WEB)).toEqual(['10.96.0.1'])
    expect(await resolver.resolve4(WEB)).toEqual(['10.96.0.1'])
    await expect(resolver.resolveMx(`no.${WEB}`)).rejects.toMatchObject({ code: 'ENOTFOUND' })
    // By the slow path.
    await resolver.resolveNs('cluster.local')

    const samples = await scrape()
    const zone = { server, zone: '.', view: '' }
    const request = { ...zone, proto: 'udp', family: '1' }
    const series = (name: string) => samples.filter((sample) => sample.name === name)
    expect(series('coredns_dns_requests_total')).toEqual([
      { name: 'coredns_dns_requests_total', labels: { ...request, type: 'A' }, value: 2 },
      { name: 'coredns_dns_requests_total', labels: { ...request, type: 'MX' }, value: 1 },
      { name: 'coredns_dns_requests_total', labels: { ...request, type: 'NS' }, value: 1 },
    ])
    const plugin = 'kubernetes'
    expect(series('coredns_dns_responses_total')).toEqual([
      { name: 'coredns_dns_responses_total', labels: { ...zone, plugin, rcode: 'NOERROR' }, value: 3 },
      { name: 'coredns_dns_responses_total', labels: { ...zone, plugin, rcode: 'NXDOMAIN' }, value: 1 },
    ])
    for (const name of ['duration_seconds', 'size_bytes']) {
      expect(series(`coredns_dns_request_${name}_count`)[0]?.value, name).toBe(4)
      const buckets = series(`coredns_dns_request_${name}_bucket`)
      expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 4 })
      expect(buckets.map(({ value }) => value)).toEqual(buckets.map(({ value }) => value).sort((a, b) => a - b))
    }
    expect(series('zonecast_udp_received_total')[0]?.value).toBe(4)
    expect(series('zonecast_udp_answered_total')[0]?.value).toBe(4)
    expect(series('zonecast_udp_slow_total')[0]?.value).toBe(1)
  })

  test('tell what runs and what it holds', async () => {
    const samples = await scrape()
    const labels = (name: string) => samples.filter((sample) => sample.name === name).map((sample) => sample.labels)
    expect(labels('coredns_build_info')[0]).toMatchObject({
      version: VERSION,
      goversion: expect.stringMatching(`^${runtime} `),
    })
    expect(labels('coredns_plugin_enabled').map(({ name }) => name)).toEqual([
      'prometheus',
      'errors',
      'kubernetes',
      'whoami',
    ])
    const feed = join(directory, 'cluster.yaml')
    expect(labels('zonecast_zone_serial')).toEqual([
      { feed, zone: 'cluster.local.' },
      { feed, zone: 'in-addr.arpa.' },
    ])
    const value = (name: string) => samples.find((sample) => sample.name === name)?.value
    expect(value('zonecast_images')).toBe(1)
    expect(value('zonecast_images_bytes')).toBeGreaterThan(100)
    expect(value('zonecast_feed_step')).toBe(0)
    expect(Math.abs((value('zonecast_image_created_timestamp_seconds') ?? 0) * 1000 - Date.now())).toBeLessThan(600_000)
  })

  test('are those of the table and the page', async () => {
    const told = new Set((await scrape()).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')))
    const elsewhere = Object.entries(METRICS as Record<string, Metric>).filter(
      // The objects come from manifests.
      ([, { only, labels }]) => only?.includes('serve') === false || labels.includes('resource'),
    )
    // None of the questions had the DO bit, and nothing has changed so far.
    const later = [
      'coredns_dns_do_requests_total',
      'coredns_kubernetes_dns_programming_duration_seconds',
      'zonecast_apply_duration_seconds',
    ]
    const absent = new Set([...elsewhere.map(([name]) => name), ...later])
    expect([...told].sort()).toEqual(
      Object.keys(METRICS)
        .filter((name) => !absent.has(name))
        .sort(),
    )
    for (const { name, labels } of await scrape()) {
      const metric = (METRICS as Record<string, Metric>)[name.replace(/_(bucket|sum|count)$/, '')]
      expect(Object.keys(labels).filter((label) => label !== 'le')).toEqual(metric?.labels)
    }
  })

  test('tell when the objects change, and when they cannot be read', async () => {
    const manifests = join(directory, 'cluster.yaml')
    const objects = (kind: string) => find('zonecast_source_objects', { kind })
    await expect.poll(() => objects('services')).toBe(1)
    expect([await objects('namespaces'), await objects('endpointSlices')]).toEqual([1, 1])
    expect(await find('zonecast_name_problems', { code: 'name-taken' })).toBe(0)
    const second = MANIFESTS.split('---')[1]
      ?.replace('name: web', 'name: api, annotations: { zonecast.dev/name: web }')
      .replace('.0.1', '.0.2')
    await writeFile(manifests, `${MANIFESTS}---${second}`)
    await expect.poll(() => objects('services'), { timeout: 20_000 }).toBe(2)
    expect(await find('zonecast_name_problems', { code: 'name-taken' })).toBe(1)
    expect(await find('zonecast_feed_step')).toBe(1)
    expect(await find('zonecast_images')).toBe(2)
    expect(await find('zonecast_apply_duration_seconds_count')).toBe(1)
    await expect.poll(() => find('zonecast_compile_duration_seconds_count'), { timeout: 20_000 }).toBe(1)
    await writeFile(manifests, 'kind: [')
    await expect.poll(() => find('zonecast_source_up'), { timeout: 20_000 }).toBe(0)
    await writeFile(manifests, MANIFESTS)
    await expect.poll(() => find('zonecast_source_up'), { timeout: 20_000 }).toBe(1)
  })
})
