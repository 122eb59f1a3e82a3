/** Names that services ask for, from an API server through Redis to answers, and who has them as services come and go. */
import { Resolver } from 'node:dns/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { namespace } from '../cluster/objects.ts'
import { ApiStandIn } from '../stand-in/api-server.ts'
import type { ApiObject } from '../stand-in/store.ts'
import { ZonecastProcess } from './zonecast-process.ts'

const WAIT = { timeout: 30_000 }

function service(name: string, clusterIP: string, created: string, asks: string, mode = 'add'): ApiObject {
  const annotations = { 'zonecast.dev/name': asks, 'zonecast.dev/name-mode': mode }
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'demo', annotations, creationTimestamp: `2026-01-${created}T00:00:00Z` },
    spec: { clusterIP, clusterIPs: [clusterIP], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  }
}

const ONE = service('one', '10.96.0.1', '01', 'c1.nginx, www')
const TWO = service('two', '10.96.0.2', '02', 'c2.nginx, www, *.apps', 'replace')
const NAMES = ['one', 'two', 'c1.nginx', 'c2.nginx', 'www', 'x.apps', 'nginx']

describe.skipIf(!hasRedis)('names through the feed (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  let api: ApiStandIn
  const resolver = new Resolver({ timeout: 500, tries: 1 })
  const running: ZonecastProcess[] = []

  const resolve = async (name: string): Promise<string> => {
    try {
      return (await resolver.resolve4(name)).join()
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code)
    }
  }
  const answers = async () => Promise.all(NAMES.map((name) => resolve(`${name}.demo.names.example`)))
  const strings = async () => (await resolver.resolveTxt('demo.names.example')).flat().join()
  // The number of the last step. The log itself gets shorter, too.
  const published = () => Number(redis.cli('hget', 'zonecast:{names}:head', 'pos').split('-')[1])

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zonecast-names-'))
    redis = await startRedis()
    api = await new ApiStandIn().start()
    api.put(namespace('demo'), ONE, TWO)
    const port = await freePort()
    const corefile = join(directory, 'Corefile')
    const options = `endpoint ${api.url}\n names {service}.{namespace}.{zone}\n namespace_records txt`
    await writeFile(
      corefile,
      `names.example:${port} {\n bind 127.0.0.1\n kubernetes {\n ${options}\n }\n feed redis://127.0.0.1:${redis.port} {\n name names\n }\n}\n`,
    )
    resolver.setServers([`127.0.0.1:${port}`])
    running.push(new ZonecastProcess('node', ['sync', '-conf', corefile], {}))
    running.push(new ZonecastProcess('bun', ['respond', '-conf', corefile], {}))
  }, 60_000)

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop('SIGKILL')))
    await api?.stop()
    await redis?.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('names, and whoever asked for them first', async () => {
    const [first, second] = ['10.96.0.1', '10.96.0.2']
    await expect.poll(answers, WAIT).toEqual([first, 'ENOTFOUND', first, second, first, second, 'ENODATA'])
    expect(await strings()).toBe('c2.nginx,one')
    expect(running[0]?.output).toContain('is that of service one; it is not published')
  })

  test('when the winner goes, the loser takes over in the same step', async () => {
    const before = published()
    api.remove(ONE)
    const second = '10.96.0.2'
    await expect.poll(answers, WAIT).toEqual(['ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND', second, second, second, 'ENODATA'])
    expect(await strings()).toBe('c2.nginx')
    expect(published()).toBe(before + 1)
  })

  test('what it asks for no longer is gone, in one step too', async () => {
    const before = published()
    api.put(service('two', '10.96.0.2', '02', ''))
    const second = '10.96.0.2'
    const gone = 'ENOTFOUND'
    await expect.poll(answers, WAIT).toEqual([gone, second, gone, gone, gone, gone, gone])
    expect(await strings()).toBe('two')
    expect(published()).toBe(before + 1)
  })
})
