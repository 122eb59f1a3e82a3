/** Responders whose Corefile is not the publisher's: what counts, and what they say of it. */
import { Resolver } from 'node:dns/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const WAIT = { timeout: 30_000 }
const MANIFESTS = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.1, ports: [{ port: 80 }] }
`
const OWN = 'ttl 30'
const OTHER = 'names {service}.{namespace}.{zone}\n ttl 9'

describe.skipIf(!hasRedis)('another configuration (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  let worker: ZonecastProcess
  let responder: ZonecastProcess
  let [port, metrics] = [0, 0]
  const running: ZonecastProcess[] = []

  const start = async (runtime: 'node' | 'bun', role: 'sync' | 'respond', zones: string, options: string) => {
    const file = join(directory, `${role}.corefile`)
    const stanza = `kubernetes ${zones} {\n manifests cluster.yaml\n ${options}\n }`
    const feed = `feed redis://127.0.0.1:${redis.port} {\n name conf\n }`
    const scraped = role === 'respond' ? `prometheus 127.0.0.1:${metrics}` : ''
    await writeFile(file, `.:${port} {\n bind 127.0.0.1\n ${stanza}\n ${feed}\n ${scraped}\n}\n`)
    const process = new ZonecastProcess(runtime, [role, '-conf', file], {})
    running.push(process)
    return process
  }
  const ttl = async (name: string) => {
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    const [first] = await resolver.resolve4(name, { ttl: true }).catch((error) => [{ ttl: String(error.code) }])
    return first?.ttl
  }
  const differs = async () => {
    const text = await fetch(`http://127.0.0.1:${metrics}/metrics`).then((response) => response.text())
    return /^zonecast_feed_configuration_differs\{.*\} (\d)$/m.exec(text)?.[1]
  }
  const told = (text: string) => responder.output.split(text).length - 1

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-configuration-'))
    await writeFile(join(directory, 'cluster.yaml'), MANIFESTS)
    redis = await startRedis()
    port = await freePort()
    metrics = await freePort()
    worker = await start('node', 'sync', 'a.test', OTHER)
    responder = await start('bun', 'respond', 'a.test b.test', OWN)
  }, 60_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('the image counts, and a responder says once which options differ', async () => {
    await expect.poll(() => ttl('web.shop.a.test'), WAIT).toBe(9)
    await expect.poll(differs, WAIT).toBe('1')
    const names = ['{service}.{namespace}', '{service}.{namespace}.svc'].map((name) => `\\"names ${name}.{zone}\\"`)
    expect(responder.output).toContain(
      `shapes records otherwise than this Corefile, and what it publishes counts: a.test.: \\"ttl 9\\", here \\"ttl 30\\"; ${names.join(', here ')}"`,
    )
    expect(told('zones that nobody publishes, which answer SERVFAIL: b.test.')).toBe(1)
    await writeFile(join(directory, 'cluster.yaml'), MANIFESTS.replace('10.96.0.1', '10.96.0.2'))
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    await expect.poll(() => resolver.resolve4('web.shop.a.test').catch(() => []), WAIT).toEqual(['10.96.0.2'])
    expect(told('otherwise than this Corefile')).toBe(1)
  })

  test('it says so when that is over', async () => {
    await worker.stop()
    worker = await start('node', 'sync', 'a.test b.test', OWN)
    await expect.poll(() => ttl('web.shop.svc.b.test'), WAIT).toBe(30)
    await expect.poll(differs, WAIT).toBe('0')
    expect(told('records are shaped as this Corefile says')).toBe(1)
    expect(told('all zones are published')).toBe(1)
    expect(told('otherwise than this Corefile')).toBe(1)
  })
})
