/**
 * A process that opens every stream and HTTP transport, for the contract tests: they start it on Node and on Bun. Its one
 * argument is a `ServeOptions`. It writes a `Report` when it listens, and after each line of input: `release`,
 * `count`, or `close MILLISECONDS`.
 */
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import type { ClientAuth, HttpLimits, StreamLimits } from '../index.ts'
import { openHttps, openTcp, openTls } from '../index.ts'
import { scriptedHandler } from './scripted-handler.ts'

export interface ServeOptions {
  readonly cert: string
  readonly key: string
  readonly ca?: string
  readonly clientAuth?: ClientAuth
  readonly checkMs?: number
  readonly streamLimits?: Partial<StreamLimits>
  readonly httpLimits?: Partial<HttpLimits>
  /** The port for HTTPS; left out: a free one. */
  readonly httpsPort?: number
}

/** Ports by transport; `tcp6` is missing where there is no IPv6. */
export interface Ports {
  readonly tcp: number
  readonly tcp6?: number
  readonly tls: number
  readonly https: number
  readonly http: number
}

/** What is written once a line of input, given back as `did`, is done; '' is the start. */
export interface Report {
  readonly did: string
  readonly ports: Ports
  /** Queries that are held back now. */
  readonly held: number
  /** Queries that came in all. */
  readonly asked: number
}

const options: ServeOptions = JSON.parse(process.argv[2] ?? '')
const { cert, key, ca, clientAuth, checkMs, streamLimits, httpLimits, httpsPort = 0 } = options
const scripted = scriptedHandler()
const common = {
  address: '127.0.0.1',
  port: 0,
  handler: scripted.handler,
  onError: (error: unknown) => process.stderr.write(`${error}\n`),
}
const tls = {
  files: { cert, key, ...(ca !== undefined && { ca }) },
  ...(clientAuth !== undefined && { clientAuth }),
  ...(checkMs !== undefined && { checkMs }),
}
const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
const limits = { ...(streamLimits !== undefined && { limits: streamLimits }) }
const limitsOfHttp = { ...(httpLimits !== undefined && { limits: httpLimits }) }
const listeners = {
  tcp: await openTcp({ ...common, ...limits }),
  ...(hasIPv6 && { tcp6: await openTcp({ ...common, ...limits, address: '::1' }) }),
  tls: await openTls({ ...common, ...limits, tls }),
  https: await openHttps({ ...common, ...limitsOfHttp, tls, port: httpsPort }),
  http: await openHttps({ ...common, ...limitsOfHttp }),
}
const ports: Ports = {
  tcp: listeners.tcp.port,
  ...(listeners.tcp6 !== undefined && { tcp6: listeners.tcp6.port }),
  tls: listeners.tls.port,
  https: listeners.https.port,
  http: listeners.http.port,
}

function report(did: string): void {
  const text: Report = { did, ports, held: scripted.heldCount, asked: scripted.askedCount }
  process.stdout.write(`${JSON.stringify(text)}\n`)
}

const input = createInterface({ input: process.stdin })
input.on('close', () => process.exit(0))
input.on('line', async (line) => {
  const [word, argument] = line.split(' ')
  if (word === 'release') scripted.release()
  if (word === 'close') await Promise.all(Object.values(listeners).map((listener) => listener.close(Number(argument))))
  report(line)
})
report('')
