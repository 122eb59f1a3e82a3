/**
 * The admin pages on one address. An address that another process has is no reason to end: it is said, and tried again, so that the
 * second sync worker of a machine shows the pages once the first is gone.
 */
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type AdminAppOptions, adminApp } from './app.ts'

export interface AdminServerOptions extends Omit<AdminAppOptions, 'ownHost'> {
  /** '' for all addresses. */
  readonly host: string
  readonly port: number
  tell(level: 'info' | 'warning', text: string): void
  readonly retryMs?: number
}

export interface AdminServer {
  /** While it listens. */
  readonly port: number | undefined
  close(): Promise<void>
}

const RETRY_MS = 10_000
/** For headers, whole requests and idle connections. */
const TIMEOUT_MS = 5_000
/** Between two looks for what has taken longer; Node's own 30 s would be what counts. */
const CHECK_MS = 1_000
const CONNECTIONS_MAX = 64

/** For people: where a browser goes. */
function placeText(host: string, port: number): string {
  if (host === '') return `http://localhost:${port}/ and at all other addresses`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

/** Begins at once; never fails. */
export function openAdmin(options: AdminServerOptions): AdminServer {
  const { host, port, tell, retryMs = RETRY_MS } = options
  const app = adminApp({ ...options, ownHost: host })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const timeouts = {
    headersTimeout: TIMEOUT_MS,
    requestTimeout: TIMEOUT_MS,
    keepAliveTimeout: TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_MS,
  }
  let server: Server | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let told = false

  const open = () => {
    const attempt = createServer({ ...timeouts, maxHeaderSize: 16 * 1024 }, listener)
    attempt.maxConnections = CONNECTIONS_MAX
    attempt.on('error', (error: NodeJS.ErrnoException) => {
      if (attempt.listening || closed) return
      const reason = error.code === 'EADDRINUSE' ? 'another process has this address' : error.message
      if (!told)
        tell('warning', `no admin pages at ${placeText(host, port)}: ${reason}; trying again every ${retryMs / 1000} s`)
      told = true
      retry = setTimeout(open, retryMs)
      retry.unref()
    })
    attempt.listen({ port, ...(host === '' ? {} : { host }) }, () => {
      if (closed) return attempt.close()
      server = attempt
      tell('info', `admin pages at ${placeText(host, portOf(attempt) ?? port)}`)
      return undefined
    })
  }
  open()
  return {
    get port() {
      return server === undefined ? undefined : portOf(server)
    },
    async close() {
      closed = true
      clearTimeout(retry)
      const open = server
      if (open === undefined) return
      await new Promise<void>((resolve) => {
        open.close(() => resolve())
        open.closeAllConnections()
      })
    },
  }
}

function portOf(server: Server): number | undefined {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : undefined
}
