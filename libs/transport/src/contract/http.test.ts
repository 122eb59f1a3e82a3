/** What HTTP requests get on the wire: on both runtimes, over every version, with and without TLS. */

import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, type HttpVersion } from './http-client.ts'
import { JSON_ROWS, MESSAGE_ROWS } from './http-rows.ts'
import { Certificates, RUNTIMES, Served } from './served.ts'
import { portOf } from './transports.ts'

const certificates = new Certificates()
const files = certificates.make('server')
afterAll(() => certificates.remove())

describe.each(RUNTIMES)('on %s', (runtime) => {
  let served: Served
  beforeAll(async () => {
    served = await Served.start(runtime, files)
  })
  afterAll(() => served.end())

  // Node's HTTP/2 needs TLS when HTTP/1.1 is to be had on the same port.
  const versions: HttpVersion[] = ['http/1.1 plain', 'http/1.1', 'h2', ...(runtime === 'bun' ? (['h2c'] as const) : [])]
  describe.each(versions)('over %s', (version) => {
    it.each([...MESSAGE_ROWS, ...JSON_ROWS])('$name: $status', async ({ request, status, headers = {}, says = '' }) => {
      const response = await ask(version, portOf(version, served.ports), request)
      expect({ status: response.status, ...response.headers }).toMatchObject({ status, ...headers })
      expect(response.body.toString('latin1')).toContain(request.method === 'HEAD' ? '' : says)
      if (request.method === 'HEAD') expect(response.body).toHaveLength(0)
      else if (status !== 204) expect(response.headers['content-length']).toBe(String(response.body.length))
    })
  })

  it('refuses a request that names no host', async () => {
    const socket = connect(served.ports.http, '127.0.0.1')
    socket.end('GET /dns-query HTTP/1.0\r\n\r\n')
    const parts: Buffer[] = []
    for await (const part of socket) parts.push(part)
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.[01] 400 /)
  })

  it('survives what is not HTTP', async () => {
    for (const [port, open] of [
      [served.ports.http, connect],
      [served.ports.https, (port: number, host: string) => connectTls({ port, host, rejectUnauthorized: false })],
    ] as const) {
      const socket = open(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write('\0\x01\x02 nonsense\r\n\r\n')
      socket.resume()
      await new Promise((resolve) => socket.on('close', resolve))
    }
    expect((await ask('h2', served.ports.https, { path: '/resolve?name=web.example' })).status).toBe(200)
  })
})
