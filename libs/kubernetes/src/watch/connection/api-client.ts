/** GET requests to one API server: credentials, limits, time-outs, and what a refusal says. */

import { KubernetesError } from '../../errors.ts'
import { isObject } from '../../slim/field-reader.ts'
import { readRetryAfter } from '../backoff.ts'
import { pause } from '../pause.ts'
import { type ClusterAddress, type Credentials, openCredentials } from './credentials.ts'
import { type HttpGet, type HttpReply, openHttp } from './http.ts'
import { networkProblem } from './network-problem.ts'
import { type RateLimits, Slots, TokenBucket } from './rate-limit.ts'

/** A reply other than 2xx, and the Status object in it (or in an ERROR event). */
export interface Refusal {
  readonly status: number
  /** `Expired`, `Forbidden` …; '' when there was no Status. */
  readonly reason: string
  readonly message: string
  readonly retryAfterMs: number | undefined
}

export interface ApiRequest {
  /** Path and query. */
  readonly path: string
  /** Nothing came for so long: the connection counts as broken. */
  readonly idleMs: number
  /** Whether it goes on for as long as it can, and so leaves its slot to others once the reply begins. */
  readonly isWatch: boolean
  readonly signal: AbortSignal
  /** The reply is 2xx. */
  readonly onReply?: () => void
  /** The body as it comes. 'stop' ends the request as if the body did, and so does what it throws. */
  readonly onChunk: (chunk: Uint8Array) => 'stop' | undefined
}

/** For a reply to begin: as long as an API server lets a request other than a watch take. */
const REPLY_MS = 60_000
const STATUS_OCTETS_MAX = 64 * 1024
const MESSAGE_MAX = 500
const USER_AGENT = 'zonecast'

export class ApiClient {
  readonly #credentials: Credentials
  readonly #get: HttpGet
  readonly #bucket: TokenBucket | undefined
  readonly #slots: Slots | undefined

  constructor(credentials: Credentials, get: HttpGet, { qps, burst, maxInflight }: RateLimits) {
    this.#credentials = credentials
    this.#get = get
    this.#bucket = qps === undefined ? undefined : new TokenBucket(qps, burst ?? 2 * qps, performance.now())
    this.#slots = maxInflight === undefined ? undefined : new Slots(maxInflight)
  }

  /** @throws KubernetesError bad-credentials, no-cluster */
  static async open(address: ClusterAddress, limits: RateLimits, signal?: AbortSignal): Promise<ApiClient> {
    return new ApiClient(await openCredentials(address, signal), openHttp(), limits)
  }

  get server(): string {
    return this.#credentials.server
  }

  /** Credentials that the server does not know any more are read anew. */
  async renew(): Promise<void> {
    await this.#credentials.renew()
  }

  /**
   * Settles when the body has ended; with the refusal when there is one.
   * @throws KubernetesError unreachable, bad-credentials, or what `onChunk` throws
   */
  async get(request: ApiRequest): Promise<Refusal | undefined> {
    const release = await this.#slots?.take()
    try {
      if (this.#bucket !== undefined) await pause(this.#bucket.take(performance.now()), request.signal)
      return await this.#exchange(request, release)
    } finally {
      release?.()
    }
  }

  async #exchange(request: ApiRequest, release: (() => void) | undefined): Promise<Refusal | undefined> {
    const { idleMs, signal } = request
    const connection = new AbortController()
    const end = (): void => connection.abort(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
    let isIdle = false
    let waitedMs = Math.min(idleMs, REPLY_MS)
    const giveUp = (): void => {
      isIdle = true
      connection.abort()
    }
    let timer = setTimeout(giveUp, waitedMs)
    try {
      const reply = await this.#reply(request.path, connection.signal)
      if (request.isWatch) release?.()
      if (reply.status < 200 || reply.status > 299) return await readRefusal(reply)
      request.onReply?.()
      clearTimeout(timer)
      waitedMs = idleMs
      timer = setTimeout(giveUp, waitedMs)
      for await (const chunk of reply.body) {
        timer.refresh()
        if (request.onChunk(chunk) === 'stop') break
      }
      return undefined
    } catch (error) {
      if (error instanceof KubernetesError) throw error
      const problem = isIdle ? `nothing came for ${waitedMs / 1000} s` : networkProblem(error)
      throw new KubernetesError('unreachable', {}, `API server ${this.server}: ${problem}`, { cause: error })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      // Whoever left the body before its end wants no more of it.
      connection.abort()
    }
  }

  async #reply(path: string, signal: AbortSignal): Promise<HttpReply> {
    const access = await this.#credentials.access()
    const headers = {
      ...access.headers,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': USER_AGENT,
    }
    return await this.#get(this.server + path, { ...access, headers }, signal)
  }
}

async function readRefusal({ status, header, body }: HttpReply): Promise<Refusal> {
  const chunks: Uint8Array[] = []
  let octets = 0
  for await (const chunk of body) {
    octets += chunk.length
    if (octets > STATUS_OCTETS_MAX) break
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const retryAfterMs = readRetryAfter(header('retry-after'), Date.now())
  try {
    return { ...refusalOf(JSON.parse(text)), status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  } catch {
    return { status, reason: '', message: onOneLine(text), retryAfterMs }
  }
}

/** What a Status object says; it may be anything. */
export function refusalOf(value: unknown): Refusal {
  const status = isObject(value) ? value : {}
  const { code, reason, message } = status
  const details = isObject(status['details']) ? status['details'] : {}
  const seconds = details['retryAfterSeconds']
  return {
    status: typeof code === 'number' ? code : 0,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? onOneLine(message) : '',
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined,
  }
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_MAX)
}
