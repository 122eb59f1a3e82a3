/** What an account may read, with the very roles in infra/kubernetes and the API server's own authorizer. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterAddress } from '@zonecast/kubernetes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Cluster } from './cluster.ts'
import { ALL } from './contract.ts'
import { namespace, service, slice } from './objects.ts'
import { WatchedCluster, type WatchSettings } from './watched-cluster.ts'

const roles = join(import.meta.dirname, '../../infra/kubernetes')
const everywhere = join(roles, 'rbac.yaml')
const inNamespaces = join(roles, 'rbac-namespaces.yaml')

let cluster: Cluster
let address: ClusterAddress
const open: WatchedCluster[] = []

async function begin(settings: Partial<WatchSettings> = {}): Promise<WatchedCluster> {
  const watched = await WatchedCluster.open({ address, stanzas: [ALL], ...settings })
  open.push(watched)
  return watched
}

beforeAll(async () => {
  cluster = await Cluster.start()
  await cluster.kubectl(['apply', '-f', everywhere])
  await cluster.put(namespace('shop'))
  await cluster.put(service('shop', 'web'))
  await cluster.put(slice('shop', 'web', ['10.1.0.1']))
  const file = await cluster.accountKubeconfig('zonecast', 'zonecast')
  address = { kind: 'kubeconfig', file, context: undefined }
})
afterAll(() => cluster.stop())
afterEach(async () => {
  for (const watched of open.splice(0)) await watched.close()
})

describe('the ClusterRole', () => {
  test.each([true, false])('is enough for all that is watched, streamed lists: %s', async (streamsLists) => {
    const watched = await begin({ streamsLists, stanzas: [{ ...ALL, pods: 'verified' }] })
    await watched.synced()
    expect(watched.errors).toEqual([])
    expect(watched.addresses('shop', 'web')).toEqual(['10.1.0.1'])
  })

  test.each([true, false])('is enough for namespaces that are named, streamed lists: %s', async (streamsLists) => {
    const watched = await begin({ streamsLists, stanzas: [{ ...ALL, namespaces: ['shop'] }] })
    await watched.synced()
    expect([watched.errors, watched.warnings]).toEqual([[], []])
    expect(watched.names('Namespace', '')).toEqual(['shop'])
  })

  test('allows nothing else', async () => {
    const can = (...args: string[]) =>
      cluster.kubectl(['auth', 'can-i', '--as=system:serviceaccount:zonecast:zonecast', ...args]).catch(() => 'no')
    expect((await can('list', 'services', '-A')).trim()).toBe('yes')
    for (const verb of ['get', 'create', 'update', 'delete']) expect((await can(verb, 'services')).trim()).toBe('no')
    for (const resource of ['secrets', 'configmaps', 'nodes']) expect((await can('list', resource)).trim()).toBe('no')
  })

  test('may lack the right to read pods: the others go on, and a line says what is missing', async () => {
    const rules = await readFile(everywhere, 'utf8')
    const without = rules.replace(/ {2}# Only for `pods verified`\.\n(?: {2,4}.*\n){3}/, '')
    expect(without).not.toContain('pods]')
    await cluster.kubectl(['apply', '-f', '-'], without)
    const watched = await begin({ stanzas: [{ ...ALL, pods: 'verified' }] })
    await watched.synced()
    expect(watched.errors.map(({ code }) => code)).toEqual(['forbidden'])
    expect(watched.errors[0]?.message).toContain(
      'verbs list and watch on pods of the core API group ("") in all namespaces',
    )
    expect(watched.errors[0]?.message).toContain('User "system:serviceaccount:zonecast:zonecast" cannot')

    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-0', namespace: 'shop' },
      spec: { containers: [{ name: 'web', image: 'web' }] },
    }
    await cluster.put(pod)
    const status = { status: { phase: 'Running', podIP: '10.1.0.1', podIPs: [{ ip: '10.1.0.1' }] } }
    await cluster.kubectl(['patch', 'pod', '-n', 'shop', 'web-0', '--subresource=status', '-p', JSON.stringify(status)])
    await cluster.kubectl(['apply', '-f', everywhere])
    await watched.until(() => watched.get('Pod', 'shop', 'web-0') !== undefined)
    // A pod that ended leaves the watch.
    const ended = JSON.stringify({ status: { phase: 'Succeeded' } })
    await cluster.kubectl(['patch', 'pod', '-n', 'shop', 'web-0', '--subresource=status', '-p', ended])
    await watched.until(() => watched.get('Pod', 'shop', 'web-0') === undefined)
  })
})

describe('a Role in each namespace that is named', () => {
  beforeAll(async () => {
    await cluster.kubectl(['delete', 'clusterrolebinding', 'zonecast'])
  })
  afterAll(async () => {
    await cluster.kubectl(['apply', '-f', everywhere])
  })

  test('is missing: nothing is synced, until it is there', async () => {
    const watched = await begin({ stanzas: [{ ...ALL, namespaces: ['shop'] }] })
    await watched.until(() => watched.errors.length >= 2)
    expect(watched.errors.map(({ code }) => code)).toEqual(['forbidden', 'forbidden'])
    expect(watched.errors[0]?.message).toContain('in namespace shop')
    expect(watched.steps.some((step) => step.synced)).toBe(false)
    await cluster.kubectl(['apply', '-n', 'shop', '-f', inNamespaces])
    await watched.synced()
    expect(watched.addresses('shop', 'web')).toEqual(['10.1.0.1'])
  })

  test('is enough, for the Namespace itself too', async () => {
    const watched = await begin({ stanzas: [{ ...ALL, namespaces: ['shop'] }] })
    await watched.synced()
    expect([watched.errors, watched.warnings]).toEqual([[], []])
    expect(watched.names('Namespace', '')).toEqual(['shop'])
    await cluster.put(service('shop', 'later'))
    await watched.until(() => watched.get('Service', 'shop', 'later') !== undefined)
  })
})
