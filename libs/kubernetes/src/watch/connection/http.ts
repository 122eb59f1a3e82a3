/**
 * One GET over HTTP or HTTPS, as each runtime does it best. On Node one agent keeps connections open, and pools them by
 * the certificates they were made with, so that renewed ones take effect. Bun's `node:https` ignores those; its `fetch`
 * takes them.
 */

import { get as getHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { get as getHttps, Agent as HttpsAgent } from 'node:https'
import type { Access } from './credentials.ts'

export interface HttpReply {
  readonly status: number
  header(name: string): string | undefined
  /** Throws when the connection breaks before the reply is whole. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Rejects when there is no reply, or when the signal aborts; that ends the body as well. */
export type HttpGet = (url: string, access: Access, signal: AbortSignal) => Promise<HttpReply>

/** Ask the kernel to look whether the other side still lives: a watch may be quiet for long. */
const KEEP_ALIVE_MS = 30_000

export function openHttp(): HttpGet {
  return 'Bun' in globalThis ? getWithFetch : nodeGet()
}

function nodeGet(): HttpGet {
  const options = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS }
  const plain = new HttpAgent(options)
  const secure = new HttpsAgent(options)
  return (url, { headers, tls, proxy }, signal) =>
    new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:')
      const agent = proxy?.agent ?? (isSecure ? secure : plain)
      const onReply = (message: IncomingMessage): void =>
        resolve({
          status: message.statusCode ?? 0,
          header(name) {
            const value = message.headers[name]
            return Array.isArray(value) ? value[0] : value
          },
          body: message,
        })
      const request = isSecure
        ? getHttps(url, { ...tls, headers, agent, signal }, onReply)
        : getHttp(url, { headers, agent, signal }, onReply)
      request.on('error', reject)
    })
}

/** What `fetch` of Bun takes beyond the standard. */
interface BunFetchOptions extends RequestInit {
  readonly tls: Omit<Access['tls'], 'servername'> & { readonly serverName?: string }
  readonly proxy?: string
  /** False: a quiet body is never given up. */
  readonly timeout: false
}

const getWithFetch: HttpGet = async (url, { headers, tls, proxy }, signal) => {
  const { servername, ...rest } = tls
  const options: BunFetchOptions = {
    headers: { ...headers },
    signal,
    redirect: 'error',
    tls: { ...rest, ...(servername !== undefined && { serverName: servername }) },
    ...(proxy !== undefined && { proxy: proxy.url }),
    timeout: false,
  }
  const { status, headers: replied, body } = await fetch(url, options)
  return { status, header: (name) => replied.get(name) ?? undefined, body: body ?? nothing() }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
