/** A responder fails. As in redis.test.ts: the answers of the others go on throughout, and agree with a fresh compile afterwards. */
import { createSocket } from 'node:dgram'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { startStandIn } from './cluster-api.ts'
import { Installation } from './installation.ts'
import { seededRandom } from './random.ts'

const SOON = { timeout: 30_000 }
const LONG_MS = 150_000

describe.skipIf(!hasRedis)('whatever befalls a responder (redis-server needed)', { timeout: LONG_MS }, () => {
  let all: Installation

  beforeAll(async () => {
    all = await Installation.start({ api: await startStandIn(), responders: ['bun', 'node'], random: seededRandom(4) })
  }, LONG_MS)
  afterAll(() => all?.close())
  afterEach(async () => {
    await all.change(5)
    await all.agree()
    expect(all.wrong).toEqual([])
  }, LONG_MS)

  test('a responder is killed', async () => {
    for (const index of all.responders.keys()) {
      const restarted = all.restartResponder(index, 'SIGKILL')
      await all.change(20)
      await restarted
    }
  })

  test('a responder gets SIGTERM', async () => {
    for (const [index, responder] of all.responders.entries()) {
      const codes: (number | null)[] = []
      await all.restartResponder(index, 'SIGTERM', (_, code) => codes.push(code))
      expect(codes).toEqual([0])
      // What it says may come after what it answers.
      await expect.poll(() => responder.recentOutput, SOON).toContain('started from the cache file')
    }
  })

  test('hostile packets come', async () => {
    const random = seededRandom(5)
    const socket = createSocket('udp4')
    for (const { port } of all.responders) {
      for (let count = 0; count < 5000; count++) {
        const octets = Buffer.from(Array.from({ length: Math.floor(random() * 600) }, () => random() * 256))
        // Half of them begin as a question does.
        if (count % 2 === 0) Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]).copy(octets)
        await new Promise((resolve) => socket.send(octets, port, '127.0.0.1', resolve))
      }
    }
    socket.close()
  })

  test('a responder starts while Redis and the API server are away', async () => {
    await all.redis.kill()
    await all.api.kill()
    for (const [index, responder] of all.responders.entries()) {
      await all.restartResponder(index, 'SIGTERM')
      // What it says may come after what it answers.
      await expect.poll(() => responder.recentOutput, SOON).toContain('started from the cache file')
      expect(await responder.metric('zonecast_feed_loads_total', { reason: 'cache' })).toBe(1)
    }
    await all.api.start()
    await all.redis.start()
  })

  test('the cache file is damaged', async () => {
    await all.restartResponder(0, 'SIGKILL', (responder) => responder.spoilCache())
    await expect.poll(() => all.responders[0]?.recentOutput, SOON).toContain('the cache file cannot be used')
  })

  test('a responder was stopped and wakes', async () => {
    const [responder, questioner] = [all.responders[0], all.questioners[0]]
    questioner?.pause()
    responder?.signal('SIGSTOP')
    await all.change(50)
    responder?.signal('SIGCONT')
    questioner?.resume(false)
  })
})
