/** The story of docs/containers.md: up, a change, four responders, failures, and down. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fencedBlocks } from '../docs/fenced-blocks.ts'
import { ask, WAYS, type Way, whoAnswers } from './answers.ts'
import { type Engine, Stack } from './stack.ts'

const stack = new Stack((process.env['ZONECAST_COMPOSE'] ?? 'docker') as Engine)
const OURS = ['sync-a', 'sync-b', 'responder', 'front']
const ways = Object.keys(WAYS) as Way[]
const patience = { timeout: 60_000, interval: 200 }

const commands = fencedBlocks('sh').filter(({ place }) => place.startsWith('docs/containers.md'))

const say = (text: string) => process.stdout.write(`${text}\n`)

const kubectl = (line: string) => stack.shell(`docker compose run --rm --no-deps -T kubectl ${line}`)
const create = (name: string, address: string) =>
  kubectl(`create service clusterip ${name} --namespace=shop --tcp=80 --clusterip=${address}`)
const answered = (name: string, address: string, how: readonly Way[] = ways) =>
  Promise.all(how.map((way) => expect.poll(() => ask(way, `${name}.shop.svc.cluster.local`), patience).toBe(address)))

/** Every responder, asked for itself, without the front. */
async function eachAnswers(name: string, address: string): Promise<void> {
  const program = ['/usr/local/bin/bun', '/zonecast/zonecast.js']
  const query = ['query', '@127.0.0.1', `${name}.shop.svc.cluster.local`, '+short', '+tries=1', '+timeout=1']
  for (const id of await stack.containers('responder')) {
    const said = () => stack.command('exec', id, ...program, ...query).catch((error: Error) => error.message)
    await expect.poll(said, patience).toBe(`${address}\n`)
  }
}

async function publisher(): Promise<'sync-a' | 'sync-b'> {
  const program = ['/usr/local/bin/node', '/zonecast/zonecast.js']
  for (const service of ['sync-a', 'sync-b'] as const) {
    const id = await stack.container(service)
    const status = await stack
      .command('exec', id, ...program, 'feed', 'status', '-conf', '/etc/zonecast/Corefile')
      .catch(() => '')
    const name = /publisher +(\S+)/.exec(status)?.[1]
    if (name === undefined) continue
    const hostname = (await stack.command('inspect', '--format', '{{.Config.Hostname}}', id)).trim()
    return name.startsWith(hostname) ? service : service === 'sync-a' ? 'sync-b' : 'sync-a'
  }
  throw new Error('no sync worker tells who publishes')
}

beforeAll(async () => {
  say(`${stack.engine}, project ${stack.project}: building images`)
  await stack.shell('docker compose build')
  say('docker compose up -d')
  await stack.up()
})
afterAll(async () => {
  say('docker compose down -v')
  await stack.down()
  expect(await stack.containers('front')).toEqual([])
})

describe('when it is up', () => {
  it.each(ways)('answers over %s', async (way) => {
    await answered('web', '10.96.112.40', [way])
    expect(await ask(way, 'postgres.data.svc.cluster.local')).toBe('10.244.1.34 10.244.2.37 10.244.3.40')
    expect(await ask(way, '-x', '10.244.2.37')).toBe('postgres-1.postgres.data.svc.cluster.local.')
  })

  it('both responders answer', async () => {
    await expect.poll(async () => [...(await whoAnswers(8)).values()], patience).toEqual([4, 4])
  })

  it.each(commands.filter(({ text }) => !text.includes('RESPONDERS=')))('does what $place says', async ({ text }) => {
    await stack.shell(text)
  })
})

describe('a container', () => {
  it.each(OURS)('of %s is healthy', async (service) => {
    for (const id of await stack.containers(service)) await expect.poll(() => stack.isHealthy(id), patience).toBe(true)
  })

  it.each([...OURS, 'redis', 'etcd', 'kubernetes'])('of %s runs without root, and cannot write', async (service) => {
    for (const id of await stack.containers(service)) {
      const { Config, HostConfig, State } = await stack.inspect(id)
      expect(State.Status).toBe('running')
      expect(Config.User).toBe('65532:65532')
      expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, Privileged: false })
      expect(HostConfig.SecurityOpt?.join()).toMatch(/no-new-privileges/)
    }
  })

  it.each(OURS)('of %s has no shell, no package manager and no compiler', async (service) => {
    const id = await stack.container(service)
    for (const program of ['sh', '/bin/sh', 'bash', 'apt-get', 'npm', 'gcc', 'perl', 'curl']) {
      await expect(stack.command('exec', id, program, '--version')).rejects.toThrow(/not found|no such file/i)
    }
  })

  it('of a responder has one capability, that for port 53', async () => {
    const read = `console.log(await Bun.file('/proc/1/status').text())`
    const status = await stack.command('exec', await stack.container('responder'), '/usr/local/bin/bun', '-e', read)
    const capabilities = Object.fromEntries(
      [...status.matchAll(/^(Cap\w+):\s+([0-9a-f]+)$/gm)].map(([, k, v]) => [k, v]),
    )
    const netBindService = (1 << 10).toString(16).padStart(16, '0')
    expect(capabilities).toMatchObject({ CapPrm: netBindService, CapEff: netBindService, CapBnd: netBindService })
    expect(status).toMatch(/^Uid:\s+65532\s/m)
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
  })

  it.each(['9171', '9172'])('of sync shows its jobs at port %s', async (port) => {
    const pages = await fetch(`http://127.0.0.1:${port}/`)
    expect([pages.status, await pages.text()]).toEqual([200, expect.stringContaining('<title>zonecast sync</title>')])
  })

  it.each(['9161', '9162'])('of sync has metrics at port %s', async (port) => {
    const scrape = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(scrape).toMatch(/^zonecast_source_up\{.*\} 1$/m)
  })

  it('has no secret in its environment or its command', async () => {
    const read = `const { readFileSync } = require('node:fs'); console.log(readFileSync('/keys/redis-password', 'utf8'), readFileSync('/keys/token', 'utf8'))`
    const said = await stack.command('exec', await stack.container('sync-a'), '/usr/local/bin/node', '-e', read)
    const secrets = said.split(/\s+/).filter((word) => word.length >= 32)
    expect(secrets).toHaveLength(2)
    for (const service of [...OURS, 'redis', 'etcd', 'kubernetes', 'kubectl', 'keys']) {
      const { Config } = await stack.inspect(await stack.container(service))
      for (const secret of secrets) expect(JSON.stringify(Config)).not.toContain(secret)
    }
  })
})

describe('the rights', () => {
  it.each(['sync-a', 'sync-b', 'responder'])('of %s in Redis are enough', async (service) => {
    for (const id of await stack.containers(service)) {
      const { stdout, stderr } = await stack.logs(id)
      expect(stdout + stderr).not.toMatch(/NOPERM|NOAUTH/)
    }
  })
})

describe('what changes', () => {
  it('in Kubernetes is in every answer', async () => {
    await create('hello', '10.96.7.1')
    await answered('hello', '10.96.7.1')
    await eachAnswers('hello', '10.96.7.1')
  })

  it('in the number of responders is noticed: four answer', async () => {
    await stack.shell(commands.find(({ text }) => text.includes('RESPONDERS=4'))?.text ?? 'false')
    await expect.poll(async () => [...(await whoAnswers(12)).values()], patience).toEqual([3, 3, 3, 3])
    await eachAnswers('hello', '10.96.7.1')
  })
})

describe('what fails', () => {
  it('a responder, killed: after a moment no question is lost', async () => {
    const [first = ''] = await stack.containers('responder')
    await stack.command('stop', '-t', '0', first)
    await expect.poll(async () => [...(await whoAnswers(9)).values()], patience).toEqual([3, 3, 3])
    await stack.command('start', first)
    await expect.poll(async () => [...(await whoAnswers(12)).values()], patience).toEqual([3, 3, 3, 3])
  })

  it('Redis and the publishing sync worker, killed: all goes on, and a responder that starts answers', async () => {
    const killed = await publisher()
    const [redis, sync] = [await stack.container('redis'), await stack.container(killed)]
    say(`killing redis and ${killed}`)
    await stack.command('stop', '-t', '0', redis, sync)
    await answered('hello', '10.96.7.1')
    await eachAnswers('hello', '10.96.7.1')
    const [first = ''] = await stack.containers('responder')
    await stack.command('stop', '-t', '2', first)
    await stack.command('start', first)
    await eachAnswers('hello', '10.96.7.1')

    say(`starting redis; ${killed} stays away`)
    await stack.command('start', redis)
    await create('again', '10.96.7.2')
    await answered('again', '10.96.7.2')
    await eachAnswers('again', '10.96.7.2')

    say(`starting ${killed}`)
    await stack.command('start', sync)
    await kubectl('delete service hello --namespace=shop')
    await answered('hello', '')
    await create('last', '10.96.7.3')
    await answered('last', '10.96.7.3')
    await eachAnswers('last', '10.96.7.3')
  })
})
