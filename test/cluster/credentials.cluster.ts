/** The ways to prove to a real API server who asks, and an API server that is restarted, paused and emptied. */

import { execFile } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ClusterAddress } from '@zonecast/kubernetes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Cluster } from './cluster.ts'
import { ALL } from './contract.ts'
import { namespace, service, slice } from './objects.ts'
import { WatchedCluster, type WatchSettings } from './watched-cluster.ts'

const run = promisify(execFile)
const roles = join(import.meta.dirname, '../../infra/kubernetes/rbac.yaml')

let cluster: Cluster
const open: WatchedCluster[] = []

async function begin(address: ClusterAddress, settings: Partial<WatchSettings> = {}): Promise<WatchedCluster> {
  const watched = await WatchedCluster.open({ address, stanzas: [ALL], ...settings })
  open.push(watched)
  return watched
}

async function account(user: object, name: string): Promise<ClusterAddress> {
  const file = join(cluster.folder, name)
  await writeFile(file, await cluster.kubeconfig(user))
  return { kind: 'kubeconfig', file, context: 'test' }
}

async function newToken(): Promise<string> {
  return (await cluster.kubectl(['create', 'token', '-n', 'zonecast', 'zonecast'])).trim()
}

async function fill(): Promise<void> {
  await cluster.kubectl(['apply', '-f', roles])
  await cluster.put(namespace('shop'))
  await cluster.put(service('shop', 'web'))
  await cluster.put(slice('shop', 'web', ['10.1.0.1']))
}

beforeAll(async () => {
  cluster = await Cluster.start()
  await fill()
})
afterAll(() => cluster.stop())
afterEach(async () => {
  for (const watched of open.splice(0)) await watched.close()
})

describe('credentials', () => {
  test('a certificate, with endpoint and tls', async () => {
    const tls = { ca: cluster.authority, ...(await cluster.clientCertificate('admin', 'system:masters')) }
    const watched = await begin({ kind: 'endpoint', url: cluster.url, tls })
    await watched.synced()
    expect(watched.addresses('shop', 'web')).toEqual(['10.1.0.1'])
  })

  test('a token in a file, which may be renewed', async () => {
    const tokenFile = join(cluster.folder, 'token')
    await writeFile(tokenFile, 'expired')
    const watched = await begin(await account({ tokenFile }, 'token-file.kubeconfig'))
    await watched.until(() => watched.errors.length > 0)
    expect(watched.errors[0]).toMatchObject({ code: 'bad-credentials' })
    expect(watched.errors[0]?.message).toContain('the API server does not know us (Unauthorized)')
    // As kubelet does.
    await writeFile(`${tokenFile}.new`, await newToken())
    await rename(`${tokenFile}.new`, tokenFile)
    await watched.synced()
  })

  test('a plugin', async () => {
    const credential = { kind: 'ExecCredential', status: { token: await newToken() } }
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'echo', args: [JSON.stringify(credential)] }
    const watched = await begin(await account({ exec }, 'plugin.kubeconfig'))
    await watched.synced()
  })

  test('nobody: the line says so', async () => {
    const watched = await begin(await account({}, 'nobody.kubeconfig'))
    await watched.until(() => watched.errors.length > 0)
    expect(watched.errors[0]?.message).toMatch(/system:anonymous|Unauthorized/)
  })

  test('a server whose authority is not known is not spoken to', async () => {
    const tls = await cluster.clientCertificate('admin', 'system:masters')
    const watched = await begin({ kind: 'endpoint', url: cluster.url, tls: { ...tls, ca: tls.cert } })
    await watched.until(() => watched.errors.length > 0)
    expect(watched.errors[0]).toMatchObject({ code: 'unreachable' })
    expect(watched.steps).toEqual([])
  })

  test.each(['node', 'bun'])('all the same on %s', async (runtime) => {
    const file = await cluster.accountKubeconfig('zonecast', 'zonecast')
    const { stdout } = await run(runtime, [join(import.meta.dirname, 'print-services.ts'), file])
    expect(stdout.split('\n')).toContain('shop/web')
  })
})

describe('an API server', () => {
  async function admin(settings: Partial<WatchSettings> = {}): Promise<WatchedCluster> {
    const watched = await begin({ kind: 'kubeconfig', file: cluster.adminKubeconfig, context: undefined }, settings)
    await watched.synced()
    return watched
  }

  test('that says nothing any more is left, and found again', async () => {
    const watched = await admin({ times: { idleMs: 500 } })
    const { changes } = watched
    cluster.signalApiServer('SIGSTOP')
    await watched.until(() => watched.errors.length > 0)
    cluster.signalApiServer('SIGCONT')
    await cluster.put(service('shop', 'later'))
    await watched.until(() => watched.get('Service', 'shop', 'later') !== undefined)
    expect(watched.changes).toBe(changes + 1)
  })

  test('that lost its store is taken for what it is now', async () => {
    const watched = await admin()
    // So many changes that the new store does not come to the same version by itself.
    for (let round = 0; round < 300; round++)
      await cluster.put(service('shop', 'busy', { labels: { round: `${round}` } }))
    await cluster.restartEmpty()
    await cluster.put(namespace('new'))
    await cluster.put(service('new', 'web'))
    await watched.until(() => watched.names('Service', 'new').join() === 'web')
    await watched.until(() => watched.names('Service', 'shop').length + watched.addresses('shop', 'web').length === 0)
    expect(watched.names('Namespace', '')).toEqual(['new'])
  })
})
