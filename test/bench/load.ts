/** The load generators, dnsperf and h2load, each pinned to one core, and what they report. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface LoadReport {
  readonly answers: number
  readonly answersPerSecond: number
}

export interface UdpLoad {
  readonly port: number
  readonly queryFile: string
  readonly seconds: number
  readonly core: string
  /** The share of NXDOMAIN that a right server answers with, 0..1. */
  readonly nxdomainShare: number
}

const shareTolerance = 0.01

/** Throws when the server loses more than a thousandth or answers otherwise than the questions ask for. */
export async function udpLoad({ port, queryFile, seconds, core, nxdomainShare }: UdpLoad): Promise<LoadReport> {
  const { stdout } = await run('taskset', [
    ...['-c', core, 'dnsperf', '-s', '127.0.0.1', '-p', String(port), '-d', queryFile],
    ...['-l', String(seconds), '-c', '8', '-T', '1', '-q', '200', '-O', 'suppress=timeouts'],
  ])
  const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN)
  const answers = number(/Queries completed:\s+(\d+)/)
  const lost = number(/Queries lost:\s+(\d+)/)
  const nxdomain = number(/NXDOMAIN (\d+)/)
  const noerror = number(/NOERROR (\d+)/)
  if (!(lost <= answers / 1000)) throw new Error(`${lost} of ${answers + lost} answers were lost\n${stdout}`)
  if (Math.abs(nxdomain / answers - nxdomainShare) > shareTolerance || nxdomain + noerror !== answers) {
    throw new Error(`the response codes are not those of the questions\n${stdout}`)
  }
  return { answers, answersPerSecond: number(/Queries per second:\s+([\d.]+)/) }
}

export interface DohLoad {
  readonly port: number
  /** Holds the query's octets; it is POSTed over and over. */
  readonly bodyFile: string
  readonly requests: number
  readonly core: string
}

/** DNS over HTTPS: POST over HTTP/2 and TLS. Throws when a request fails. */
export async function dohLoad({ port, bodyFile, requests, core }: DohLoad): Promise<LoadReport> {
  const { stdout } = await run('taskset', [
    ...['-c', core, 'h2load', '-n', String(requests), '-c', '8', '-m', '32', '-d', bodyFile],
    ...['-H', 'content-type: application/dns-message', '-H', 'accept: application/dns-message'],
    `https://127.0.0.1:${port}/dns-query`,
  ])
  const succeeded = Number(/status codes: (\d+) 2xx/.exec(stdout)?.[1])
  const perSecond = Number(/finished in [\d.]+m?s, ([\d.]+) req\/s/.exec(stdout)?.[1])
  if (succeeded !== requests || !stdout.includes('Application protocol: h2')) {
    throw new Error(`h2load: ${succeeded} of ${requests} requests were answered over HTTP/2\n${stdout}`)
  }
  return { answers: succeeded, answersPerSecond: perSecond }
}
