/** Whom to ask: what stands behind `@`, or the system's first name server. */
import { parseAddress } from '@zonecast/dns'
import { QueryError } from './errors.ts'

export type Transport = 'udp' | 'tcp' | 'tls' | 'https' | 'http'

export const DEFAULT_PORT: Readonly<Record<Transport, number>> = { udp: 53, tcp: 53, tls: 853, https: 443, http: 80 }

export interface Server {
  /** As it was written, for the output. */
  readonly text: string
  /** A host name or an address, without brackets. */
  readonly host: string
  readonly port: number | undefined
  /** What the scheme asks for. */
  readonly transport: Transport | undefined
  /** Of an HTTP URL. */
  readonly path: string | undefined
}

const SCHEMES: Readonly<Record<string, Transport>> = {
  dns: 'udp',
  udp: 'udp',
  tcp: 'tcp',
  tls: 'tls',
  https: 'https',
  http: 'http',
}

/** @param text `host`, `host:port`, `[::1]:port`, or one of these behind a scheme; https:// and http:// may have a path. */
export function parseServer(text: string): Server {
  const [, scheme, authority = '', path] = /^(?:([a-z]+):\/\/)?([^/]*)(\/.*)?$/is.exec(text) ?? []
  const transport = scheme === undefined ? undefined : SCHEMES[scheme.toLowerCase()]
  if (scheme !== undefined && transport === undefined) {
    throw new QueryError('usage', `unknown scheme "${scheme}" in "@${text}": ${Object.keys(SCHEMES).join(', ')}`)
  }
  const takesPath = transport === 'https' || transport === 'http'
  const { host, port } = splitAuthority(authority)
  if (host === '' || (path !== undefined && !takesPath)) throw new QueryError('usage', `"@${text}" names no server`)
  return { text, host, port, transport, path: path === '/' ? undefined : path }
}

function splitAuthority(text: string): { host: string; port: number | undefined } {
  if (parseAddress(text) !== undefined) return { host: text, port: undefined }
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+|[^:]*:[^:]*:.*))(?::(\d+))?$/s.exec(text) ?? []
  return { host: bracketed ?? plain ?? '', port: port === undefined ? undefined : parsePort(port) }
}

/** @throws QueryError usage */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new QueryError('usage', `"${text}" is no port: 1 to 65535`)
  return port
}

/** The first name server of a resolv.conf; without one, this machine. */
export function systemServer(resolvConf: string): Server {
  const host = /^\s*nameserver\s+(\S+)/m.exec(resolvConf)?.[1] ?? '127.0.0.1'
  return { text: host, host, port: undefined, transport: undefined, path: undefined }
}
