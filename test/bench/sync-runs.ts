/** What a sync worker on Node takes that reads a whole cluster and publishes it. */
import { join } from 'node:path'
import type { ClusterShape } from './cluster.ts'
import { untilIdle } from './compare.ts'
import { startFeed } from './feed-stand.ts'
import { startApiServer } from './prepare.ts'

export interface SyncFigures {
  readonly services: number
  readonly endpoints: number
  readonly publishedAfterMs: number
  readonly peakOctets: number
  /** When it has come to rest. */
  readonly memoryOctets: number
}

export async function measureSync(shape: ClusterShape, parent: string): Promise<SyncFigures> {
  const api = await startApiServer(shape)
  try {
    const stand = await startFeed(api.url, join(parent, 'sync'), '0,1')
    try {
      const { sync, publishedAfterMs } = stand
      await untilIdle(sync)
      const endpoints = shape.services * (shape.endpoints ?? 3)
      const [peakOctets, memoryOctets] = [sync.peakOctets(), sync.memoryOctets()]
      return { services: shape.services, endpoints, publishedAfterMs, peakOctets, memoryOctets }
    } finally {
      await stand.stop()
    }
  } finally {
    api.stop()
  }
}
