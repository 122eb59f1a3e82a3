/**
 * What of HTTP the admin pages answer: reading, by who means to. A browser that was lured to a foreign page must neither read
 * them for it nor show them in it.
 */
import { isIP } from 'node:net'

export interface AdminRequest {
  readonly method: string
  header(name: string): string | undefined
}

export interface Refusal {
  readonly status: 403 | 405
  readonly reason: string
}

/**
 * @param ownHost the host that the Corefile names, which a browser may name, too
 * @returns why the request is refused; undefined when it is not
 */
export function refusalOf({ method, header }: AdminRequest, ownHost: string): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'these pages are read-only' }
  // A foreign name that resolves to our address (DNS rebinding) would make these pages those of a foreign origin.
  if (!isOwnHost(header('host') ?? '', ownHost))
    return { status: 403, reason: 'ask for an IP address, localhost, or the host that the Corefile names' }
  const site = header('sec-fetch-site')
  const isLink = header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document'
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink
  const origin = header('origin')
  const isForeignOrigin = origin !== undefined && origin !== `http://${header('host')}`
  return isForeign || isForeignOrigin ? { status: 403, reason: 'not for other sites' } : undefined
}

/** @param host as a Host header has it, port included */
function isOwnHost(host: string, ownHost: string): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '')
  const bare = name.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) !== 0 || name === 'localhost' || (name !== '' && name === ownHost.toLowerCase())
}

/** For every answer. Fonts that the board would take from elsewhere are not loaded; the system's serve. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}
