/** A rolling update as `sync` meets it: a thousand changes of endpoints in a row, over a watch and to a real Redis. */
import { setImmediate } from 'node:timers/promises'
import { parseCorefile } from '@zonecast/corefile'
import { mergeImages, type ServiceRecord } from '@zonecast/image'
import { redisFeedsOf } from '@zonecast/responder-app/redis-feeds'
import { SyncFeed } from '@zonecast/sync-app'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { ApiStandIn } from '../stand-in/api-server.ts'
import type { ApiObject } from '../stand-in/store.ts'

const ENDPOINTS = 1000
const namespace: ApiObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
const service: ApiObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { clusterIP: 'None', ports: [{ port: 80 }] },
}
const slice = (generations: readonly number[]): ApiObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: generations.map((generation, at) => ({ addresses: [`10.${generation}.${at >> 8}.${at & 255}`] })),
  ports: [{ port: 80 }],
})

describe.skipIf(!hasRedis)('a rolling update of a thousand endpoints (redis-server needed)', () => {
  let redis: RedisServer
  let api: ApiStandIn
  let worker: SyncFeed

  beforeAll(async () => {
    redis = await startRedis()
    api = await new ApiStandIn().start()
    const corefile = `. {
    kubernetes cluster.local {
        endpoint ${api.url}
    }
    feed redis://127.0.0.1:${redis.port} {
        name rolling
    }
}
`
    const [feed] = redisFeedsOf(parseCorefile(corefile).blocks)
    if (feed === undefined) throw new Error('no feed')
    worker = new SyncFeed(feed, { tell: () => {}, nowMs: () => Date.now() })
  })

  afterAll(async () => {
    await worker?.close()
    await api?.stop()
    await redis?.close()
  })

  const addresses = (): Set<string> => {
    const { images } = worker.readings()
    const services: readonly ServiceRecord[] = images.length === 0 ? [] : mergeImages(images).services
    return new Set(services.flatMap(({ endpoints }) => endpoints.map(({ address }) => address.join('.'))))
  }
  const published = (kind: 'base' | 'delta') => worker.readings().published.get(kind)?.count ?? 0

  test('is tens of deltas, and all of it is published', async () => {
    const generations = Array.from({ length: ENDPOINTS }, () => 1)
    api.put(namespace, service, slice(generations))
    await worker.run()
    await expect.poll(() => addresses().size, { timeout: 30_000 }).toBe(ENDPOINTS)
    expect(published('base')).toBe(1)

    const beganMs = performance.now()
    for (let at = 0; at < ENDPOINTS; at++) {
      generations[at] = 2
      api.put(slice(generations))
      await setImmediate()
    }
    const isNew = () => [...addresses()].filter((address) => address.startsWith('10.2.')).length
    await expect.poll(isNew, { timeout: 60_000 }).toBe(ENDPOINTS)
    const tookMs = performance.now() - beganMs
    // A busy machine takes longer and so may make more of them: four at once, then one each 15 ms.
    expect(published('delta')).toBeLessThanOrEqual(5 + tookMs / 15)
    expect(published('delta')).toBeGreaterThan(0)
  }, 120_000)
})
