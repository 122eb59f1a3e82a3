/** `wildcards … allow`: over every transport and both families it is the client's address that counts. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../../libs/feed/src/testing/redis-server.ts'
import { parseScrape } from '../../libs/metrics/src/testing/parse-scrape.ts'
import { ZonecastProcess } from '../two-jobs/zonecast-process.ts'
import { decodeReply, encodeQuestion } from './reply.ts'
import { TcpClient } from './tcp-client.ts'

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))

const MANIFESTS = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.1, ports: [{ name: http, port: 80 }] }
`

/** Zones, and who may ask them questions with wildcards. */
const ALLOWED = {
  'loopback.test': '127.0.0.1 ::1',
  'wide.test': '127.0.0.0/8 ::/64',
  'others.test': '192.0.2.0/24 2001:db8::/32',
  'ipv4.test': '0.0.0.0/0',
  'ipv6.test': '::/0',
}

describe.each(['node', 'bun'] as const)('on %s', (runtime) => {
  let directory: string
  let zonecast: ZonecastProcess
  let ports: { readonly dns: number; readonly doh: number; readonly metrics: number }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-clients-'))
    ports = { dns: await freePort(), doh: await freePort(), metrics: await freePort() }
    const { dns, doh, metrics } = ports
    const blocks = Object.entries(ALLOWED).map(
      ([zone, clients]) => `${zone}:${dns} https://${zone}:${doh} {
 bind 127.0.0.1 ${hasIPv6 ? '::1' : ''}
 prometheus 127.0.0.1:${metrics}
 kubernetes {
  manifests cluster.yaml
  wildcards zone allow ${clients}
 }
}
`,
    )
    await writeFile(join(directory, 'cluster.yaml'), MANIFESTS)
    await writeFile(join(directory, 'Corefile'), blocks.join(''))
    zonecast = new ZonecastProcess(runtime, ['serve', '-conf', join(directory, 'Corefile')], {})
    const isReady = async () => expect(await ask('tcp', '127.0.0.1', 'web.shop.svc.ipv6.test')).toBe('10.96.0.1')
    await vi.waitFor(isReady, { timeout: 60_000, interval: 100 })
  }, 90_000)

  afterAll(async () => {
    await zonecast.stop('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  })

  /** @param from the client's address; it asks the server's of the same family. */
  async function exchange(transport: string, from: string, query: Uint8Array): Promise<Uint8Array> {
    const to = from.includes(':') ? '::1' : '127.0.0.1'
    if (transport === 'tcp') {
      const client = await TcpClient.open(ports.dns, to, from)
      const reply = await client.ask(query)
      client.close()
      return reply
    }
    if (transport === 'doh') {
      const headers = { 'content-type': 'application/dns-message', accept: 'application/dns-message' }
      const options = { method: 'POST', headers, host: to, port: ports.doh, path: '/dns-query', localAddress: from }
      const asked = request({ ...options, agent: false }).end(query)
      const [response] = await once(asked, 'response')
      return buffer(response)
    }
    const socket = createSocket(from.includes(':') ? 'udp6' : 'udp4')
    try {
      socket.bind(0, from)
      await once(socket, 'listening')
      socket.send(query, ports.dns, to)
      const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(20_000) })) as [Buffer]
      return reply
    } finally {
      socket.close()
    }
  }
  const ask = async (transport: string, from: string, name: string): Promise<string> => {
    const { rcode, answer } = decodeReply(await exchange(transport, from, encodeQuestion(`${name}.`, 'A')))
    return rcode === 'NOERROR' ? answer.map((line) => line.split(' ').at(-1)).join() : rcode
  }

  const rows: [from: string, zone: keyof typeof ALLOWED, isAllowed: boolean][] = [
    ['127.0.0.1', 'loopback.test', true],
    ['127.0.0.2', 'loopback.test', false],
    ['::1', 'loopback.test', true],
    ['127.0.0.2', 'wide.test', true],
    ['::1', 'wide.test', true],
    ['127.0.0.1', 'others.test', false],
    ['::1', 'others.test', false],
    ['127.0.0.1', 'ipv4.test', true],
    ['::1', 'ipv4.test', false],
    ['127.0.0.1', 'ipv6.test', false],
    ['::1', 'ipv6.test', true],
  ]
  describe.each(['udp', 'tcp', 'doh'])('over %s', (transport) => {
    test.each(rows.filter(([from]) => hasIPv6 || !from.includes(':')))(
      '%s to %s: %s',
      async (from, zone, isAllowed) => {
        const expected = isAllowed ? '10.96.0.1' : 'NXDOMAIN'
        for (const labels of ['*.shop.svc', 'w?b.*.svc', '*._tcp.web.any.svc']) {
          expect(await ask(transport, from, `${labels}.${zone}`), labels).toBe(expected)
        }
        expect(await ask(transport, from, `web.shop.svc.${zone}`)).toBe('10.96.0.1')
      },
    )
  })

  test('nothing of it was for the slow path', async () => {
    const text = await fetch(`http://127.0.0.1:${ports.metrics}/metrics`).then((response) => response.text())
    const of = (wanted: string) =>
      parseScrape(text)
        .filter(({ name }) => name === wanted)
        .reduce((sum, { value }) => sum + value, 0)
    expect(of('zonecast_udp_received_total')).toBeGreaterThan(40)
    expect(of('zonecast_udp_slow_total')).toBe(0)
  })
})
