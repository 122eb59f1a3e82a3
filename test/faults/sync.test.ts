/** A sync worker fails. As in redis.test.ts: answers go on throughout, and agree with a fresh compile afterwards. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { startStandIn } from './cluster-api.ts'
import { Installation, type InstallationOptions } from './installation.ts'
import type { Member } from './member.ts'
import { seededRandom } from './random.ts'

const HEAD = 'zonecast:{prod}:head'
const SOON = { timeout: 30_000 }
const LONG_MS = 150_000
/** A script that names a base in head has its SHA-256 among its arguments. */
const NAMES_A_BASE = /\r\n\$64\r\n[0-9a-f]{64}\r\n/

describe.skipIf(!hasRedis)('whatever befalls a sync worker (redis-server needed)', { timeout: LONG_MS }, () => {
  let all: Installation

  beforeAll(async () => {
    const clock = new URL('jumping-clock.ts', import.meta.url).href
    const environment: InstallationOptions['environment'] = ({ role }) =>
      role === 'sync' ? { NODE_OPTIONS: `--import=${clock}` } : {}
    const api = await startStandIn()
    all = await Installation.start({ api, responders: ['bun', 'node'], random: seededRandom(2), environment })
  }, LONG_MS)
  afterAll(() => all?.close())
  afterEach(async () => {
    for (const sync of all.syncs) sync.start()
    await all.change(5)
    await all.agree()
    expect(all.wrong).toEqual([])
  }, LONG_MS)

  const cli = (...words: readonly (string | number)[]) => all.redis.cli(...words)
  const loads = () => all.responders.map(({ output }) => output.match(/: loaded /g)?.length ?? 0)
  const serial = () => Number(cli('hget', HEAD, 'serial:cluster.local'))
  /** Further than the clock comes meanwhile. */
  const serialsAheadOfClock = async (sec: number): Promise<void> => {
    while (serial() < Date.now() / 1000 + sec) {
      await all.change(1)
      await sleep(5)
    }
  }
  const publisher = async (): Promise<Member> => {
    await expect.poll(() => all.publishers.length, SOON).toBe(1)
    return all.publishers[0] as Member
  }
  const replaced = (member: Member) =>
    expect.poll(() => all.publishers.some((each) => each !== member), SOON).toBe(true)

  test('the publisher is killed', async () => {
    const [killed, before] = [await publisher(), loads()]
    await killed.stop('SIGKILL')
    await all.change(5)
    await replaced(killed)
    await all.agree()
    expect(loads()).toEqual(before)
  })

  test('the publisher gets SIGTERM', async () => {
    const [ended, before] = [await publisher(), loads()]
    expect(await ended.stop('SIGTERM')).toBe(0)
    await all.change(5)
    await replaced(ended)
    await all.agree()
    expect(loads()).toEqual(before)
  })

  test('a publisher was stopped and wakes', async () => {
    const stopped = await publisher()
    const before = stopped.recentOutput.length
    stopped.signal('SIGSTOP')
    await all.change(5)
    await replaced(stopped)
    await all.change(5)
    stopped.signal('SIGCONT')
    await expect.poll(() => stopped.recentOutput.slice(before), SOON).toContain('another sync worker may publish')
  })

  test('every sync worker is away', async () => {
    await Promise.all(all.syncs.map((sync) => sync.stop('SIGKILL')))
    await all.change(20)
  })

  test('the publisher is killed between a base and head', async () => {
    const before = cli('hget', HEAD, 'base')
    for (const sync of all.syncs) sync.proxy.swallow(NAMES_A_BASE)
    cli('flushall')
    await all.change(5)
    const swallowing = () => all.syncs.find(({ proxy }) => proxy.swallowed > 0)
    await expect.poll(swallowing, SOON).toBeDefined()
    const killed = swallowing() as Member
    expect(cli('keys', 'zonecast:{prod}:image:*')).not.toBe('')
    expect(cli('hget', HEAD, 'base')).toBe('')
    await killed.stop('SIGKILL')
    for (const sync of all.syncs) sync.proxy.swallow(undefined)
    await replaced(killed)
    await expect.poll(() => cli('hget', HEAD, 'base'), SOON).not.toBe('')
    expect(cli('hget', HEAD, 'base')).not.toBe(before)
  })

  test('a new sync worker has an emptied Redis before a standby', async () => {
    await serialsAheadOfClock(60)
    await all.agree()
    const before = serial()
    const first = await publisher()
    const standby = all.syncs.find((sync) => sync !== first)
    // Serials go back for as long as the standby is stopped, and a moment.
    for (const questioner of all.questioners) questioner.pause()
    standby?.signal('SIGSTOP')
    await first.stop('SIGKILL')
    first.forget()
    cli('flushall')
    first.start()
    await expect.poll(serial, SOON).toBeGreaterThan(0)
    expect(serial()).toBeLessThan(before)
    standby?.signal('SIGCONT')
    await expect.poll(serial, SOON).toBeGreaterThan(before)
    await all.agree()
    for (const questioner of all.questioners) questioner.resume(false)
  })

  test('a sync worker that fell behind has an emptied Redis before the one that published', async () => {
    const first = await publisher()
    const standby = all.syncs.find((sync) => sync !== first)
    await all.agree()
    const lease = () => cli('get', 'zonecast:{prod}:lease')
    const before = lease()
    standby?.proxy.dropSilently()
    await serialsAheadOfClock(30)
    first.signal('SIGSTOP')
    cli('flushall')
    await expect.poll(lease, SOON).not.toBe('')
    expect(lease()).not.toBe(before)
    first.signal('SIGCONT')
    await all.agree()
  })

  test("a sync worker's clock jumps", async () => {
    const watches = ({ recentOutput }: Member) => recentOutput.includes('the API server is watched')
    for (let jump = 0; jump < 4; jump++) {
      await expect.poll(() => all.syncs.every(watches), SOON).toBe(true)
      for (const sync of all.syncs) sync.signal('SIGUSR2')
      await all.change(5)
      await all.agree()
      // The next to publish goes on from there.
      const ended = await publisher()
      await ended.stop('SIGTERM')
      await all.change(5)
      await replaced(ended)
      ended.start()
      await all.agree()
    }
  })

  test('the clock of Redis goes back', async () => {
    const killed = await publisher()
    await killed.stop('SIGKILL')
    // What such a clock leaves of a lease that nobody renews.
    cli('pexpire', 'zonecast:{prod}:lease', 172_800_000)
    await all.change(5)
    await replaced(killed)
  })

  test('the way of one sync worker to Redis fails again and again', async () => {
    for (let round = 0; round < 10; round++) {
      for (const { proxy } of all.syncs) if (round % 2 === 0) proxy.cutAll()
      const [first] = all.syncs
      first?.proxy.cutAfter(200, 2)
      await all.change(10)
    }
  })
})
