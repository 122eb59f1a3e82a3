/** `kubectl` here, answers there: `zonecast serve` watching a real API server, on both runtimes. */
import { Resolver } from 'node:dns/promises'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../libs/feed/src/testing/redis-server.ts'
import { ZonecastProcess } from '../two-jobs/zonecast-process.ts'
import { Cluster } from './cluster.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await Cluster.start()
  await cluster.kubectl(['create', 'namespace', 'shop'])
})
afterAll(() => cluster?.stop())

describe.each(['node', 'bun'] as const)('serve on %s', (runtime) => {
  let running: ZonecastProcess | undefined
  afterEach(async () => {
    await running?.stop('SIGKILL')
    running = undefined
  })

  const start = async (): Promise<(name: string) => Promise<string>> => {
    const port = await freePort()
    const corefile = join(cluster.folder, `${runtime}.corefile`)
    const stanza = `kubernetes cluster.local {\n kubeconfig ${cluster.adminKubeconfig}\n }`
    await writeFile(corefile, `.:${port} {\n bind 127.0.0.1\n ${stanza}\n}\n`)
    running = new ZonecastProcess(runtime, ['serve', '-conf', corefile], {})
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    return async (name) => {
      try {
        return (await resolver.resolve4(`${name}.shop.svc.cluster.local`)).join()
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code)
      }
    }
  }

  it('answers what kubectl creates, and no more what it deletes', async () => {
    const ask = await start()
    const name = `web-${runtime}`
    await expect.poll(() => ask(name), { timeout: 20_000 }).toBe('ENOTFOUND')
    await cluster.kubectl(['create', 'service', 'clusterip', name, '--namespace=shop', '--tcp=80:8080'])
    const clusterIP = ['get', 'service', name, '--namespace=shop', '--output=jsonpath={.spec.clusterIP}']
    const address = await cluster.kubectl(clusterIP)
    expect(address).toMatch(/^10\.96\.\d+\.\d+$/)
    await expect.poll(() => ask(name), { timeout: 20_000 }).toBe(address)
    await cluster.kubectl(['delete', 'service', name, '--namespace=shop'])
    await expect.poll(() => ask(name), { timeout: 20_000 }).toBe('ENOTFOUND')
  })

  it('goes on answering while the API server is away, and catches up', async () => {
    const ask = await start()
    const name = `kept-${runtime}`
    await cluster.kubectl(['create', 'service', 'clusterip', name, '--namespace=shop', '--tcp=80:8080'])
    await expect.poll(() => ask(name), { timeout: 20_000 }).toMatch(/^10\.96\./)
    await cluster.stopApiServer()
    await expect.poll(() => running?.output, { timeout: 20_000 }).toContain('the API server is away')
    expect(await ask(name)).toMatch(/^10\.96\./)
    await cluster.startApiServer()
    await cluster.kubectl(['delete', 'service', name, '--namespace=shop'])
    await expect.poll(() => ask(name), { timeout: 60_000 }).toBe('ENOTFOUND')
  })
})
