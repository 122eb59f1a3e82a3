/** The small HTTP server behind `health`, `ready` and `prometheus`: one path, any method, a text, as CoreDNS has them. */
import { createServer } from 'node:http'
import { type Listener, type ListenOptions, listen } from '../listener.ts'

/** For headers, whole requests and idle connections: that of CoreDNS. */
const TIMEOUT_MS = 5_000
/** Between two looks for what has taken longer; Node's own 30 s would be what counts. */
const CHECK_MS = 1_000
/** Probes are few; more connections than this are no probes. */
const CONNECTIONS_MAX = 256

export interface ProbeAnswer {
  readonly status: 200 | 404 | 503
  readonly text: string
  readonly contentType?: string
}

const PLAIN = 'text/plain; charset=utf-8'
const NOT_FOUND: ProbeAnswer = { status: 404, text: '404 page not found\n' }

/**
 * `::` is all addresses, IPv4 and IPv6: Bun's `node:http` knows no socket for IPv6 alone, beside which one for IPv4 could
 * stand. Throws a `TransportError` when the address cannot be bound.
 */
export async function openProbe(
  what: string,
  options: ListenOptions,
  path: string,
  answer: () => ProbeAnswer,
): Promise<Listener> {
  const timeouts = {
    headersTimeout: TIMEOUT_MS,
    requestTimeout: TIMEOUT_MS,
    keepAliveTimeout: TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_MS,
  }
  const server = createServer(timeouts, (request, response) => {
    const isProbe = request.url?.split('?', 1)[0] === path
    const { status, text, contentType = PLAIN }: ProbeAnswer = isProbe ? answer() : NOT_FOUND
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
    response.end(text)
    request.resume()
  })
  server.maxConnections = CONNECTIONS_MAX
  const bound = await listen(what, server, { ...options, dualStack: true })
  server.on('error', () => {}) // a connection that could not be accepted
  let closed: Promise<void> | undefined
  return {
    address: bound.address,
    port: bound.port,
    close(drainMs) {
      closed ??= new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), drainMs)
        server.close(() => {
          clearTimeout(force)
          resolve()
        })
        server.closeIdleConnections()
      })
      return closed
    },
  }
}
