/** The clocks of responders are wrong, and jump. As in redis.test.ts: answers go on throughout, and agree with a fresh compile afterwards. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { startStandIn } from './cluster-api.ts'
import { Installation, type InstallationOptions } from './installation.ts'
import { seededRandom } from './random.ts'

const SOON = { timeout: 60_000 }
const LONG_MS = 150_000
const YEAR_MS = 365 * 86_400_000
/** Longer than a busy machine takes from one heartbeat to the next, and far less than clocks jump. */
const STALENESS = 'max_staleness 20s servfail'

describe.skipIf(!hasRedis)('the clock of a responder (redis-server needed)', { timeout: LONG_MS }, () => {
  let all: Installation

  beforeAll(async () => {
    const clock = fileURLToPath(new URL('jumping-clock.ts', import.meta.url))
    const environment: InstallationOptions['environment'] = ({ name, role }) => ({
      NODE_OPTIONS: `--import=${clock}`,
      BUN_OPTIONS: `--preload=${clock}`,
      ...(role === 'respond' && { CLOCK_OFFSET_MS: String(name.startsWith('bun') ? YEAR_MS : -YEAR_MS) }),
    })
    const feed = { options: STALENESS }
    const api = await startStandIn()
    all = await Installation.start({ api, responders: ['bun', 'node'], random: seededRandom(6), feed, environment })
  }, LONG_MS)
  afterAll(() => all?.close())

  const jump = () => {
    for (const responder of all.responders) responder.signal('SIGUSR2')
  }
  /** The times that it says, of its last line. */
  const clockMs = ({ recentOutput }: Installation['responders'][number]): number => {
    const times = Array.from(recentOutput.matchAll(/"time":"([^"]+)"/g), ([, time = '']) => Date.parse(time))
    return times.at(-1) ?? Number.NaN
  }

  test("a responder's clock is wrong from the start", async () => {
    const [ahead, behind] = all.responders.map((responder) => clockMs(responder) - Date.now())
    expect(ahead).toBeGreaterThan(YEAR_MS / 2)
    expect(behind).toBeLessThan(-YEAR_MS / 2)
    await all.change(20)
    await all.agree()
    expect(all.wrong).toEqual([])
    for (const { output } of all.responders) expect(output).not.toContain('nothing heard')
  })

  test("a responder's clock jumps", async () => {
    for (let round = 0; round < 4; round++) {
      jump()
      await all.change(10)
      await all.agree()
    }
    // Also where it loads anew, and where it starts from its cache file.
    jump()
    all.redis.cli('flushall')
    await all.change(5)
    await all.agree()
    jump()
    for (const index of all.responders.keys()) await all.restartResponder(index, 'SIGKILL')
    await all.change(5)
    await all.agree()
    expect(all.wrong).toEqual([])
    for (const { output } of all.responders) expect(output).not.toContain('nothing heard')
  })

  test('max_staleness goes by a clock that does not jump', async () => {
    for (const questioner of all.questioners) questioner.pause()
    await Promise.all(all.syncs.map((sync) => sync.stop('SIGKILL')))
    jump()
    for (const responder of all.responders) {
      await expect.poll(() => responder.recentOutput, SOON).toContain('nothing heard; its zones answer SERVFAIL')
    }
    jump()
    for (const sync of all.syncs) sync.start()
    await all.agree()
    for (const responder of all.responders) expect(responder.recentOutput).toContain('heard of again')
  })
})
