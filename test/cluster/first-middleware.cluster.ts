/** The walk-through of examples/first-middleware, command by command. */
import { spawn } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../libs/feed/src/testing/redis-server.ts'
import { root } from '../docs/fenced-blocks.ts'
import { ZonecastProcess } from '../two-jobs/zonecast-process.ts'
import { Cluster, clusterBinaries } from './cluster.ts'

const FOLDER = join(root, 'examples/first-middleware')

describe('the first middleware at a real API server', () => {
  let cluster: Cluster
  let proxy: ReturnType<typeof spawn>
  let proxyPort: number
  let address: string
  beforeAll(async () => {
    cluster = await Cluster.start()
    await cluster.kubectl(['apply', '--filename', join(FOLDER, 'demo.yaml')])
    address = await cluster.kubectl([
      'get',
      'service',
      'mynginx',
      '--namespace=demo',
      '--output=jsonpath={.spec.clusterIP}',
    ])
    proxyPort = await freePort()
    const kubectl = join(clusterBinaries() ?? '', 'kubectl')
    const args = ['--kubeconfig', cluster.adminKubeconfig, 'proxy', `--port=${proxyPort}`]
    proxy = spawn(kubectl, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    if (proxy.stdout !== null) await once(proxy.stdout, 'data')
  })
  afterAll(async () => {
    proxy?.kill('SIGKILL')
    await cluster?.stop()
  })

  it.each([
    ['Corefile', 'mynginx.demo.svc.coredns.local'],
    ['short-names/Corefile', 'mynginx.demo.coredns.local'],
  ])('%s: %s is the ClusterIP', async (file, name) => {
    const port = await freePort()
    const corefile = join(cluster.folder, 'first.corefile')
    const text = await readFile(join(FOLDER, file), 'utf8')
    await writeFile(corefile, text.replace('localhost:8080', `localhost:${proxyPort}`).replace('.:53', `.:${port}`))
    const running = new ZonecastProcess('node', ['serve', '-conf', corefile], {})
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    try {
      await expect.poll(() => resolver.resolve4(name).catch(String), { timeout: 30_000 }).toEqual([address])
    } finally {
      await running.stop('SIGKILL')
    }
  })
})
