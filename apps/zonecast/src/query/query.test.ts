import { createSocket } from 'node:dgram'
import { FLAG } from '@zonecast/dns'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { frame } from './stream.ts'
import {
  answer,
  type Certificate,
  type HttpAnswer,
  type HttpSeen,
  makeCertificate,
  onMessage,
  type Running,
  run,
  serveHttp,
  serveTcp,
  serveTls,
  serveUdp,
} from './test-servers.ts'

let certificate: Certificate
beforeAll(() => {
  certificate = makeCertificate()
})

const running: Running[] = []
afterEach(() => {
  for (const each of running.splice(0)) each.close()
})
async function started(server: Promise<Running>): Promise<number> {
  const each = await server
  running.push(each)
  return each.port
}

const RECORD = 'web.example.\t\t5\tIN\tA\t10.0.0.7\n'

describe('over UDP', () => {
  test('prints the answer as dig does', async () => {
    const port = await started(serveUdp((octets, client, socket) => socket.send(answer(octets), client.port)))
    const { exitCode, stdout, stderr } = await run(`@127.0.0.1 -p ${port} web.example`)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^\n; <<>> zonecast query <<>> @127.0.0.1 -p \d+ web.example\n;; Got answer:\n/)
    expect(stdout).toMatch(
      /status: NOERROR, id: \d+\n;; flags: qr aa; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n/,
    )
    expect(stdout).toContain(`;; ANSWER SECTION:\n${RECORD}`)
    expect(stdout).toContain(`;; SERVER: 127.0.0.1#${port}(127.0.0.1) (UDP)\n`)
    expect(stdout).toMatch(/;; MSG SIZE {2}rcvd: 56\n\n$/)
  })

  test('+short prints the data alone', async () => {
    const port = await started(serveUdp((octets, client, socket) => socket.send(answer(octets), client.port)))
    expect(await run(`@127.0.0.1:${port} +short web.example`)).toEqual({
      exitCode: 0,
      stdout: '10.0.0.7\n',
      stderr: '',
    })
  })

  test('replies that do not fit are passed over, and told', async () => {
    const port = await started(
      serveUdp((octets, client, socket) => {
        socket.send(answer(octets, { idOffset: 1 }), client.port)
        socket.send(octets, client.port)
        socket.send(Uint8Array.of(1), client.port)
        socket.send(answer(octets), client.port)
      }),
    )
    const { exitCode, stdout } = await run(`@127.0.0.1 -p ${port} web.example`)
    expect(exitCode).toBe(0)
    expect(stdout.match(/;; Warning: passed over a reply: .*/g)).toEqual([
      expect.stringMatching(/id \d+ instead of \d+/),
      ';; Warning: passed over a reply: a query, not a reply',
      ';; Warning: passed over a reply: 1 octets are no message',
    ])
  })

  test('a reply from another port is not taken', async () => {
    const stranger = createSocket('udp4')
    running.push({ port: 0, close: () => void stranger.close() })
    const port = await started(
      serveUdp((octets, client, socket) => {
        const answerTruly = (): void => socket.send(answer(octets), client.port)
        stranger.send(answer(octets, { flags: FLAG.AD }), client.port, '127.0.0.1', answerTruly)
      }),
    )
    const { exitCode, stdout } = await run(`@127.0.0.1 -p ${port} web.example`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(';; flags: qr aa;')
  })

  test('a lost query is sent again', async () => {
    let seen = 0
    const port = await started(
      serveUdp((octets, client, socket) => void (++seen > 1 && socket.send(answer(octets), client.port))),
    )
    const { exitCode, stdout, stderr } = await run(`@127.0.0.1 -p ${port} +timeout=1 web.example`)
    expect([exitCode, seen]).toEqual([0, 2])
    expect(stdout).toContain(RECORD)
    expect(stderr).toBe(`;; communications error to 127.0.0.1#${port}: timed out\n`)
  })

  test('nobody there: 9', async () => {
    const closed = await serveUdp(() => {})
    closed.close()
    const { exitCode, stderr } = await run(`@127.0.0.1 -p ${closed.port} +tries=2 web.example`)
    expect(exitCode).toBe(9)
    expect(stderr).toBe(
      `${`;; communications error to 127.0.0.1#${closed.port}: connection refused\n`.repeat(2)}zonecast query: no servers could be reached\n`,
    )
  })

  test('a reply that cannot be read: 9, and what is wrong with it', async () => {
    const port = await started(
      serveUdp((octets, client, socket) => {
        const reply = answer(octets)
        reply[7] = 200
        socket.send(reply, client.port)
      }),
    )
    const { exitCode, stderr } = await run(`@127.0.0.1 -p ${port} web.example`)
    expect(exitCode).toBe(9)
    expect(stderr).toBe(
      'zonecast query: got a bad packet: 1 questions and 201 records in 56 octets: the header claims more than the message can hold\n',
    )
  })
})

describe('truncated over UDP', () => {
  /** TCP and UDP on one port, the first that is free for both. */
  async function truncatingServer(): Promise<number> {
    for (;;) {
      const tcp = await serveTcp(onMessage((octets, socket) => socket.write(frame(answer(octets, { flags: 0 })))))
      running.push(tcp)
      const udp = await serveUdp(
        (octets, client, socket) => socket.send(answer(octets, { flags: FLAG.TC }), client.port),
        tcp.port,
      ).catch(() => undefined)
      if (udp === undefined) continue
      running.push(udp)
      return tcp.port
    }
  }

  test('asks again over TCP', async () => {
    const port = await truncatingServer()
    const { exitCode, stdout } = await run(`@127.0.0.1 -p ${port} web.example`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(';; Truncated, retrying in TCP mode.\n;; Got answer:')
    expect(stdout).toContain(`(127.0.0.1) (TCP)\n`)
    expect(stdout).not.toContain(' tc')
  })

  test('+ignore takes it as it is', async () => {
    const port = await truncatingServer()
    const { stdout } = await run(`@127.0.0.1 -p ${port} +ignore web.example`)
    expect(stdout).toContain(';; flags: qr tc;')
    expect(stdout).toContain('(127.0.0.1) (UDP)\n')
  })
})

describe('over TCP', () => {
  test('a reply that comes octet by octet', async () => {
    const port = await started(
      serveTcp(
        onMessage((octets, socket) => {
          socket.setNoDelay(true)
          for (const octet of frame(answer(octets))) socket.write(Uint8Array.of(octet))
        }),
      ),
    )
    const { exitCode, stdout } = await run(`@127.0.0.1 -p ${port} +tcp web.example`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(RECORD)
  })

  const rows: [why: string, reply: (octets: Uint8Array) => Uint8Array, message: RegExp][] = [
    ['a server that closes', () => new Uint8Array(), /connection closed before the reply/],
    ['half a reply', (octets) => frame(answer(octets)).subarray(0, 20), /connection closed before the reply/],
    ['another id', (octets) => frame(answer(octets, { idOffset: 1 })), /id \d+ instead of \d+/],
  ]
  for (const [why, reply, message] of rows) {
    test(`${why}: 9`, async () => {
      const port = await started(serveTcp(onMessage((octets, socket) => socket.end(reply(octets)))))
      const { exitCode, stderr } = await run(`@tcp://127.0.0.1:${port} web.example`)
      expect(exitCode).toBe(9)
      expect(stderr).toMatch(message)
    })
  }

  test('a server that says nothing: 9, after the time that was given', async () => {
    const port = await started(serveTcp(() => {}))
    const { exitCode, stderr } = await run(`@127.0.0.1 -p ${port} +tcp +timeout=1 web.example`)
    expect(exitCode).toBe(9)
    expect(stderr).toContain('timed out')
  })
})

describe('over TLS', () => {
  const serve = (): Promise<number> =>
    started(
      serveTls(
        certificate,
        onMessage((octets, socket) => socket.write(frame(answer(octets)))),
      ),
    )

  test('an address: any certificate, and what it is worth', async () => {
    const { exitCode, stdout } = await run(`@127.0.0.1 -p ${await serve()} +tls web.example`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(RECORD)
    expect(stdout).toContain('(127.0.0.1) (TLS)\n;; TLS: TLSv1.3, certificate not trusted (')
  })

  test('a name: the certificate must be for it, and trusted', async () => {
    const port = await serve()
    const trusted = await run(`@127.0.0.1 -p ${port} +tls=ns.example +tls-ca=${certificate.file} web.example`)
    expect(trusted.stderr).toBe('')
    expect(trusted.stdout).toContain(';; TLS: TLSv1.3, certificate trusted\n')
    const unknown = await run(`@127.0.0.1 -p ${port} +tls=ns.example web.example`)
    expect([unknown.exitCode, unknown.stderr]).toEqual([9, expect.stringMatching(/self.signed certificate/)])
    const other = await run(`@127.0.0.1 -p ${port} +tls=other.example +tls-ca=${certificate.file} web.example`)
    expect([other.exitCode, other.stderr]).toEqual([9, expect.stringContaining('other.example')])
    const insecure = await run(`@127.0.0.1 -p ${port} +tls=ns.example +insecure web.example`)
    expect([insecure.exitCode, insecure.stderr]).toEqual([0, ''])
  })

  test('no TLS there: 9', async () => {
    const port = await started(serveTcp((socket) => socket.end('no')))
    expect((await run(`@127.0.0.1 -p ${port} +tls web.example`)).exitCode).toBe(9)
  })

  test('authorities that are not there: 1', async () => {
    const { exitCode, stderr } = await run(`@127.0.0.1 -p ${await serve()} +tls +tls-ca=/nowhere.pem web.example`)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('+tls-ca: ENOENT')
  })
})

describe('over HTTPS', () => {
  const headers = { 'content-type': 'application/dns-message' }
  const ok = (request: HttpSeen): HttpAnswer => {
    const inUrl = new URL(request.url, 'http://localhost').searchParams.get('dns') ?? ''
    const octets = request.method === 'POST' ? request.body : Buffer.from(inUrl, 'base64url')
    return { status: 200, headers, body: answer(octets) }
  }

  test('POST over HTTP/2, with an id of 0', async () => {
    const seen: HttpSeen[] = []
    const react = (request: HttpSeen): HttpAnswer => {
      seen.push(request)
      return ok(request)
    }
    const port = await started(serveHttp('h2', certificate, react))
    const { exitCode, stdout, stderr } = await run(`@https://127.0.0.1:${port}/dns-query web.example`)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain(RECORD)
    expect(stdout).toContain('id: 0\n')
    expect(stdout).toContain(`(https://127.0.0.1:${port}/dns-query) (HTTPS)\n`)
    expect(stdout).toContain(';; HTTP/2 POST /dns-query: status 200\n')
    expect(seen).toMatchObject([
      {
        version: '2.0',
        headers: { ':authority': `127.0.0.1:${port}`, accept: 'application/dns-message', ...headers },
      },
    ])
  })

  test('GET carries the query in the URL, without padding', async () => {
    const urls: string[] = []
    const react = (request: HttpSeen): HttpAnswer => {
      urls.push(request.url)
      return ok(request)
    }
    const port = await started(serveHttp('h2', certificate, react))
    const { exitCode, stdout } = await run(`@127.0.0.1 -p ${port} +https-get=/q?a=b web.example`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('(127.0.0.1) (HTTPS-GET)\n')
    expect(urls[0]).toMatch(/^\/q\?a=b&dns=[\w-]+$/)
  })

  test('HTTP/1.1, where the server has no HTTP/2', async () => {
    const port = await started(serveHttp('https', certificate, ok))
    const { exitCode, stdout } = await run(`@127.0.0.1 -p ${port} +https web.example`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(';; HTTP/1.1 POST /dns-query: status 200\n')
  })

  test('plain HTTP, behind a proxy', async () => {
    const port = await started(serveHttp('http', certificate, ok))
    const { exitCode, stdout } = await run(`@http://127.0.0.1:${port}/dns-query web.example`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('(HTTP)\n;; HTTP/1.1 POST /dns-query: status 200\n')
    expect(stdout).not.toContain('TLS')
  })

  test('the certificate must be for the name', async () => {
    const port = await started(serveHttp('h2', certificate, ok))
    const trusted = await run(
      `@127.0.0.1 -p ${port} +https +tls=ns.example +https +tls-ca=${certificate.file} web.example`,
    )
    expect([trusted.exitCode, trusted.stderr]).toEqual([0, ''])
    const named = await run(`@https://localhost:${port}/dns-query web.example`)
    expect([named.exitCode, named.stderr]).toEqual([9, expect.stringMatching(/self.signed certificate/)])
  })

  const rows: [why: string, reply: Partial<HttpAnswer>, message: RegExp][] = [
    ['an error', { status: 415 }, /HTTP\/2 POST \/dns-query: status 415/],
    ['a page', { headers: { 'content-type': 'text/html; charset=utf-8' } }, /status 200, content type "text\/html"/],
    ['no message', { body: new Uint8Array(3) }, /3 octets are no message/],
    ['too large a body', { body: new Uint8Array(70_000) }, /a body of more than 65535 octets/],
  ]
  for (const [why, reply, message] of rows) {
    test(`${why}: 9`, async () => {
      const port = await started(serveHttp('h2', certificate, (request) => ({ ...ok(request), ...reply })))
      const { exitCode, stderr } = await run(`@127.0.0.1 -p ${port} +https web.example`)
      expect(exitCode).toBe(9)
      expect(stderr).toMatch(message)
    })
  }

  test('a server that says nothing: 9', async () => {
    const port = await started(serveTcp(() => {}))
    for (const scheme of ['http', 'https']) {
      const { exitCode, stderr } = await run(`@${scheme}://127.0.0.1:${port} +timeout=1 web.example`)
      expect(exitCode).toBe(9)
      expect(stderr).toContain('timed out')
    }
  })
})

describe('without a server', () => {
  test('--help', async () => {
    const { exitCode, stdout } = await run('--help')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('zonecast query [@SERVER]')
  })
  test('a wrong command line: 1, and where help is', async () => {
    const { exitCode, stderr } = await run('+nope a.')
    expect(exitCode).toBe(1)
    expect(stderr).toBe('zonecast query: unknown switch "+nope"\nzonecast query --help lists what there is\n')
  })
  test('a host that does not exist: 1', async () => {
    const { exitCode, stderr } = await run('@nowhere.invalid a.')
    expect(exitCode).toBe(1)
    expect(stderr).toContain("couldn't get address for 'nowhere.invalid'")
  })
})
