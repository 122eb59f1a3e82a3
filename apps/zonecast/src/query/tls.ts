/** TLS connections, for DoT and DoH, and DoT itself (RFC 7858). */
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { TlsWishes } from './arguments.ts'
import { communicationError, QueryError } from './errors.ts'
import { type Reply, settle, type Target } from './exchange.ts'
import { exchangeOver } from './stream.ts'

/**
 * A certificate is checked when the server is asked by name, or authorities were named (RFC 8310's strict profile); else it
 * is accepted and its worth told.
 */
export async function tlsOptions(target: Target, wishes: TlsWishes): Promise<ConnectionOptions> {
  const host = wishes.host ?? target.host
  const isNamed = isIP(host) === 0
  const ca = wishes.caFile === undefined ? undefined : await readAuthorities(wishes.caFile)
  return {
    host: target.address,
    port: target.port,
    rejectUnauthorized: !wishes.insecure && (isNamed || ca !== undefined),
    ...(isNamed ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  }
}

async function readAuthorities(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new QueryError('usage', `+tls-ca: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

export function connectTls(options: ConnectionOptions, signal: AbortSignal): Promise<TLSSocket> {
  const socket = connect(options)
  let isOpen = false
  return settle(
    signal,
    () => isOpen || socket.destroy(),
    (resolve, reject) => {
      socket.on('error', (error) => reject(communicationError(error)))
      socket.on('close', () => reject(new QueryError('no-reply', 'connection closed in the TLS handshake')))
      socket.on('secureConnect', () => {
        isOpen = true
        resolve(socket)
      })
    },
  )
}

/** What the connection is worth, as a line of output. */
export function tlsNote(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError
  const trust = socket.authorized ? 'certificate trusted' : `certificate not trusted (${describe(error)})`
  return `TLS: ${socket.getProtocol() ?? 'unknown version'}, ${trust}`
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error ?? 'not checked')
}

export async function exchangeTls(
  query: Uint8Array,
  target: Target,
  wishes: TlsWishes,
  signal: AbortSignal,
): Promise<Reply> {
  const options = await tlsOptions(target, wishes)
  const socket = await connectTls({ ...options, ALPNProtocols: ['dot'] }, signal)
  const note = tlsNote(socket)
  return { octets: await exchangeOver(socket, query, signal), notes: [note] }
}
