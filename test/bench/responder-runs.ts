/** A responder's start, from exec to the first right answer, with and without a cache file; and its memory. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterShape } from './cluster.ts'
import { cores, untilIdle } from './compare.ts'
import { type FeedStand, startFeed, startResponder } from './feed-stand.ts'
import { freePort } from './free-port.ts'
import { udpLoad } from './load.ts'
import { startApiServer } from './prepare.ts'
import { answerTimes, firstRightAnswer } from './probe.ts'
import { probes, writeQuestions } from './queries.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Runtime, Server } from './servers.ts'

/** Of CoreDNS only the memory, which is measured likewise. */
export interface ResponderFigures {
  readonly runtime: Runtime | 'CoreDNS'
  readonly services: number
  /** Of each round, milliseconds. */
  readonly startTimes: readonly number[]
  readonly cachedStartTimes: readonly number[]
  /** With two packet threads. */
  readonly memory: Memory
}

interface Memory {
  /** After its first right answer. */
  readonly restOctets: number
  /** After it has answered one client for a while. */
  readonly answeredOctets: number
  /** After a million answers, as fast as it can: runtimes have compiled by then what they will. */
  readonly loadedOctets: number
}

const timeoutMs = 60_000
const askEveryMs = 1
const answersMs = 2000
const questionCount = 200_000
const manyAnswers = 1_000_000
const bothCores = '0,1'

export async function measureResponders(
  shape: ClusterShape,
  parent: string,
  rounds: number,
  coredns: Server | undefined,
): Promise<ResponderFigures[]> {
  const api = await startApiServer(shape)
  const directory = join(parent, 'responders')
  const stand = await startFeed(api.url, directory, bothCores)
  try {
    const figures: ResponderFigures[] = []
    for (const runtime of ['bun', 'node'] as const) {
      // The first run writes the cache file.
      await startTime(stand, directory, shape, runtime, true)
      const times: { startTimes: number[]; cachedStartTimes: number[] } = { startTimes: [], cachedStartTimes: [] }
      for (let round = 0; round < rounds; round++) {
        times.startTimes.push(await startTime(stand, directory, shape, runtime, false))
        times.cachedStartTimes.push(await startTime(stand, directory, shape, runtime, true))
      }
      const memory = await memoryOfResponder(stand, directory, shape, runtime)
      figures.push({ runtime, services: shape.services, ...times, memory })
    }
    if (coredns !== undefined) {
      const memory = await memoryOfCoredns(coredns, api.url, directory, shape)
      figures.push({ runtime: 'CoreDNS', services: shape.services, startTimes: [], cachedStartTimes: [], memory })
    }
    return figures
  } finally {
    await stand.stop()
    api.stop()
  }
}

async function startTime(
  stand: FeedStand,
  directory: string,
  shape: ClusterShape,
  runtime: Runtime,
  cache: boolean,
): Promise<number> {
  const options = { runtime, directory, name: `${runtime}-${cache}`, packetThreads: 2, cache, cores: bothCores }
  const startedMs = performance.now()
  const responder = await startResponder(stand, options)
  try {
    await firstRightAnswer(responder.port, probes(shape)[0], timeoutMs, askEveryMs)
    return performance.now() - startedMs
  } finally {
    await responder.stop()
  }
}

async function memoryOfResponder(
  stand: FeedStand,
  directory: string,
  shape: ClusterShape,
  runtime: Runtime,
): Promise<Memory> {
  const options = { runtime, directory, name: `${runtime}-memory`, packetThreads: 2, cache: true, cores: cores.server }
  const responder = await startResponder(stand, options)
  try {
    return await memoryOf(responder, responder.port, directory, shape)
  } finally {
    await responder.stop()
  }
}

async function memoryOfCoredns(
  coredns: Server,
  apiServer: string,
  parent: string,
  shape: ClusterShape,
): Promise<Memory> {
  const port = await freePort()
  const directory = join(parent, 'coredns')
  await mkdir(directory, { recursive: true })
  const nothing = { cluster: '', zones: [], tls: { certificate: '', key: '' } }
  const { command } = await coredns.configure({ ...nothing, apiServer, directory, port }, 'udp')
  const server = startServer(command, { cores: cores.server, logFile: join(directory, 'log') })
  try {
    return await memoryOf(server, port, directory, shape)
  } finally {
    await server.stop()
  }
}

async function memoryOf(server: ServerProcess, port: number, directory: string, shape: ClusterShape): Promise<Memory> {
  const [wanted] = probes(shape)
  await firstRightAnswer(port, wanted, timeoutMs, askEveryMs)
  await untilIdle(server)
  const restOctets = server.memoryOctets()
  const over = new Promise((resolve) => setTimeout(resolve, answersMs))
  await answerTimes(port, wanted.name, over)
  await untilIdle(server)
  const answeredOctets = server.memoryOctets()
  const queryFile = join(directory, 'questions')
  const nxdomainShare = await writeQuestions(queryFile, shape, questionCount)
  for (let answers = 0; answers < manyAnswers; ) {
    answers += (await udpLoad({ port, queryFile, seconds: 5, core: cores.client, nxdomainShare })).answers
  }
  await untilIdle(server)
  return { restOctets, answeredOctets, loadedOctets: server.memoryOctets() }
}
