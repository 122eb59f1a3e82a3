import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { type Demo, shell, startDemo } from './demo-process.ts'

const QUESTION = 'web.shop.svc.cluster.local'
const address = '10.96.112.40\n'

describe.skipIf(!hasRedis)('script/demo-two-jobs (redis-server needed)', () => {
  let demo: Demo
  const ask = (port: number) => shell(`dig @127.0.0.1 -p ${port} ${QUESTION} +short +tries=1 +time=2`)
  /** Does what it says after the command that kills something. */
  const kill = (number: number) => shell(demo.output.match(/^ {2}kill -9 \d+$/gm)?.[number] ?? 'false')

  beforeAll(async () => {
    demo = await startDemo('script/demo-two-jobs', 'files', 90_000)
  }, 100_000)
  afterAll(() => demo?.stop('SIGTERM'))

  it('the commands that it prints work', async () => {
    const [dig = '', status = '', history = ''] = demo.commands
    expect(await shell(dig)).toContain('10.96.112.40')
    expect(await shell(status)).toMatch(/^demo at 127\.0\.0\.1:6390\n/)
    expect(await shell(history)).toMatch(/ base .* \+\d+ services, /)
  })

  it('each responder answers, whatever is killed', async () => {
    for (const port of [5301, 5302, 5303]) expect(await ask(port)).toBe(address)
    await kill(0)
    await kill(1)
    for (const port of [5301, 5302, 5303]) expect(await ask(port)).toBe(address)
    await kill(2)
    for (const port of [5302, 5303]) expect(await ask(port)).toBe(address)
  })

  it('a responder that is started anew without Redis answers from its cache file', async () => {
    const respond = demo.output.match(/^ {6}(PORT=5301 .*)$/m)?.[1] ?? 'false'
    const looking = `until dig @127.0.0.1 -p 5301 ${QUESTION} +short +tries=1 +time=1 | grep '^10'; do sleep 0.1; done`
    const found = await shell(
      `timeout 60 ${respond.replace(/^(.*?)npx /, 'env $1npx ')} >/dev/null 2>&1 & ${looking}; kill $!`,
    )
    expect(found).toBe(address)
  })

  it('ends well on Ctrl-C', async () => expect(await demo.stop('SIGINT')).toBe(0))
})
