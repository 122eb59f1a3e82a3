/** TLS on DoT and DoH: versions, ALPN, what is asked of clients' certificates, and certificates that are replaced. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ClientAuth } from '../stream/client-auth.ts'
import { Certificates, RUNTIMES, Served } from './served.ts'
import { framed } from './stream-client.ts'
import { getRequest, queryFor } from './transports.ts'

const PATIENTLY = { timeout: 20_000 }
const certificates = new Certificates()
const server = certificates.make('server')
const friend = certificates.make('friend')
const stranger = certificates.make('stranger')
afterAll(() => certificates.remove())

const read = ({ cert, key }: typeof server) => ({ cert: readFileSync(cert), key: readFileSync(key) })

const sockets: TLSSocket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

function open(port: number, options: ConnectionOptions): TLSSocket {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  sockets.push(socket)
  return socket
}

/** What came of a handshake: what was agreed upon, or that it failed. */
function shake(
  port: number,
  options: ConnectionOptions = {},
): Promise<{ alpn: string; version: string; name: string }> {
  return new Promise((resolve, reject) => {
    const socket = open(port, options)
    socket.on('error', reject)
    socket.on('secureConnect', () => {
      const { alpnProtocol } = socket
      const name = String(socket.getPeerCertificate().subject.CN)
      resolve({ alpn: alpnProtocol || 'none', version: socket.getProtocol() ?? '', name })
      socket.destroy()
    })
  })
}

const HTTP_QUESTION = `GET ${getRequest(queryFor('web.example')).path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
const PROTOCOLS = [
  { name: 'DoT', port: (served: Served) => served.ports.tls, alpn: 'dot', question: framed(queryFor('web.example')) },
  { name: 'DoH', port: (served: Served) => served.ports.https, alpn: 'http/1.1', question: HTTP_QUESTION },
]

describe.each(RUNTIMES)('on %s', (runtime) => {
  describe('handshakes', () => {
    let served: Served
    beforeAll(async () => {
      const limits = { streamLimits: { messageMs: 400 }, httpLimits: { requestMs: 400 } }
      served = await Served.start(runtime, { ...server, ...limits })
    })
    afterAll(() => served.end())

    it.each([
      ['tls', 'dot', ['dot'], 'dot'],
      ['tls', 'no ALPN', undefined, 'none'],
      ['https', 'h2 rather than HTTP/1.1', ['http/1.1', 'h2'], 'h2'],
      ['https', 'HTTP/1.1 alone', ['http/1.1'], 'http/1.1'],
      ['https', 'no ALPN', undefined, 'none'],
    ] as const)('%s agrees on %s', async (transport, _what, protocols, alpn) => {
      const options = protocols === undefined ? {} : { ALPNProtocols: [...protocols] }
      expect(await shake(served.ports[transport], options)).toEqual({ alpn, version: 'TLSv1.3', name: 'server' })
    })

    it('DoT refuses a client that wants to speak something else', async () => {
      await expect(shake(served.ports.tls, { ALPNProtocols: ['http/1.1'] })).rejects.toThrow()
    })

    it.each(PROTOCOLS)('$name speaks TLS 1.2 and nothing older', async ({ port, alpn }) => {
      const old = { ALPNProtocols: [alpn], ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1' } as const
      expect(await shake(port(served), { ...old, maxVersion: 'TLSv1.2' })).toMatchObject({ version: 'TLSv1.2' })
      await expect(shake(port(served), { ...old, maxVersion: 'TLSv1.1' })).rejects.toThrow()
    })

    for (const { name, port } of PROTOCOLS) {
      // Bun.serve has a time-out of its own for this: ten seconds.
      it.skipIf(runtime === 'bun' && name === 'DoH')(`${name} cuts off who does not begin the handshake`, async () => {
        const silent = connect(port(served), '127.0.0.1')
        silent.on('error', () => {})
        await new Promise((resolve) => silent.on('close', resolve))
      })
    }
  })

  describe.each<[ClientAuth, { none: boolean; stranger: boolean; friend: boolean }]>([
    ['nocert', { none: true, stranger: true, friend: true }],
    ['request', { none: true, stranger: true, friend: true }],
    ['require', { none: false, stranger: true, friend: true }],
    ['verify_if_given', { none: true, stranger: false, friend: true }],
    ['require_and_verify', { none: false, stranger: false, friend: true }],
  ])('client_auth %s', (clientAuth, lets) => {
    let served: Served
    beforeAll(async () => {
      served = await Served.start(runtime, { ...server, ca: friend.cert, clientAuth })
    })
    afterAll(() => served.end())

    it.each(PROTOCOLS)('$name', async ({ port, alpn, question }) => {
      /** With TLS 1.3 a client learns only from what it reads that it was refused. */
      const isAnswered = (identity: ConnectionOptions) =>
        new Promise<boolean>((resolve) => {
          const socket = open(port(served), { ALPNProtocols: [alpn], ...identity })
          socket.on('secureConnect', () => socket.write(question))
          socket.on('data', () => resolve(true))
          socket.on('error', () => resolve(false))
          socket.on('close', () => resolve(false))
        })
      expect({
        none: await isAnswered({}),
        stranger: await isAnswered(read(stranger)),
        friend: await isAnswered(read(friend)),
      }).toEqual(lets)
    })
  })

  it('takes new certificates when their files change, and keeps the old ones while the new do not fit', async () => {
    const files = {
      cert: join(certificates.folder, `live-${runtime}.pem`),
      key: join(certificates.folder, `live-${runtime}.key`),
    }
    const install = (pair: typeof server) => {
      copyFileSync(pair.cert, files.cert)
      copyFileSync(pair.key, files.key)
    }
    install(server)
    const served = await Served.start(runtime, { ...files, checkMs: 10 })
    const { tls, https } = served.ports
    const names = async () => [(await shake(tls)).name, (await shake(https)).name]
    expect(await names()).toEqual(['server', 'server'])

    const before = open(tls, {})
    await new Promise((resolve) => before.on('secureConnect', resolve))
    writeFileSync(files.cert, 'no certificate')
    expect(await names()).toEqual(['server', 'server'])
    copyFileSync(friend.cert, files.cert)
    expect(await names()).toEqual(['server', 'server'])
    install(friend)
    await expect.poll(names, PATIENTLY).toEqual(['friend', 'friend'])
    install(stranger)
    await expect.poll(names, PATIENTLY).toEqual(['stranger', 'stranger'])

    // Who was connected before notices nothing.
    before.write(framed(queryFor('web.example')))
    await new Promise((resolve) => before.on('data', resolve))
    before.destroy()
    await served.tell('close 100')
    await served.end()
  })
  it('says so when somebody else has the port', async () => {
    const served = await Served.start(runtime, server)
    const again = Served.start(runtime, { ...server, httpsPort: served.ports.https })
    const where = `127.0.0.1:${served.ports.https} (https)`
    await expect(again).rejects.toThrow(`cannot listen on ${where}: another process listens there already`)
    await served.end()
  })
})
