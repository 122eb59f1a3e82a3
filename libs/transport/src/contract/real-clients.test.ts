/** kdig and curl, where they are installed: clients that many people have, against both runtimes. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Certificates, RUNTIMES, Served } from './served.ts'
import { fromWire, getRequest, queryFor } from './transports.ts'

const run = promisify(execFile)
const certificates = new Certificates()
const files = certificates.make('localhost')
afterAll(() => certificates.remove())

function has(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.each(RUNTIMES)('on %s', (runtime) => {
  let served: Served
  beforeAll(async () => {
    served = await Served.start(runtime, files)
  })
  afterAll(() => served.end())

  describe.skipIf(!has('kdig'))('kdig (Debian package knot-dnsutils)', () => {
    const secure = [`+tls-ca=${files.cert}`, '+tls-hostname=localhost']
    it.each<[string, 'tcp' | 'tls' | 'https', readonly string[]]>([
      ['over TCP', 'tcp', ['+tcp']],
      ['over TCP, several queries on one connection', 'tcp', ['+tcp', '+keepopen']],
      ['over TLS, with the certificate checked', 'tls', ['+tls', ...secure]],
      ['over HTTPS by POST, with the certificate checked', 'https', ['+https', ...secure]],
      ['over HTTPS by GET, with the certificate checked', 'https', ['+https-get', ...secure]],
    ])('%s', async (_how, transport, options) => {
      const { stdout } = await run('kdig', [
        ...['@127.0.0.1', '-p', String(served.ports[transport]), ...options, '+short'],
        ...['web.example', 'A', 'later.example', 'A'],
      ])
      expect(stdout).toBe('10.0.0.7\n10.0.0.7\n')
    })
  })

  describe.skipIf(!has('curl'))('curl', () => {
    const query = queryFor('web.example')
    const curl = async (...options: readonly string[]) => {
      const { stdout } = await run('curl', ['-sS', '--cacert', files.cert, ...options], { encoding: 'latin1' })
      return stdout
    }
    const queryFile = join(certificates.folder, `query-${runtime}.bin`)
    const answerFile = join(certificates.folder, `answer-${runtime}.bin`)
    const answer = () => fromWire(readFileSync(answerFile)).answers
    const save = ['-o', answerFile, '-w', '%{http_version} %{content_type}']

    it.each([
      ['2', '--http2'],
      ['1.1', '--http1.1'],
    ])('GET and JSON over HTTP/%s', async (version, option) => {
      const origin = `https://localhost:${served.ports.https}`
      const { path } = getRequest(query)
      expect(await curl(option, ...save, origin + path)).toBe(`${version} application/dns-message`)
      expect(answer()).toEqual(['web.example A 10.0.0.7'])
      const json = await curl(
        option,
        '-H',
        'accept: application/dns-json',
        `${origin}/dns-query?name=web.example&type=A`,
      )
      expect(JSON.parse(json).Answer).toEqual([{ name: 'web.example.', type: 1, TTL: 30, data: '10.0.0.7' }])
    })

    it('POST', async () => {
      writeFileSync(queryFile, query)
      const body = ['--data-binary', `@${queryFile}`, '-H', 'content-type: application/dns-message']
      expect(await curl(...body, ...save, `https://localhost:${served.ports.https}/dns-query`)).toBe(
        '2 application/dns-message',
      )
      expect(answer()).toEqual(['web.example A 10.0.0.7'])
    })

    // Node has no HTTP/2 without TLS where HTTP/1.1 is to be had too.
    it.skipIf(runtime === 'node')('HTTP/2 without TLS', async () => {
      const url = `http://localhost:${served.ports.http}${getRequest(query).path}`
      expect(await curl('--http2-prior-knowledge', ...save, url)).toBe('2 application/dns-message')
      expect(answer()).toEqual(['web.example A 10.0.0.7'])
    })
  })
})
