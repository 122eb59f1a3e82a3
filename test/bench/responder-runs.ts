/** A responder's start, from exec to the first right answer, with and without a cache file; and its memory. */
import { join } from 'node:path'
import type { ClusterShape } from './cluster.ts'
import { cores, untilIdle } from './compare.ts'
import { type FeedStand, startFeed, startResponder } from './feed-stand.ts'
import { startApiServer } from './prepare.ts'
import { answerTimes, firstRightAnswer } from './probe.ts'
import { probes } from './queries.ts'
import type { Runtime } from './servers.ts'

export interface ResponderFigures {
  readonly runtime: Runtime
  readonly services: number
  /** Of each round, milliseconds. */
  readonly startTimes: readonly number[]
  readonly cachedStartTimes: readonly number[]
  /** With two packet threads, after it has answered for a while. */
  readonly memoryOctets: number
}

const timeoutMs = 60_000
const askEveryMs = 1
const answersMs = 2000
const bothCores = '0,1'

export async function measureResponders(
  shape: ClusterShape,
  parent: string,
  rounds: number,
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
      const memoryOctets = await memoryOf(stand, directory, shape, runtime)
      figures.push({ runtime, services: shape.services, ...times, memoryOctets })
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

async function memoryOf(stand: FeedStand, directory: string, shape: ClusterShape, runtime: Runtime): Promise<number> {
  const options = { runtime, directory, name: `${runtime}-memory`, packetThreads: 2, cache: true, cores: cores.server }
  const responder = await startResponder(stand, options)
  try {
    const [wanted] = probes(shape)
    await firstRightAnswer(responder.port, wanted, timeoutMs, askEveryMs)
    const over = new Promise((resolve) => setTimeout(resolve, answersMs))
    await answerTimes(responder.port, wanted.name, over)
    await untilIdle(responder)
    return responder.memoryOctets()
  } finally {
    await responder.stop()
  }
}
