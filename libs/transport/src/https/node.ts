/**
 * The DoH app on Node: HTTP/2 and HTTP/1.1 on one port with TLS, HTTP/1.1 without. The listener of @hono/node-server
 * turns what Node has into what Hono wants; for that it replaces the global `Request` and `Response` by lighter ones
 * that behave alike.
 */
import { createServer as createPlainServer, type ServerOptions as Http1Options } from 'node:http'
import { createSecureServer, type Http2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Client } from '@zonecast/answer'
import { type Listener, listen } from '../listener.ts'
import { Admission } from '../stream/admission.ts'
import { followCertificate, readCertificate } from '../stream/certificate.ts'
import { clientAuthOptions, isAcceptable } from '../stream/client-auth.ts'
import { dohApp } from './app.ts'
import { BodyDeadline } from './body-deadline.ts'
import { HTTP_LIMITS, type HttpLimits, type HttpsOptions } from './options.ts'
import { NO_HOST, refusal } from './responses.ts'

type RequestListener = ReturnType<typeof getRequestListener>

/** Throws a `TransportError` when a certificate file is at fault or the address cannot be bound. */
export async function openHttpsOnNode(options: HttpsOptions): Promise<Listener> {
  const { handler, tls, onError = () => {} } = options
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const app = dohApp({ handler, onError })
  const listener = getRequestListener((request, { incoming }) => app.fetch(request, clientOf(incoming.socket)), {
    errorHandler: () => refusal(400, NO_HOST), // all else is caught by the app
  })
  const { server, endSessions, stop } =
    tls === undefined ? plainServer(listener, limits) : await secureServer(listener, limits, { ...options, tls })
  const sockets = track(server, limits, tls === undefined ? limits.connections : limits.connectionsPerAddress)
  const bound = await listen('https', server, options)
  server.on('error', onError)
  let closed: Promise<void> | undefined
  return {
    address: bound.address,
    port: bound.port,
    close(drainMs) {
      closed ??= new Promise((resolve) => {
        stop()
        const force = setTimeout(() => {
          for (const socket of sockets) socket.destroy()
        }, drainMs)
        server.close(() => {
          clearTimeout(force)
          resolve()
        })
        endSessions()
      })
      return closed
    },
  }
}

interface Parts {
  readonly server: Server
  /** Lets connections go once their requests are answered. */
  readonly endSessions: () => void
  readonly stop: () => void
}

/** Times are looked at this many times within the shortest of them. */
const CHECKS_PER_LIMIT = 4

function http1Options({ idleMs, requestMs }: HttpLimits): Http1Options {
  return {
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.ceil(Math.min(requestMs, 1_000) / CHECKS_PER_LIMIT),
    noDelay: true,
  }
}

function plainServer(listener: RequestListener, limits: HttpLimits): Parts {
  const server = createPlainServer(http1Options(limits), listener)
  server.setTimeout(limits.idleMs)
  return { server, endSessions: () => server.closeIdleConnections(), stop: () => {} }
}

async function secureServer(
  listener: RequestListener,
  limits: HttpLimits,
  options: HttpsOptions & Required<Pick<HttpsOptions, 'tls'>>,
): Promise<Parts> {
  const { files, clientAuth = 'nocert', checkMs } = options.tls
  const current = await readCertificate(files)
  const deadline = new BodyDeadline(limits.requestMs)
  const server = createSecureServer(
    {
      ...current,
      ...clientAuthOptions(clientAuth),
      minVersion: 'TLSv1.2',
      allowHTTP1: true,
      http1Options: http1Options(limits),
      handshakeTimeout: limits.requestMs,
      settings: { maxConcurrentStreams: limits.streams },
    },
    deadline.over(listener),
  )
  const sessions = new Set<Http2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {}) // resets and broken frames; `close` follows
    session.setTimeout(limits.idleMs, () => session.destroy())
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.prependListener('secureConnection', (socket) => {
    if (!isAcceptable(socket, clientAuth)) socket.destroy()
  })
  const unfollow = followCertificate({
    files,
    current,
    onChange: (certificate) => server.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' }),
    onError: options.onError ?? (() => {}),
    ...(checkMs === undefined ? {} : { everyMs: checkMs }),
  })
  const endSessions = () => {
    for (const session of sessions) session.close()
  }
  const stop = () => {
    unfollow()
    deadline.stop()
  }
  return { server, endSessions, stop }
}

/** Bounds the connections of a server. Gives those that are open. */
function track(server: Server, limits: HttpLimits, perAddress: number): ReadonlySet<Socket> {
  const admission = new Admission(limits.connections, perAddress)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    const { remoteAddress } = socket
    if (remoteAddress === undefined || !admission.admit(remoteAddress)) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      admission.release(remoteAddress)
    })
  })
  return sockets
}

function clientOf(socket: Socket): Client {
  return { transport: 'https', address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
}
