/**
 * One comparison: all servers run side by side, pinned to one core, and are loaded one after the other from another core,
 * in an order that turns around each round. While one is loaded the others are idle. What counts is the CPU time that an
 * answer costs the server; answers a second are often limited by the load generator.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { firstDohAnswer } from './doh-probe.ts'
import { freePort } from './free-port.ts'
import { dohLoad, type LoadReport, udpLoad } from './load.ts'
import { firstRightAnswer, type Wanted } from './probe.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Inputs, Protocol, Server } from './servers.ts'

export interface Comparison {
  readonly protocol: Protocol
  readonly servers: readonly Server[]
  readonly inputs: Omit<Inputs, 'directory' | 'port'>
  readonly directory: string
  /** What the servers answer once they have read everything; the first one exists. */
  readonly wanted: readonly [Wanted, ...Wanted[]]
  readonly rounds: number
  readonly seconds: number
  /** For UDP: the data file and the share of NXDOMAIN that it asks for. */
  readonly queryFile: string
  readonly nxdomainShare: number
  /** For HTTPS: the file that is POSTed. */
  readonly bodyFile: string
}

export interface Figures {
  readonly server: string
  /** Of each round, microseconds. */
  readonly cpuPerAnswer: readonly number[]
  readonly answersPerSecond: readonly number[]
  /** After the last round. */
  readonly memoryOctets: number
}

export const cores = { client: '0', server: '1' }
const startTimeoutMs = 180_000
/** A server is idle when it takes less than this share of a core, for so long. */
const idleShare = 0.05
const idleMs = 1000

interface Contestant {
  readonly server: Server
  readonly port: number
  readonly process: ServerProcess
  readonly cpuPerAnswer: number[]
  readonly answersPerSecond: number[]
}

export async function compare(comparison: Comparison): Promise<Figures[]> {
  const contestants: Contestant[] = []
  try {
    for (const server of comparison.servers) contestants.push(await start(comparison, server))
    for (const contestant of contestants) await load(comparison, contestant, 1)
    for (let round = 0; round < comparison.rounds; round++) {
      for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
        const before = contestant.process.cpuSeconds()
        const { answers, answersPerSecond } = await load(comparison, contestant, comparison.seconds)
        contestant.cpuPerAnswer.push(((contestant.process.cpuSeconds() - before) / answers) * 1e6)
        contestant.answersPerSecond.push(answersPerSecond)
      }
    }
    return contestants.map(({ server, process, cpuPerAnswer, answersPerSecond }) => ({
      server: server.name,
      cpuPerAnswer,
      answersPerSecond,
      memoryOctets: process.memoryOctets(),
    }))
  } finally {
    await Promise.all(contestants.map(({ process }) => process.stop()))
  }
}

async function start({ protocol, inputs, directory: parent, wanted }: Comparison, server: Server): Promise<Contestant> {
  const port = await freePort()
  const directory = join(parent, `${protocol}-${server.name.replaceAll(/\W+/g, '-')}`)
  await mkdir(directory, { recursive: true })
  const logFile = join(directory, 'log')
  const { command, env = {} } = await server.configure({ ...inputs, directory, port }, protocol)
  const process = startServer(command, { cores: cores.server, logFile, env })
  try {
    for (const each of wanted) {
      if (protocol === 'doh') await firstDohAnswer(port, each, startTimeoutMs)
      else await firstRightAnswer(port, each, startTimeoutMs, 50)
    }
    await untilIdle(process)
  } catch (error) {
    await process.stop()
    throw new Error(`${server.name} does not serve; its log: ${logFile}`, { cause: error })
  }
  return { server, port, process, cpuPerAnswer: [], answersPerSecond: [] }
}

/** Until what the start left to do, such as collecting garbage, is done. */
export async function untilIdle(process: ServerProcess): Promise<void> {
  const deadline = performance.now() + startTimeoutMs
  for (let before = Number.NEGATIVE_INFINITY; performance.now() < deadline; ) {
    const now = process.cpuSeconds()
    if (now - before < idleShare * (idleMs / 1000)) return
    before = now
    await sleep(idleMs)
  }
  throw new Error('it does not come to rest')
}

async function load(comparison: Comparison, { server, port }: Contestant, seconds: number): Promise<LoadReport> {
  const { protocol, queryFile, nxdomainShare, bodyFile } = comparison
  const core = cores.client
  try {
    if (protocol === 'udp') return await udpLoad({ port, queryFile, seconds, core, nxdomainShare })
    const { answersPerSecond } = await dohLoad({ port, bodyFile, requests: 2_000, core })
    return await dohLoad({ port, bodyFile, requests: Math.ceil(answersPerSecond * seconds), core })
  } catch (error) {
    throw new Error(`${server.name}, ${protocol}`, { cause: error })
  }
}
