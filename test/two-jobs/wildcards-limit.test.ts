/** Questions with more records than `limit`: the part that is answered, and the metric, over every transport of several responders. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { parseScrape } from '../../libs/metrics/src/testing/parse-scrape.ts'
import { decodeReply, encodeQuestion } from '../conformance/reply.ts'
import { TcpClient } from '../conformance/tcp-client.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const WAIT = { timeout: 60_000 }
const LIMIT = 5
/** As the page on wildcards says. */
const TURN_MS = 5000

const manifests = (services: number) =>
  Array.from(
    { length: services },
    (_, at) => `apiVersion: v1
kind: Service
metadata: { name: web-${at}, namespace: shop }
spec: { clusterIP: 10.96.0.${at + 1}, ports: [{ port: 80 }] }
`,
  ).join('---\n')

interface Started {
  readonly process: ZonecastProcess
  readonly dns: number
  readonly doh: number
  readonly metrics: number
}

describe.skipIf(!hasRedis)('more records than the limit (redis-server needed)', { timeout: 90_000 }, () => {
  let directory: string
  let redis: RedisServer
  const running: ZonecastProcess[] = []
  const responders: Started[] = []

  const start = async (runtime: 'node' | 'bun', role: 'sync' | 'respond'): Promise<Started> => {
    const [dns, doh, metrics] = [await freePort(), await freePort(), await freePort()]
    const stanza = `kubernetes cluster.local {\n manifests ${directory}/cluster.yaml\n wildcards zone limit ${LIMIT}\n }`
    const feed = `feed redis://127.0.0.1:${redis.port} {\n name limited\n }`
    const scraped = `prometheus 127.0.0.1:${metrics}`
    const block = (key: string) => `${key} {\n bind 127.0.0.1\n ${stanza}\n ${feed}\n ${scraped}\n}\n`
    const corefile = join(directory, `${role}-${dns}.corefile`)
    await writeFile(corefile, block(`.:${dns}`) + block(`https://.:${doh}`))
    const process = new ZonecastProcess(runtime, [role, '-conf', corefile], {})
    running.push(process)
    return { process, dns, doh, metrics }
  }

  const transports: Readonly<
    Record<string, (to: Started, query: Uint8Array, timeoutMs: number) => Promise<Uint8Array>>
  > = {
    async udp({ dns }, query, timeoutMs) {
      const socket = createSocket('udp4')
      try {
        socket.send(query, dns, '127.0.0.1')
        const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(timeoutMs) })) as [Buffer]
        return reply
      } finally {
        socket.close()
      }
    },
    async tcp({ dns }, query) {
      const client = await TcpClient.open(dns)
      const reply = await client.ask(query)
      client.close()
      return reply
    },
    async doh({ doh }, query) {
      const headers = { 'content-type': 'application/dns-message', accept: 'application/dns-message' }
      const url = `http://127.0.0.1:${doh}/dns-query`
      const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(query) })
      return new Uint8Array(await response.arrayBuffer())
    },
  }
  const ask = async (to: Started, transport: string, name: string, timeoutMs = 20_000): Promise<string> => {
    const query = encodeQuestion(`${name}.svc.cluster.local.`, 'A')
    const reply = await transports[transport]?.(to, query, timeoutMs)
    const { rcode, answer } = decodeReply(reply ?? new Uint8Array())
    if (rcode !== 'NOERROR') return rcode
    return answer
      .map((line) => line.split(' ').at(-1) ?? '')
      .sort()
      .join()
  }
  const of = async (to: Started, name: string) =>
    Promise.all(Object.keys(transports).map((transport) => ask(to, transport, name)))
  /** All answers of a responder to a question, given within one turn. */
  const inOneTurn = async (to: Started, name: string): Promise<string[]> => {
    const turn = () => Math.floor(Date.now() / TURN_MS)
    for (;;) {
      const begun = turn()
      const all = await of(to, name)
      if (turn() === begun) return all
    }
  }
  const limited = async ({ metrics, dns, doh }: Started): Promise<Record<string, number | undefined>> => {
    const text = await fetch(`http://127.0.0.1:${metrics}/metrics`).then((response) => response.text())
    const count = (server: string) =>
      parseScrape(text).find(
        ({ name, labels }) => name === 'zonecast_wildcards_limited_total' && labels['server'] === server,
      )?.value
    return { dns: count(`dns://127.0.0.1:${dns}`), doh: count(`https://127.0.0.1:${doh}`) }
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-limit-'))
    await writeFile(join(directory, 'cluster.yaml'), manifests(10))
    redis = await startRedis()
    const sync = await start('node', 'sync')
    responders.push(await start('bun', 'respond'))
    const [first] = responders as [Started]
    const answers = (to: Started, at: number) =>
      vi.waitFor(async () => expect(await ask(to, 'udp', `web-${at}.shop`, 1000)).toBe(`10.96.0.${at + 1}`), WAIT)
    await answers(first, 9)
    // The second one has seen some changes come, and the last one loads them.
    for (const at of [10, 11]) {
      await writeFile(join(directory, 'cluster.yaml'), manifests(at + 1))
      await answers(first, at)
      const latest = await start(at === 10 ? 'node' : 'bun', 'respond')
      responders.push(latest)
      await answers(latest, at)
    }
    for (const each of responders) await answers(each, 11)
    expect(sync.process.output).not.toContain('"level":"error"')
  }, 120_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('is counted once for each such answer, over each transport, and no other answer is', async () => {
    for (const to of responders) {
      expect(await limited(to)).toEqual({ dns: 0, doh: 0 })
      // Over the packet threads' socket, and over the control thread's.
      for (let left = 3; left > 0; left--) expect((await ask(to, 'udp', '*.shop')).split(',')).toHaveLength(LIMIT)
      await expect.poll(() => limited(to), WAIT).toEqual({ dns: 3, doh: 0 })
      expect((await ask(to, 'tcp', 'web-*.*')).split(',')).toHaveLength(LIMIT)
      await expect.poll(() => limited(to), WAIT).toEqual({ dns: 4, doh: 0 })
      for (let left = 2; left > 0; left--) expect((await ask(to, 'doh', 'any.any')).split(',')).toHaveLength(LIMIT)
      await expect.poll(() => limited(to), WAIT).toEqual({ dns: 4, doh: 2 })
      expect(await of(to, 'web-1?.shop')).toEqual(Array(3).fill('10.96.0.11,10.96.0.12'))
      expect(await of(to, '*0.shop')).toEqual(Array(3).fill('10.96.0.1,10.96.0.11'))
      expect(await of(to, 'nope*.shop')).toEqual(Array(3).fill('NXDOMAIN'))
      expect(await of(to, 'web-3.shop')).toEqual(Array(3).fill('10.96.0.4'))
      expect(await limited(to)).toEqual({ dns: 4, doh: 2 })
    }
  })

  // Which part it is hangs on how the images lie, too: a responder that has just loaded a base may give another.
  test('at one moment a responder gives the same part, however it is asked; then another, and in turn all', async () => {
    const inTurn = async (to: Started) => {
      for (const question of ['*.shop', 'web-*.shop', '*eb*.any']) {
        expect(new Set(await inOneTurn(to, question)).size, question).toBe(1)
      }
      const seen = new Set<string>()
      const parts = new Set<string>()
      await expect
        .poll(async () => {
          const all = new Set(await inOneTurn(to, '*.shop'))
          expect([...all]).toHaveLength(1)
          for (const part of all) {
            parts.add(part)
            for (const address of part.split(',')) seen.add(address)
          }
          return seen.size
        }, WAIT)
        .toBe(12)
      expect(parts.size).toBeGreaterThan(2)
    }
    await Promise.all(responders.map(inTurn))
  })
})
