/** HTTP requests over each version, by Node's own clients, which show what is on the wire. */
import { request as requestPlain } from 'node:http'
import { connect as connectHttp2, constants, type OutgoingHttpHeaders } from 'node:http2'
import { request as requestSecure } from 'node:https'

export type HttpVersion = 'http/1.1 plain' | 'http/1.1' | 'h2' | 'h2c'

export interface HttpRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** The length of the body is not declared. */
  readonly isChunked?: boolean
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export function ask(version: HttpVersion, port: number, request: HttpRequest): Promise<HttpResponse> {
  return version === 'h2' || version === 'h2c' ? askHttp2(version, port, request) : askHttp1(version, port, request)
}

function askHttp1(version: HttpVersion, port: number, request: HttpRequest): Promise<HttpResponse> {
  const { method = 'GET', path, headers = {}, body } = request
  const options = { host: '127.0.0.1', port, method, path, headers, agent: false, rejectUnauthorized: false }
  return new Promise((resolve, reject) => {
    const outgoing = (version === 'http/1.1' ? requestSecure : requestPlain)(options, (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part) => parts.push(part))
      incoming.on('error', reject)
      incoming.on('end', () => resolve(response(incoming.statusCode, incoming.headers, parts)))
    })
    outgoing.on('error', reject)
    if (request.isChunked) outgoing.write(body)
    outgoing.end(request.isChunked ? undefined : body)
  })
}

function askHttp2(version: HttpVersion, port: number, request: HttpRequest): Promise<HttpResponse> {
  const { method = 'GET', path, headers = {}, body } = request
  const origin = `${version === 'h2' ? 'https' : 'http'}://127.0.0.1:${port}`
  return new Promise((resolve, reject) => {
    const session = connectHttp2(origin, { rejectUnauthorized: false })
    session.on('error', reject)
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: method,
      [constants.HTTP2_HEADER_PATH]: path,
      ...headers,
      ...(body !== undefined && !request.isChunked && { 'content-length': body.length }),
    } satisfies OutgoingHttpHeaders)
    const parts: Buffer[] = []
    let received: Readonly<Record<string, unknown>> = {}
    stream.on('response', (all) => {
      received = all
    })
    stream.on('data', (part) => parts.push(part))
    stream.on('error', reject)
    stream.on('end', () => {
      const status = received[constants.HTTP2_HEADER_STATUS]
      if (status === undefined) reject(new Error('the stream ended without a response'))
      else resolve(response(Number(status), received, parts))
    })
    stream.on('close', () => session.close())
    stream.end(body)
  })
}

function response(
  status: number | undefined,
  headers: Readonly<Record<string, unknown>>,
  parts: readonly Buffer[],
): HttpResponse {
  const texts = Object.entries(headers).map(([name, value]) => [name, value === undefined ? undefined : String(value)])
  return { status: status ?? 0, headers: Object.fromEntries(texts), body: Buffer.concat(parts) }
}
