/**
 * DNS over HTTPS as one Hono app: messages (RFC 8484) by GET and POST, and the JSON form. Nothing in it is of one
 * runtime: an adapter, or a Worker's `fetch`, calls `app.fetch(request, client)` with who is asking.
 *
 * /dns-query is what almost all requests are for, so it has one handler and no middleware: a query is found in the
 * body or the URL, answered, and sent with headers made beforehand.
 */
import type { Client, QueryHandler } from '@zonecast/answer'
import { HEADER_OCTETS, MESSAGE_OCTETS_MAX } from '@zonecast/dns'
import { type Context, Hono } from 'hono'
import { fromBase64url } from './base64url.ts'
import { readBody } from './body.ts'
import { freshnessSec } from './freshness.ts'
import { jsonAnswer } from './json-answer.ts'
import { jsonQuery } from './json-question.ts'
import {
  AnswerHeaders,
  DNS_JSON,
  DNS_MESSAGE,
  headOf,
  jsonRefusal,
  PLAIN_JSON,
  preflight,
  refusal,
  SERVER_FAILED,
} from './responses.ts'

export interface DohOptions {
  readonly handler: QueryHandler
  /** A fault of the handler, which must have none; the client gets a 500. */
  readonly onError?: (error: unknown) => void
}

/** Who asks comes with each request, in the place where Hono has a runtime's bindings. */
export interface DohEnv {
  Bindings: Client
}

export const DNS_QUERY_PATH = '/dns-query'
export const RESOLVE_PATH = '/resolve'

/** RFC 9110 section 4.1 wants at least 8000; queries that need more can be posted. */
const URL_CHARACTERS_MAX = 8_192

const METHODS: ReadonlyMap<string, string> = new Map([
  [DNS_QUERY_PATH, 'GET, HEAD, POST, OPTIONS'],
  [RESOLVE_PATH, 'GET, HEAD, OPTIONS'],
])

const messageHeaders = new AnswerHeaders(DNS_MESSAGE)
const dnsJsonHeaders = new AnswerHeaders(DNS_JSON)
const plainJsonHeaders = new AnswerHeaders(`${PLAIN_JSON}; charset=utf-8`)

export function dohApp(options: DohOptions): Hono<DohEnv> {
  const { handler } = options
  const app = new Hono<DohEnv>()

  app.post(DNS_QUERY_PATH, postMessage)
  app.get(DNS_QUERY_PATH, (c) => (isHead(c) ? headOf(getMessage(c)) : getMessage(c)))
  app.get(RESOLVE_PATH, (c) => (isHead(c) ? headOf(getJson(c)) : getJson(c)))
  for (const [path, methods] of METHODS) app.options(path, () => preflight(methods))

  app.notFound((c) => {
    const allow = METHODS.get(c.req.path)
    if (allow === undefined) return refusal(404, `DNS is asked at ${DNS_QUERY_PATH}`)
    return refusal(405, `${c.req.path} takes ${allow}`, { allow })
  })

  app.onError((error) => {
    options.onError?.(error)
    return refusal(500, SERVER_FAILED)
  })

  function postMessage(c: Context<DohEnv>): Response | Promise<Response> {
    if (!isDnsMessage(c.req.raw.headers.get('content-type'))) {
      return refusal(415, `the body must be ${DNS_MESSAGE}`, { 'accept-post': DNS_MESSAGE })
    }
    return readBody(c.req.raw, MESSAGE_OCTETS_MAX).then((body) => {
      if (body === 'too-large') return refusal(413, `a DNS message has at most ${MESSAGE_OCTETS_MAX} octets`)
      if (body === 'cut-short') return refusal(400, 'the body ends early')
      return answerMessage(body, c.env)
    })
  }

  function getMessage(c: Context<DohEnv>): Response | Promise<Response> {
    if (c.req.url.length > URL_CHARACTERS_MAX) return tooLong()
    const text = c.req.query('dns')
    if (text === undefined) return wantsJson(c) ? getJson(c) : refusal(400, 'the parameter dns is missing')
    // Only where the letters occur twice is the query string read twice.
    const isRepeated = c.req.url.indexOf('dns=') !== c.req.url.lastIndexOf('dns=')
    if (isRepeated && c.req.queries('dns')?.length !== 1) return refusal(400, 'more than one parameter dns')
    const query = fromBase64url(text)
    if (query === undefined) return refusal(400, 'the parameter dns is not base64url without padding')
    return answerMessage(query, c.env)
  }

  function answerMessage(query: Uint8Array, client: Client): Response | Promise<Response> {
    if (query.length < HEADER_OCTETS) return refusal(400, 'too short to be a DNS message')
    const response = handler(query, client)
    return response instanceof Promise ? response.then(messageResponse) : messageResponse(response)
  }

  async function getJson(c: Context<DohEnv>): Promise<Response> {
    if (c.req.url.length > URL_CHARACTERS_MAX) return tooLong()
    const query = jsonQuery((name) => c.req.query(name))
    if (!(query instanceof Uint8Array)) return jsonRefusal(400, query.error)
    const response = await handler(query, c.env)
    if (c.req.query('ct') === DNS_MESSAGE) return messageResponse(response)
    if (response === undefined) return jsonRefusal(400, NO_ANSWER)
    const headers = accepts(c, DNS_JSON) ? dnsJsonHeaders : plainJsonHeaders
    return new Response(JSON.stringify(jsonAnswer(response)), headers.fresh(freshnessSec(response)))
  }

  return app
}

/** The handler is silent when a message is no query. */
const NO_ANSWER = 'there is no answer to such a message'

function messageResponse(response: Uint8Array | undefined): Response {
  if (response === undefined) return refusal(400, NO_ANSWER)
  // A copy: the handler may use its octets again, and they may lie in shared memory, which Response refuses.
  return new Response(new Uint8Array(response), messageHeaders.fresh(freshnessSec(response)))
}

function tooLong(): Response {
  return refusal(414, `the URL has more than ${URL_CHARACTERS_MAX} characters: use POST`)
}

/** Ignoring case and parameters, which cost time only where there are any. */
function isDnsMessage(contentType: string | null): boolean {
  if (contentType === DNS_MESSAGE) return true
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === DNS_MESSAGE
}

/** Hono sends HEAD where GET goes. */
function isHead(c: Context<DohEnv>): boolean {
  return c.req.raw.method === 'HEAD'
}

function wantsJson(c: Context<DohEnv>): boolean {
  return accepts(c, DNS_JSON) || accepts(c, PLAIN_JSON)
}

/** The parameter `ct` stands for an Accept header where one cannot be set. */
function accepts(c: Context<DohEnv>, mediaType: string): boolean {
  if (c.req.query('ct')?.toLowerCase() === mediaType) return true
  const accept = c.req.header('accept')?.toLowerCase() ?? ''
  return accept.split(',').some((range) => range.split(';', 1)[0]?.trim() === mediaType)
}
