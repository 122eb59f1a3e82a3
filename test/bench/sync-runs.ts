/** What a sync worker on Node takes that reads a whole cluster and publishes it, then compacts its log and audits it. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import type { ApiStandIn } from '../stand-in/api-server.ts'
import { serviceObject } from './api-objects.ts'
import { changingCluster } from './changing-cluster.ts'
import { type ClusterShape, clusterService } from './cluster.ts'
import { untilIdle } from './compare.ts'
import { type FeedStand, startFeed } from './feed-stand.ts'

export interface SyncFigures {
  readonly services: number
  readonly endpoints: number
  readonly publishedAfterMs: number
  /** The most that it held at a time. */
  readonly peakOctets: {
    /** From exec until it rested: objects read, the first base published, and the first of each job, an audit among them. */
    readonly start: number
    /** While one more job ran and until it rested again. */
    readonly compact: number
    readonly audit: number
  }
  /** When it has come to rest after the start. */
  readonly memoryOctets: number
}

/** Of each kind the first comes by itself. */
const firstJobs = 3
const changes = 20
const jobMs = 120_000
const pollMs = 50

export async function measureSync(shape: ClusterShape, parent: string): Promise<SyncFigures> {
  const api = await changingCluster(shape)
  try {
    const stand = await startFeed(api.url, join(parent, 'sync'), '0,1')
    const connection = { host: '127.0.0.1', port: stand.redis.port }
    const queue = new Queue('bench', { prefix: '{zonecast}', connection })
    try {
      const { sync, publishedAfterMs } = stand
      await until(async () => (await queue.getCompletedCount()) >= firstJobs)
      await untilIdle(sync)
      const [start, memoryOctets] = [sync.peakOctets(), sync.memoryOctets()]
      await change(api, shape, stand, 1)
      const compact = await peakOfJob(stand, queue, 'compact', 'compacted')
      // With deltas on the base: a base alone is compared section by section, which takes less.
      await change(api, shape, stand, 2)
      const audit = await peakOfJob(stand, queue, 'audit', 'as it should be')
      const endpoints = shape.services * (shape.endpoints ?? 3)
      const peakOctets = { start, compact, audit }
      return { services: shape.services, endpoints, publishedAfterMs, peakOctets, memoryOctets }
    } finally {
      await queue.close()
      await stand.stop()
    }
  } finally {
    await api.stop()
  }
}

/** Something to compact. @param round services get other addresses in each */
async function change(api: ApiStandIn, shape: ClusterShape, { redis }: FeedStand, round: number): Promise<void> {
  const entries = () => Number(redis.cli('xlen', 'zonecast:{bench}:log'))
  for (let index = 1; index <= changes; index++) {
    const [before, service] = [entries(), clusterService(shape, 10 * index)]
    const clusterIP = `10.200.${round}.${index}`
    api.put(serviceObject({ ...service, clusterIP }))
    await until(async () => entries() > before)
  }
}

async function peakOfJob({ sync }: FeedStand, queue: Queue, name: string, said: string): Promise<number> {
  sync.forgetPeak()
  const job = await queue.add(name, { feed: 'bench' })
  await until(async () => ['completed', 'failed'].includes(await job.getState()))
  await untilIdle(sync)
  const done = job.id === undefined ? undefined : await queue.getJob(job.id)
  if (!String(done?.returnvalue).startsWith(said))
    throw new Error(`${name}: ${done?.returnvalue ?? done?.failedReason}`)
  return sync.peakOctets()
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + jobMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('a sync worker does not get on with its jobs')
    await sleep(pollMs)
  }
}
