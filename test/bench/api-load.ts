/** What the API server has to do: with one responder and with many, and for as many replicas of CoreDNS. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sent } from './api-server.ts'
import type { ClusterShape } from './cluster.ts'
import { startFeed, startResponder } from './feed-stand.ts'
import { freePort } from './free-port.ts'
import { startApiServer } from './prepare.ts'
import { firstRightAnswer } from './probe.ts'
import { probes } from './queries.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Inputs, Server } from './servers.ts'

export interface ApiLoad {
  readonly who: string
  readonly watches: number
  /** Until all of them answered. */
  readonly requests: number
  readonly octets: number
}

const many = 20
const replicas = [1, 4]
const timeoutMs = 180_000
const bothCores = '0,1'

export async function measureApiLoad(
  shape: ClusterShape,
  parent: string,
  coredns: Server | undefined,
  inputs: Omit<Inputs, 'directory' | 'port'>,
): Promise<ApiLoad[]> {
  const directory = join(parent, 'api-load')
  await mkdir(directory, { recursive: true })
  const rows: ApiLoad[] = []
  for (const count of [1, many]) {
    rows.push(
      await measured(shape, `sync, and ${count} responder${count === 1 ? '' : 's'}`, async (url, keep) => {
        const stand = await startFeed(url, directory, bothCores)
        keep(stand)
        for (let index = 0; index < count; index++) {
          const options = { runtime: 'bun', directory, packetThreads: 1, cache: false, cores: bothCores } as const
          const responder = await startResponder(stand, { ...options, name: `responder-${index}` })
          keep(responder)
          await firstRightAnswer(responder.port, probes(shape)[0], timeoutMs)
        }
      }),
    )
  }
  for (const count of coredns === undefined ? [] : replicas) {
    rows.push(
      await measured(shape, `${count} CoreDNS`, async (apiServer, keep) => {
        for (let index = 0; index < count; index++) {
          const port = await freePort()
          const own = join(directory, `coredns-${index}`)
          await mkdir(own, { recursive: true })
          const { command } = await (coredns as Server).configure({ ...inputs, apiServer, directory: own, port }, 'udp')
          keep(startServer(command, { cores: bothCores, logFile: join(own, 'log') }))
          await firstRightAnswer(port, probes(shape)[0], timeoutMs)
        }
      }),
    )
  }
  return rows
}

type Stoppable = Pick<ServerProcess, 'stop'>

async function measured(
  shape: ClusterShape,
  who: string,
  start: (url: string, keep: (thing: Stoppable) => void) => Promise<void>,
): Promise<ApiLoad> {
  const api = await startApiServer(shape)
  const started: Stoppable[] = []
  try {
    await start(api.url, (thing) => started.push(thing))
    return { who, ...(await settled(api.url)) }
  } finally {
    for (const thing of started.toReversed()) await thing.stop()
    api.stop()
  }
}

/** When no more is sent. */
async function settled(url: string): Promise<Sent> {
  for (let before = -1; ; ) {
    const sent = (await (await fetch(`${url}/sent`)).json()) as Sent
    if (sent.octets === before) return sent
    before = sent.octets
    await sleep(1000)
  }
}
