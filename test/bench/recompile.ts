/**
 * How long answers take while everything is compiled afresh: the file of all EndpointSlices is replaced by one in which
 * every endpoint has another address, and one question after the other is asked until an answer is from the new one.
 */
import { copyFile, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { objectsOf } from './api-objects.ts'
import { type ClusterShape, clusterService, isHeadless } from './cluster.ts'
import { freePort } from './free-port.ts'
import { answerTimes, firstRightAnswer, type Wanted } from './probe.ts'
import { probes, serviceName } from './queries.ts'
import { startServer } from './server-process.ts'
import type { Inputs, Server } from './servers.ts'
import { writeList } from './write-cluster.ts'

export interface Recompile {
  readonly server: string
  /** From the file's replacement to the first answer from the new one. */
  readonly seconds: number
  readonly answers: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const timeoutMs = 120_000
const askEveryMs = 50

export async function measureRecompile(
  server: Server,
  inputs: Omit<Inputs, 'directory' | 'port'>,
  parent: string,
  shape: ClusterShape,
): Promise<Recompile> {
  const directory = join(parent, `recompile-${server.name.replaceAll(/\W+/g, '-')}`)
  const cluster = join(directory, 'cluster')
  await mkdir(cluster, { recursive: true })
  for (const resource of ['namespaces', 'services', 'endpointslices']) {
    await copyFile(join(inputs.cluster, `${resource}.json`), join(cluster, `${resource}.json`))
  }
  const changed: ClusterShape = { ...shape, variant: 1 }
  const replacement = join(directory, 'endpointslices.json')
  await writeList(replacement, objectsOf(changed, 'endpointslices'))

  const port = await freePort()
  const { command, env = {} } = await server.configure({ ...inputs, cluster, directory, port }, 'udp')
  const process = startServer(command, { cores: '0,1', logFile: join(directory, 'log'), env })
  try {
    for (const each of probes(shape)) await firstRightAnswer(port, each, timeoutMs, askEveryMs)
    const started = performance.now()
    await rename(replacement, join(cluster, 'endpointslices.json'))
    const turnedOver = firstRightAnswer(port, lastEndpoint(changed), timeoutMs, askEveryMs)
    const times = await answerTimes(port, probes(shape)[0].name, turnedOver)
    const seconds = (performance.now() - started) / 1000
    times.sort((a, b) => a - b)
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
    return { server: server.name, seconds, answers: times.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
  } finally {
    await process.stop()
  }
}

function lastEndpoint(shape: ClusterShape): Wanted {
  let last = shape.services - 1
  while (!isHeadless(last)) last--
  const service = clusterService(shape, last)
  const endpoint = service.endpoints[0]
  if (endpoint === undefined) throw new Error('a service without endpoints')
  return { name: `${endpoint.hostname}.${serviceName(service)}`, address: endpoint.address }
}
