/**
 * From the API server's event to the answer of each of several responders: a service gets another address, and each responder is
 * asked, twice a millisecond, until its answer has it. The API server is the stand-in of the tests, in this process, so
 * that one clock counts. The steady changes come first: what is measured of lone ones is a feed that has run for a while.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiStandIn } from '../stand-in/api-server.ts'
import type { ApiObject } from '../stand-in/store.ts'
import { serviceObject } from './api-objects.ts'
import { Asker } from './asker.ts'
import { changingCluster } from './changing-cluster.ts'
import { type ClusterShape, clusterService, isHeadless } from './cluster.ts'
import { startFeed, startResponder } from './feed-stand.ts'
import { firstRightAnswer, type Wanted } from './probe.ts'
import { serviceName } from './queries.ts'

export interface Propagation {
  readonly services: number
  readonly responders: number
  /** Changes a second; 0: each waits until the one before has arrived everywhere, and a little longer. */
  readonly rate: number
  readonly changes: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const responders = 4
/** From the first question to the change: it comes while all are being asked. */
const askingMs = 3
/** Between lone changes: longer than `sync` gathers what comes in quick succession. */
const loneMs = 50
const loneChanges = 300
const steadyRate = 200
const steadyChanges = 4000
/** A prime, so that none comes twice before all have. */
const step = 7919
const timeoutMs = 60_000

export async function measurePropagation(shape: ClusterShape, parent: string): Promise<Propagation[]> {
  const api = await changingCluster(shape)
  const directory = join(parent, 'propagation')
  const stand = await startFeed(api.url, directory, '0,1')
  const started: { stop(): Promise<void> }[] = [stand]
  const askers: Asker[] = []
  try {
    for (let index = 0; index < responders; index++) {
      const options = { runtime: 'bun', directory, packetThreads: 1, cache: false, cores: '0,1' } as const
      const responder = await startResponder(stand, { ...options, name: `responder-${index}` })
      started.push(responder)
      await firstRightAnswer(responder.port, present(shape, 0), timeoutMs)
      askers.push(new Asker(responder.port))
    }
    await sleep(1000)
    const steady = await measureSteady(api, shape, askers)
    await sleep(1000)
    const lone = await measureLone(api, shape, askers)
    const common = { services: shape.services, responders }
    return [
      { ...common, rate: 0, changes: loneChanges, ...quantiles(lone) },
      { ...common, rate: steadyRate, changes: steadyChanges, ...quantiles(steady) },
    ]
  } finally {
    for (const asker of askers) await asker.close()
    for (const thing of started.toReversed()) await thing.stop()
    await api.stop()
  }
}

async function measureLone(api: ApiStandIn, shape: ClusterShape, askers: readonly Asker[]): Promise<number[]> {
  const times: number[] = []
  for (let change = 0; change < loneChanges; change++) {
    const { service, name, address } = another(shape, change)
    const arriving = askers.map((asker) => asker.until(name, address))
    await sleep(askingMs)
    const sinceNs = process.hrtime.bigint()
    api.put(service)
    times.push(...(await Promise.all(arriving)).map((ns) => Number(ns - sinceNs) / 1e6))
    await sleep(loneMs + (change % loneMs))
  }
  return times
}

async function measureSteady(api: ApiStandIn, shape: ClusterShape, askers: readonly Asker[]): Promise<number[]> {
  const arriving: Promise<number>[] = []
  const beganMs = performance.now()
  for (let change = 0; change < steadyChanges; change++) {
    const dueMs = beganMs + (change * 1000) / steadyRate
    if (dueMs > performance.now()) await sleep(dueMs - performance.now())
    const { service, name, address } = another(shape, loneChanges + change)
    const sinceNs = process.hrtime.bigint()
    api.put(service)
    for (const asker of askers) arriving.push(asker.until(name, address).then((ns) => Number(ns - sinceNs) / 1e6))
  }
  return Promise.all(arriving)
}

/** The service of that number with another address. */
function another(shape: ClusterShape, change: number): { service: ApiObject; name: string; address: string } {
  const service = changing(shape, change)
  const address = `10.200.${change >> 8}.${change & 255}`
  return { service: serviceObject({ ...service, clusterIP: address }), name: serviceName(service), address }
}

function present(shape: ClusterShape, change: number): Wanted {
  const service = changing(shape, change)
  return { name: serviceName(service), address: service.clusterIP }
}

/** Those with an address of their own, each once, all over the cluster. */
function changing(shape: ClusterShape, change: number): ReturnType<typeof clusterService> {
  const withAddress = Array.from({ length: 10 }, (_, index) => index).filter((index) => !isHeadless(index))
  const count = Math.floor(shape.services / 10) * withAddress.length
  const at = (change * step) % count
  const tens = Math.floor(at / withAddress.length) * 10
  return clusterService(shape, tens + (withAddress[at % withAddress.length] ?? 0))
}

function quantiles(times: number[]): Pick<Propagation, 'p50Ms' | 'p99Ms' | 'maxMs'> {
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}
