/**
 * DNS over HTTPS (RFC 8484): HTTP/2 where the server takes it (ALPN), else HTTP/1.1; plain HTTP for what stands behind a
 * proxy. The query's id is 0, so that caches on the way see equal queries as equal.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { request as requestHttp } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request as requestHttps } from 'node:https'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { MESSAGE_OCTETS_MAX, octetsToText } from '@zonecast/dns'
import type { HttpWishes, TlsWishes } from './arguments.ts'
import { communicationError, QueryError } from './errors.ts'
import { type Reply, settle, type Target } from './exchange.ts'
import { mismatch } from './match-reply.ts'
import { connectTls, tlsNote, tlsOptions } from './tls.ts'

const MEDIA_TYPE = 'application/dns-message'

interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Host and port of the URL. */
  readonly authority: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
}

interface HttpResponse {
  readonly version: string
  readonly status: number
  readonly contentType: string
  readonly body: Uint8Array
}

/** @param wishes undefined: plain HTTP. */
export async function exchangeHttps(
  query: Uint8Array,
  target: Target,
  http: HttpWishes,
  wishes: TlsWishes | undefined,
  signal: AbortSignal,
): Promise<Reply> {
  const request = requestFor(query, target, http, wishes)
  const { response, notes } =
    wishes === undefined
      ? { response: await overHttp1(request, target, undefined, signal), notes: [] }
      : await overTls(request, target, wishes, signal)
  const described = `HTTP/${response.version} ${request.method} ${http.path}: status ${response.status}`
  if (response.status < 200 || response.status > 299) throw new QueryError('bad-reply', described)
  if (response.contentType !== MEDIA_TYPE) {
    const shown = octetsToText(new TextEncoder().encode(response.contentType))
    throw new QueryError('bad-reply', `${described}, content type ${shown}`)
  }
  const fault = mismatch(query, response.body)
  if (fault !== undefined) throw new QueryError('bad-reply', fault)
  return { octets: response.body, notes: [...notes, described] }
}

function requestFor(query: Uint8Array, target: Target, http: HttpWishes, wishes: TlsWishes | undefined): HttpRequest {
  const { method, path } = http
  const host = wishes?.host ?? target.host
  const isDefaultPort = target.port === (wishes === undefined ? 80 : 443)
  const authority = `${host.includes(':') ? `[${host}]` : host}${isDefaultPort ? '' : `:${target.port}`}`
  if (method === 'POST') {
    const headers = { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, 'content-length': String(query.length) }
    return { method, path, authority, headers, body: query }
  }
  const dns = btoa(String.fromCharCode(...query))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
  const separator = path.includes('?') ? '&' : '?'
  return { method, path: `${path}${separator}dns=${dns}`, authority, headers: { accept: MEDIA_TYPE }, body: undefined }
}

async function overTls(
  request: HttpRequest,
  target: Target,
  wishes: TlsWishes,
  signal: AbortSignal,
): Promise<{ response: HttpResponse; notes: string[] }> {
  const options = await tlsOptions(target, wishes)
  const socket = await connectTls({ ...options, ALPNProtocols: ['h2', 'http/1.1'] }, signal)
  const notes = [tlsNote(socket)]
  if (socket.alpnProtocol === 'h2') return { response: await overHttp2(request, socket, signal), notes }
  // A connection of its own: not every runtime's HTTP/1.1 client takes one that is open.
  socket.destroy()
  return { response: await overHttp1(request, target, options, signal), notes }
}

function overHttp2(request: HttpRequest, socket: TLSSocket, signal: AbortSignal): Promise<HttpResponse> {
  const session = connectHttp2(`https://${request.authority}`, { createConnection: () => socket })
  return settle(
    signal,
    () => session.destroy(),
    (resolve, reject) => {
      const fail = (error: Error): void => reject(communicationError(error))
      session.on('error', fail)
      session.on('close', () => reject(new QueryError('no-reply', 'connection closed before the reply')))
      const { method, path, headers } = request
      const stream = session.request({ ':method': method, ':path': path, ...headers })
      stream.on('error', fail)
      stream.on('response', (received) => {
        const status = Number(received[':status'] ?? 0)
        collect(stream, (body) => resolve({ version: '2', status, contentType: mediaType(received), body }), reject)
      })
      stream.end(request.body)
    },
  )
}

/** @param tls undefined: plain HTTP. */
function overHttp1(
  request: HttpRequest,
  target: Target,
  tls: ConnectionOptions | undefined,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, path, headers } = request
  const options = {
    host: target.address,
    port: target.port,
    method,
    path,
    headers: { ...headers, host: request.authority },
    agent: false,
  } as const
  const outgoing = tls === undefined ? requestHttp(options) : requestHttps({ ...tls, ...options })
  return settle(
    signal,
    () => outgoing.destroy(),
    (resolve, reject) => {
      outgoing.on('error', (error) => reject(communicationError(error)))
      outgoing.on('response', (incoming) => {
        incoming.on('error', (error) => reject(communicationError(error)))
        const { httpVersion: version, statusCode: status = 0 } = incoming
        const contentType = mediaType(incoming.headers)
        collect(incoming, (body) => resolve({ version, status, contentType, body }), reject)
      })
      outgoing.end(request.body)
    },
  )
}

function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Reads a body, no more of it than a message can have. */
function collect(
  body: NodeJS.ReadableStream,
  done: (octets: Uint8Array) => void,
  reject: (error: QueryError) => void,
): void {
  const chunks: Uint8Array[] = []
  let size = 0
  body.on('data', (chunk: Uint8Array) => {
    size += chunk.length
    if (size > MESSAGE_OCTETS_MAX)
      reject(new QueryError('bad-reply', `a body of more than ${MESSAGE_OCTETS_MAX} octets`))
    else chunks.push(chunk)
  })
  body.on('end', () => {
    const octets = new Uint8Array(size)
    let at = 0
    for (const chunk of chunks) {
      octets.set(chunk, at)
      at += chunk.length
    }
    done(octets)
  })
}
