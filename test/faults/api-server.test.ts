/** The API server fails. As in redis.test.ts: answers go on throughout, and agree with a fresh compile afterwards. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { type StandInApi, startStandIn } from './cluster-api.ts'
import { Installation } from './installation.ts'
import { seededRandom } from './random.ts'

const SOON = { timeout: 30_000 }
const LONG_MS = 150_000
const ZONECAST = join(import.meta.dirname, '../../apps/zonecast/bin/zonecast.js')

describe.skipIf(!hasRedis)('whatever befalls the API server (redis-server needed)', { timeout: LONG_MS }, () => {
  let all: Installation
  let api: StandInApi

  beforeAll(async () => {
    api = await startStandIn()
    all = await Installation.start({ api, responders: ['bun', 'node'], random: seededRandom(3) })
  }, LONG_MS)
  afterAll(() => all?.close())
  afterEach(async () => {
    await all.change(5)
    await all.agree()
    expect(all.wrong).toEqual([])
  }, LONG_MS)

  /** What the API server has of each service, its slices and nothing else. */
  const services = (): Map<string, string> => {
    const found = new Map<string, string>()
    for (const { metadata, spec, endpoints } of api.server.objects()) {
      if (metadata.namespace === undefined) continue
      const key = `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? metadata.name}`
      found.set(key, (found.get(key) ?? '') + JSON.stringify([spec, endpoints]))
    }
    return found
  }
  /** What the steps after that position are, and which services they speak of; three at most in one step. */
  const publishedAfter = async (position: string): Promise<{ kinds: string[]; services: string[] }> => {
    const args = [ZONECAST, 'feed', 'history', '-conf', all.syncs[0]?.corefile ?? '']
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const steps = stdout.slice(stdout.indexOf(position)).trim().split('\n').slice(1)
    const kinds = steps.map((step) => step.split(/ +/)[2] ?? '')
    const names = steps.flatMap((step) => Array.from(step.matchAll(/\w+\/[\w-]+/g), ([name]) => name))
    // A lease that ran out on a busy machine is no matter here.
    return { kinds: [...new Set(kinds)].filter((kind) => kind !== 'epoch'), services: [...new Set(names)].sort() }
  }
  const away = () =>
    all.syncs.every(({ output }) =>
      output
        .trim()
        .split('\n')
        .some((line) => line.includes('API server is away')),
    )

  test('the API server is killed and comes back', async () => {
    await api.kill()
    await all.change(5)
    await expect.poll(away, SOON).toBe(true)
    for (const sync of all.syncs) expect(await sync.metric('zonecast_source_up')).toBe(0)
    await api.start()
    for (const sync of all.syncs) await expect.poll(() => sync.metric('zonecast_source_up'), SOON).toBe(1)
  })

  test('the API server stalls', async () => {
    api.stall()
    await all.change(20)
    await all.redis.cli('flushall')
    // What is published meanwhile is what it was before.
    await expect.poll(() => all.redis.cli('hget', 'zonecast:{prod}:head', 'base'), SOON).not.toBe('')
    api.resume()
  })

  test('the API server does not remember that far back', async () => {
    const position = all.redis.cli('hget', 'zonecast:{prod}:head', 'pos')
    const before = services()
    await api.kill()
    await all.change(3)
    api.server.compact()
    await api.start()
    await all.agree()
    // What is published is what differs.
    const after = services()
    const differing = [...before.keys(), ...after.keys()].filter((key) => before.get(key) !== after.get(key))
    expect(await publishedAfter(position)).toEqual({ kinds: ['delta'], services: [...new Set(differing)].sort() })
  })

  test('the API server comes back with an older state', async () => {
    const objects = api.server.objects()
    await api.kill()
    api.server.restore(500, objects)
    await api.start()
  })

  test('replies of the API server are cut', async () => {
    for (let afterOctets = 0; afterOctets < 2000; afterOctets += 211) {
      api.server.plan(/watch=true/, { kind: 'cut', afterOctets })
      api.server.dropAll()
      await all.change(2)
    }
  })

  test('the API server asks for patience', async () => {
    api.server.plan(/./, { kind: 'status', status: 429, retryAfter: '1' }, 6)
    api.server.dropAll()
    await all.change(5)
  })
})
