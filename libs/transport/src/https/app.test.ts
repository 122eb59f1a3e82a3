/** The app by itself, as a Worker runs it: no server, nothing of Node. */
import { build } from 'esbuild'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JSON_ROWS, MESSAGE_ROWS } from '../contract/http-rows.ts'
import { scriptedHandler } from '../contract/scripted-handler.ts'
import { getRequest, postRequest, queryFor } from '../contract/transports.ts'
import { DNS_QUERY_PATH, type DohEnv, dohApp } from './app.ts'

const ORIGIN = 'https://dns.example'
const CLIENT = { transport: 'https', address: '192.0.2.1', port: 4321 } as const
const { handler } = scriptedHandler()

/** A request as a server would hand it over. */
function requestOf({
  method = 'GET',
  path,
  headers = {},
  body,
  isChunked = false,
}: (typeof MESSAGE_ROWS)[0]['request']) {
  if (body === undefined) return new Request(ORIGIN + path, { method, headers })
  const octets = new Uint8Array(body)
  if (!isChunked) {
    return new Request(ORIGIN + path, {
      method,
      headers: { ...headers, 'content-length': `${body.length}` },
      body: octets,
    })
  }
  const init = { method, headers, body: new Blob([octets]).stream(), duplex: 'half' }
  return new Request(ORIGIN + path, init)
}

describe('dohApp', () => {
  it.each([...MESSAGE_ROWS, ...JSON_ROWS])('$name: $status', async ({ request, status, headers = {}, says = '' }) => {
    const { 'content-length': length, ...others } = headers
    const response = await dohApp({ handler }).fetch(requestOf(request), CLIENT)
    expect({ status: response.status, ...Object.fromEntries(response.headers) }).toMatchObject({ status, ...others })
    const body = Buffer.from(await response.arrayBuffer())
    if (request.method === 'HEAD') expect(body).toHaveLength(0)
    else expect(body.toString('latin1')).toContain(says)
    // Elsewhere it is the server that says the length.
    if (request.method === 'HEAD' && length !== undefined) expect(response.headers.get('content-length')).toBe(length)
  })

  it.each(['throw.example', 'reject.example'])('says 500 when the handler fails, and tells: %s', async (name) => {
    const errors: unknown[] = []
    const app = dohApp({ handler, onError: (error) => errors.push(error) })
    for (const request of [
      getRequest(queryFor(name)),
      postRequest(queryFor(name)),
      { path: `/resolve?name=${name}` },
    ]) {
      expect((await app.fetch(requestOf(request), CLIENT)).status).toBe(500)
    }
    expect(errors.map(String)).toEqual(new Array(3).fill(expect.stringContaining('on purpose')))
  })

  it('may be given the same octets again and again', async () => {
    const octets = new Uint8Array(queryFor('web.example'))
    const app = dohApp({ handler: () => octets })
    const first = await app.fetch(requestOf(getRequest(octets)), CLIENT)
    const expected = octets.slice()
    octets.fill(0)
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(expected)
  })

  it('takes a body that breaks off', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('gone')) })
    const headers = { 'content-type': 'application/dns-message' }
    const init = { method: 'POST', headers, body, duplex: 'half' }
    const response = await dohApp({ handler }).fetch(new Request(ORIGIN + DNS_QUERY_PATH, init), CLIENT)
    expect([response.status, await response.text()]).toEqual([400, 'the body ends early\n'])
  })

  describe('takes anything', () => {
    const app = dohApp({ handler: (query) => (query.length % 2 === 0 ? query : undefined) })
    const status = async (request: Request, bindings: DohEnv['Bindings'] = CLIENT) =>
      (await app.fetch(request, bindings)).status

    it('as a body', () =>
      fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.boolean(), async (body, isChunked) => {
          expect([200, 400]).toContain(await status(requestOf({ ...postRequest(body), isChunked })))
        }),
      ))

    it('as a message in the URL', () =>
      fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (query) => {
          expect([200, 400]).toContain(await status(requestOf(getRequest(query))))
        }),
      ))

    it('as a query string', () =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom('/dns-query', '/resolve'),
          fc.webQueryParameters(),
          async (path, parameters) => {
            const headers = { accept: 'application/dns-json' }
            expect([200, 400, 414]).toContain(await status(new Request(`${ORIGIN}${path}?${parameters}`, { headers })))
          },
        ),
      ))
  })

  it('needs nothing of Node: it is bundled for no platform, and the bundle answers', async () => {
    const entry = new URL('./index.ts', import.meta.url).pathname
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
    })
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
    expect(imports).toEqual([])
    const code = outputFiles[0]?.text ?? ''
    expect(code).not.toMatch(/\bnode:|\bBuffer\.|\bprocess\.|\brequire\(/)
    const bundled: typeof import('./index.ts') = await import(`data:text/javascript,${encodeURIComponent(code)}`)
    const response = await bundled.dohApp({ handler }).fetch(requestOf(getRequest(queryFor('web.example'))), CLIENT)
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'max-age=30'])
  })
})
