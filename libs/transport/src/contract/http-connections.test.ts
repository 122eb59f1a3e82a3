/** What clients may not do to HTTP connections, and how those end: on both runtimes. */
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { decode } from 'dns-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, type HttpResponse } from './http-client.ts'
import { Certificates, RUNTIMES, Served } from './served.ts'
import { DNS_MESSAGE, getRequest, queryFor } from './transports.ts'

const LONG_MS = 600_000
const PATIENTLY = { timeout: 20_000 }
const certificates = new Certificates()
const files = certificates.make('server')
afterAll(() => certificates.remove())

const sockets: Socket[] = []
const sessions: ClientHttp2Session[] = []
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  for (const session of sessions) session.destroy()
})

/** A connection to write what one likes to; its errors do not matter. */
function raw(port: number, isSecure: boolean): Socket {
  const socket = isSecure
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  sockets.push(socket)
  return socket
}

function session(port: number): ClientHttp2Session {
  const opened = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  opened.on('error', () => {})
  sessions.push(opened)
  return opened
}

const closed = (socket: Socket) => new Promise((resolve) => socket.on('close', resolve))

/** Writes an octet every few milliseconds as long as it can. */
function drip(stream: { write(text: string): unknown; on(event: 'close', listener: () => void): unknown }): void {
  const timer = setInterval(() => stream.write('a'), 20)
  stream.on('close', () => clearInterval(timer))
}

const HEADER = `POST /dns-query HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${DNS_MESSAGE}\r\n`

describe.each(RUNTIMES)('on %s', (runtime) => {
  describe.each([
    ['https', true],
    ['http', false],
  ] as const)('%s', (transport, isSecure) => {
    let served: Served
    beforeAll(async () => {
      served = await Served.start(runtime, { ...files, httpLimits: { idleMs: 1_000, requestMs: 400 } })
    })
    afterAll(() => served.end())

    // Bun.serve has a time-out of its own for these two: ten seconds.
    it.skipIf(runtime === 'bun')('closes a connection that asks nothing', { concurrent: true }, async () => {
      await closed(raw(served.ports[transport], isSecure))
    })
    it.skipIf(runtime === 'bun')(
      'cuts off who never ends the header, however often it writes',
      { concurrent: true },
      async () => {
        const socket = raw(served.ports[transport], isSecure)
        socket.write('GET /dns-query?dns=')
        drip(socket)
        await closed(socket)
      },
    )

    it.concurrent('closes a connection that asks nothing more', async () => {
      const socket = raw(served.ports[transport], isSecure)
      socket.write(`GET ${getRequest(queryFor('web.example')).path} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
      await new Promise((resolve) => socket.once('data', resolve))
      await closed(socket)
    })

    it.concurrent('cuts off who never ends the body, however often it writes', async () => {
      const socket = raw(served.ports[transport], isSecure)
      socket.write(`${HEADER}content-length: 60000\r\n\r\n`)
      drip(socket)
      await closed(socket)
    })
  })

  it('cuts off who never ends the body of an HTTP/2 request, however often it writes', async () => {
    const served = await Served.start(runtime, { ...files, httpLimits: { idleMs: 1_000, requestMs: 400 } })
    const opened = session(served.ports.https)
    const headers = { ':method': 'POST', ':path': '/dns-query', 'content-type': DNS_MESSAGE, 'content-length': '60000' }
    const stream = opened.request(headers)
    stream.on('error', () => {})
    drip(stream)
    await new Promise((resolve) => stream.on('close', resolve))
    await served.end()
  })

  // Bun.serve has no bound for connections.
  it.skipIf(runtime === 'bun').each([{ connectionsPerAddress: 2 }, { connections: 2 }])(
    'bounds connections: %o',
    async (httpLimits) => {
      const served = await Served.start(runtime, { ...files, httpLimits })
      let first: Socket | undefined
      const isLetIn = () =>
        new Promise<boolean>((resolve) => {
          const socket = raw(served.ports.https, true)
          first ??= socket
          socket.on('secureConnect', () => socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'))
          socket.on('data', () => resolve(true))
          socket.on('close', () => resolve(false))
        })
      expect([await isLetIn(), await isLetIn(), await isLetIn()]).toEqual([true, true, false])
      first?.destroy()
      await expect.poll(isLetIn, PATIENTLY).toBe(true)
      await served.end()
    },
  )

  it('closes when it is told to: what is in flight is answered, what is idle ends, nothing new comes in', async () => {
    const served = await Served.start(runtime, { ...files, httpLimits: { idleMs: 200_000 } })
    const { https, http } = served.ports
    const request = getRequest(queryFor('hold.example'))
    const answers: Promise<HttpResponse>[] = [
      ask('h2', https, request),
      ask('http/1.1', https, request),
      ask('http/1.1 plain', http, request),
    ]
    await served.holds(3)
    const idle = session(https)
    const isIdleClosed = new Promise((resolve) => idle.on('close', resolve))
    await new Promise((resolve) => idle.on('remoteSettings', resolve))
    const isClosed = served.tell(`close ${LONG_MS}`)
    await isIdleClosed
    await expect.poll(() => ask('h2', https, request).catch(() => 'refused'), PATIENTLY).toBe('refused')
    await served.tell('release')
    for (const answer of answers) expect(decode((await answer).body).answers).toHaveLength(1)
    await isClosed
    await served.end()
  })

  it('cuts what does not end in time when it closes', async () => {
    const served = await Served.start(runtime, files)
    const request = getRequest(queryFor('hold.example'))
    const answers = [
      ask('h2', served.ports.https, request),
      ask('http/1.1', served.ports.https, request),
      ask('http/1.1 plain', served.ports.http, request),
    ].map((answer) => answer.catch(() => 'cut'))
    await served.holds(3)
    await served.tell('close 10')
    expect(await Promise.all(answers)).toEqual(['cut', 'cut', 'cut'])
    await served.end()
  })
})
