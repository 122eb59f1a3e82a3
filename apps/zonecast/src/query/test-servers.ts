/** For tests: small servers on ports of their own, and a certificate that nobody signed but itself. */
import { execFileSync } from 'node:child_process'
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'
import { decodeMessage, FLAG, MessageWriter, packetOver, plainEdns, recordFromText, SECTION } from '@zonecast/dns'
import { query } from './query.ts'
import { FrameReader } from './stream.ts'

export interface Running {
  readonly port: number
  close(): void
}

export interface AnswerOptions {
  readonly flags?: number
  /** Added to the id of the query. */
  readonly idOffset?: number
}

/** The reply to a query: one A record at the name that was asked for. */
export function answer(octets: Uint8Array, { flags = FLAG.AA, idOffset = 0 }: AnswerOptions = {}): Uint8Array {
  const { id, questions, edns } = decodeMessage(octets)
  const writer = new MessageWriter(packetOver(new Uint8Array(1232)))
  writer.begin(id + idOffset, FLAG.QR | flags)
  for (const question of questions) {
    writer.question(question)
    writer.record(SECTION.ANSWER, { ...recordFromText('. 5 IN A 10.0.0.7'), ownerName: question.qname })
  }
  if (edns !== undefined) writer.opt(plainEdns(1232))
  return writer.finish()
}

export interface Certificate {
  readonly file: string
  readonly cert: Buffer
  readonly key: Buffer
}

/** For the host name ns.example and for no address. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'zonecast-query-'))
  const [file, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=ns.example', '-addext', 'subjectAltName=DNS:ns.example', '-days', '2']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...key, '-keyout', keyFile, '-out', file, ...subject], { stdio: 'ignore' })
  return { file, cert: readFileSync(file), key: readFileSync(keyFile) }
}

/** @param port any that is free, unless told. */
export async function serveUdp(
  react: (octets: Uint8Array, client: RemoteInfo, socket: UdpSocket) => void,
  port = 0,
): Promise<Running> {
  const socket = createSocket('udp4')
  socket.on('message', (octets, client) => react(octets, client, socket))
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, close: () => void socket.close() }
}

/** Reacts to the first message of each connection. */
export function onMessage(react: (octets: Uint8Array, socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    const reader = new FrameReader()
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Uint8Array) => {
      const octets = reader.push(chunk)
      if (octets !== undefined) react(octets, socket)
    })
  }
}

export const serveTcp = (onSocket: (socket: Socket) => void): Promise<Running> => listening(createTcp(onSocket))

export const serveTls = (certificate: Certificate, onSocket: (socket: Socket) => void): Promise<Running> =>
  listening(createTls({ ...certificate, ALPNProtocols: ['dot'] }, onSocket))

export interface HttpSeen {
  readonly method: string
  readonly url: string
  readonly version: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** @param protocol `http` is plain HTTP/1.1; the others are over TLS. */
export function serveHttp(
  protocol: 'http' | 'https' | 'h2',
  certificate: Certificate,
  react: (request: HttpSeen) => HttpAnswer,
): Promise<Running> {
  const onRequest = async (incoming: Incoming, response: Outgoing): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
    const { method = '', url = '', httpVersion: version, headers } = incoming
    const { status, headers: sent, body } = react({ method, url, version, headers, body: Buffer.concat(chunks) })
    response.writeHead(status, sent)
    response.end(body)
  }
  if (protocol === 'http') return listening(createHttp(onRequest))
  return listening(
    protocol === 'https' ? createHttps(certificate, onRequest) : createSecureServer(certificate, onRequest),
  )
}

/** What requests and responses of HTTP/1.1 and HTTP/2 have in common. */
interface Incoming extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly headers: Readonly<Record<string, unknown>>
}

interface Outgoing {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  end(body: Uint8Array): unknown
}

async function listening(server: Server): Promise<Running> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command with the words of a line. */
export async function run(line: string): Promise<Outcome> {
  const written = { stdout: '', stderr: '' }
  const exitCode = await query(line.split(' '), {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  })
  return { exitCode, ...written }
}
