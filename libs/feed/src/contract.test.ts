/** What every carrier of a feed does alike. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { followFile, publishToFile } from './file-carrier.ts'
import type { FollowedStack } from './image-stack.ts'
import { followInProcess, publishInProcess } from './in-process.ts'
import { nextPosition } from './position.ts'
import type { Publisher } from './step.ts'
import { imageOf, newStack, type Services, servicesOf } from './testing/images.ts'
import { follow, TestWorker } from './testing/redis-feed.ts'
import { hasRedis, startRedis } from './testing/redis-server.ts'

interface Carrier {
  /** Publishes all there is. */
  base(services: Services): Promise<void>
  /** Publishes what changed; 0: gone. */
  delta(services: Services): Promise<void>
  /** A follower from now on. */
  follow(): FollowedStack
  close(): Promise<void>
}

/** Carriers that take steps which their maker has numbered. */
function numbered(publisher: Publisher): Pick<Carrier, 'base' | 'delta'> {
  let position = ''
  const publish = (kind: 'base' | 'delta', services: Services) => {
    const previous = position
    position = previous === '' ? '1-0' : nextPosition(previous)
    return publisher.publish({ kind, position, previous, image: imageOf(kind, services) })
  }
  return { base: (services) => publish('base', services), delta: (services) => publish('delta', services) }
}

function inProcess(): Carrier {
  const { port1, port2 } = new MessageChannel()
  return {
    ...numbered(publishInProcess(port1)),
    follow() {
      const stack = newStack()
      followInProcess(port2, { onStep: (step) => stack.apply(step), onError: () => {} })
      return stack
    },
    async close() {
      port1.close()
    },
  }
}

function file(): Carrier {
  const folder = mkdtempSync(join(tmpdir(), 'zonecast-feed-'))
  const feed = { path: join(folder, 'prod.steps'), feed: 'prod' }
  const followers: { close(): Promise<void> }[] = []
  return {
    ...numbered(publishToFile(feed, () => 1)),
    follow() {
      const stack = newStack()
      followers.push(followFile(feed, stack, { onApplied: () => {}, onError: () => {} }))
      return stack
    },
    async close() {
      await Promise.all(followers.map((follower) => follower.close()))
      rmSync(folder, { recursive: true })
    },
  }
}

async function redis(): Promise<Carrier> {
  const server = await startRedis()
  const worker = new TestWorker(server.url)
  const followers: { close(): Promise<void> }[] = []
  worker.publisher.seekLease()
  await expect.poll(() => worker.publishing).toBe(true)
  return {
    async base(services) {
      worker.services = { ...services }
      expect(await worker.base()).toBe('published')
    },
    async delta(services) {
      expect(await worker.change(services)).toBe('published')
    },
    follow() {
      const follower = follow(server.url)
      followers.push(follower)
      return follower.stack
    },
    async close() {
      await Promise.all([worker, ...followers].map((each) => each.close()))
      await server.close()
    },
  }
}

const carriers = [
  { name: 'in-process', open: async () => inProcess(), keeps: false, there: true },
  { name: 'file', open: async () => file(), keeps: true, there: true },
  { name: 'Redis', open: redis, keeps: true, there: hasRedis },
]

describe.each(carriers)('the $name carrier', ({ open, keeps, there }) => {
  let carrier: Carrier

  beforeEach(async (context) => {
    context.skip(!there, 'redis-server is not installed')
    carrier = await open()
  })
  afterEach(() => carrier?.close())

  test('brings a base, and deltas in order', async () => {
    const stack = carrier.follow()
    await carrier.base({ web: 1, db: 2 })
    for (let n = 2; n < 30; n++) await carrier.delta({ web: n })
    await carrier.delta({ db: 0 })
    await expect.poll(() => servicesOf(stack)).toEqual({ web: 29 })
  })

  test('brings a base that replaces what was there', async () => {
    const stack = carrier.follow()
    await carrier.base({ web: 1, db: 2 })
    await carrier.delta({ web: 3 })
    await carrier.base({ cart: 4 })
    await carrier.delta({ mail: 5 })
    await expect.poll(() => servicesOf(stack)).toEqual({ cart: 4, mail: 5 })
  })

  test('serves who comes late', async (context) => {
    context.skip(!keeps, 'this carrier keeps nothing: its follower is there first')
    await carrier.base({ web: 1 })
    await carrier.delta({ web: 2 })
    const stack = carrier.follow()
    await expect.poll(() => servicesOf(stack)).toEqual({ web: 2 })
    await carrier.delta({ db: 3 })
    await expect.poll(() => servicesOf(stack)).toEqual({ web: 2, db: 3 })
  })

  test('brings any sequence of changes to the same end', async () => {
    const stack = carrier.follow()
    const changes = fc.dictionary(fc.constantFrom('web', 'db', 'cart', 'mail'), fc.nat(250), { minKeys: 1, maxKeys: 3 })
    const sequence = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), changes), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(sequence, async (steps) => {
        let wanted: Record<string, number> = {}
        const present = (services: Services) => Object.fromEntries(Object.entries(services).filter(([, n]) => n > 0))
        await carrier.base({})
        for (const [kind, services] of steps) {
          if (kind === 0) {
            wanted = present(services)
            await carrier.base(wanted)
          } else {
            wanted = present({ ...wanted, ...services })
            await carrier.delta(services)
          }
        }
        await expect.poll(() => servicesOf(stack), { interval: 5 }).toEqual(wanted)
      }),
      { numRuns: 15 },
    )
  })
})
