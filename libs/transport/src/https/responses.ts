/**
 * The HTTP responses of DNS over HTTPS. Headers of answers are made once for each TTL: making them anew for each answer
 * would cost more than finding it.
 */

export const DNS_MESSAGE = 'application/dns-message'
export const DNS_JSON = 'application/dns-json'
export const PLAIN_JSON = 'application/json'

/** Any page may ask: the answers are the same for all, and no credentials are involved. */
const ANY_ORIGIN = { 'access-control-allow-origin': '*' }
const NO_STORE = { ...ANY_ORIGIN, 'cache-control': 'no-store' }

/** Why a request does not even reach the app. */
export const NO_HOST = 'the request names no host'

export const SERVER_FAILED = 'the server failed'

const KEPT_TTLS = 4096

export class AnswerHeaders {
  readonly #contentType: string
  readonly #kept: (ResponseInit | undefined)[] = new Array(KEPT_TTLS).fill(undefined)

  constructor(contentType: string) {
    this.#contentType = contentType
  }

  /** For an answer that may be kept for `freshnessSec`. Not to be changed by whoever gets it. */
  fresh(freshnessSec: number): ResponseInit {
    const kept = this.#kept[freshnessSec]
    if (kept !== undefined) return kept
    const headers = new Headers({
      ...ANY_ORIGIN,
      'content-type': this.#contentType,
      'cache-control': `max-age=${freshnessSec}`,
    })
    const made = { headers }
    if (freshnessSec < KEPT_TTLS) this.#kept[freshnessSec] = made
    return made
  }
}

/** Says in a line of text what is wrong with the request. */
export function refusal(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${reason}\n`, {
    status,
    headers: { ...NO_STORE, 'content-type': 'text/plain; charset=utf-8', ...headers },
  })
}

/** The same as `{"error": reason}`. */
export function jsonRefusal(status: number, reason: string): Response {
  const headers = { ...NO_STORE, 'content-type': `${PLAIN_JSON}; charset=utf-8` }
  return new Response(JSON.stringify({ error: reason }), { status, headers })
}

/** For OPTIONS: what may be asked, and how long a browser may remember that. */
export function preflight(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...ANY_ORIGIN,
      allow: methods,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'accept, content-type',
      'access-control-max-age': '86400',
    },
  })
}

/** Without the body but with its length (RFC 9110 section 8.6), which runtimes take to be 0 when they are not told. */
export async function headOf(response: Response | Promise<Response>): Promise<Response> {
  const { status, headers, body } = await response
  const { byteLength } = await new Response(body).arrayBuffer()
  const withLength = new Headers(headers)
  withLength.set('content-length', String(byteLength))
  return new Response(null, { status, headers: withLength })
}
