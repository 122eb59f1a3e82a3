/**
 * The DoH app on `Bun.serve`: HTTP/2 and HTTP/1.1 on one port, with TLS (by ALPN) and without (by the client's
 * preface).
 *
 * A certificate cannot be changed on a `Bun.serve` that runs. So a new one gets a server of its own, which shares the
 * port (SO_REUSEPORT) until the old one has answered what it had begun.
 */
import { createServer } from 'node:net'
import type { Client } from '@zonecast/answer'
import { MESSAGE_OCTETS_MAX } from '@zonecast/dns'
import { listenError } from '../errors.ts'
import { type Listener, listen } from '../listener.ts'
import { type Certificate, followCertificate, readCertificate } from '../stream/certificate.ts'
import { clientAuthOptions } from '../stream/client-auth.ts'
import { dohApp } from './app.ts'
import { HTTP_LIMITS, type HttpsOptions } from './options.ts'
import { NO_HOST, refusal, SERVER_FAILED } from './responses.ts'

/** As much of Bun's globals as is used; their types would stand in for Node's everywhere. */
interface Bun {
  serve(options: {
    readonly hostname: string
    readonly port: number
    readonly ipv6Only: boolean
    readonly reusePort: boolean
    readonly http2: boolean
    readonly idleTimeout: number
    readonly maxRequestBodySize: number
    readonly development: boolean
    readonly tls?: Certificate & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean }
    readonly fetch: (request: Request, server: BunServer) => Response | Promise<Response>
    readonly error: (error: unknown) => Response
  }): BunServer
}

interface BunServer {
  readonly hostname: string
  readonly port: number
  requestIP(request: Request): { readonly address: string; readonly port: number } | null
  stop(closeActiveConnections?: boolean): Promise<void>
}

/** What `Bun.serve` can count to. */
const IDLE_SECONDS_MAX = 255
/** How long a server whose certificate was replaced may take for what it had begun. */
const REPLACED_DRAIN_MS = 5_000

/** Throws a `TransportError` when a certificate file is at fault or the address cannot be bound. */
export async function openHttpsOnBun(options: HttpsOptions): Promise<Listener> {
  const { address, tls, onError = () => {} } = options
  const { idleMs } = { ...HTTP_LIMITS, ...options.limits }
  const app = dohApp({ handler: options.handler, onError })
  const { Bun: bun } = globalThis as typeof globalThis & { readonly Bun: Bun }

  const serve = (port: number, certificate?: Certificate): BunServer =>
    bun.serve({
      hostname: address,
      port,
      ipv6Only: address.includes(':'),
      reusePort: options.reusePort === true || tls !== undefined,
      http2: true,
      idleTimeout: Math.min(IDLE_SECONDS_MAX, Math.ceil(idleMs / 1_000)),
      maxRequestBodySize: 2 * MESSAGE_OCTETS_MAX, // the app's own bound comes first
      development: false,
      ...(certificate && { tls: { ...certificate, ...clientAuthOptions(tls?.clientAuth ?? 'nocert') } }),
      fetch(request, server) {
        // Without a host a URL is only a path, of which Hono makes nothing good.
        if (request.url.startsWith('/')) return refusal(400, NO_HOST)
        return app.fetch(request, new RequestClient(request, server))
      },
      error(error) {
        onError(error)
        return refusal(500, SERVER_FAILED)
      },
    })

  const certificate = tls && (await readCertificate(tls.files))
  // Sharing the port must not hide that somebody else has it.
  const port = tls && !options.reusePort && options.port !== 0 ? await freePort(options) : options.port
  let server: BunServer
  try {
    server = serve(port, certificate)
  } catch (error) {
    throw listenError('https', address, port, error)
  }
  const { hostname, port: boundPort } = server
  const unfollow =
    tls && certificate
      ? followCertificate({
          files: tls.files,
          current: certificate,
          onChange(changed) {
            const replaced = server
            server = serve(boundPort, changed)
            void stop(replaced, REPLACED_DRAIN_MS)
          },
          onError,
          ...(tls.checkMs === undefined ? {} : { everyMs: tls.checkMs }),
        })
      : () => {}
  let closed: Promise<void> | undefined
  return {
    address: hostname,
    port: boundPort,
    close(drainMs) {
      unfollow()
      closed ??= stop(server, drainMs)
      return closed
    },
  }
}

/** Answers what has begun, and cuts what is left after `drainMs`: `Bun.serve` waits for idle connections too. */
async function stop(server: BunServer, drainMs: number): Promise<void> {
  const force = setTimeout(() => void server.stop(true), drainMs)
  await server.stop()
  clearTimeout(force)
}

/** Binds and lets go, so that a port that is taken says so. */
async function freePort({ address, port }: HttpsOptions): Promise<number> {
  const probe = createServer()
  const bound = await listen('https', probe, { address, port })
  await new Promise<void>((resolve) => probe.close(() => resolve()))
  return bound.port
}

/** Looked up when it is asked for: most handlers never do, and it costs as much as an answer does. */
class RequestClient implements Client {
  readonly transport = 'https'
  readonly #request: Request
  readonly #server: BunServer

  constructor(request: Request, server: BunServer) {
    this.#request = request
    this.#server = server
  }

  get address(): string {
    return this.#server.requestIP(this.#request)?.address ?? ''
  }

  get port(): number {
    return this.#server.requestIP(this.#request)?.port ?? 0
  }
}
