/**
 * What may happen between an API server and who watches it. Through each fault what was told stays in service, and
 * afterwards what was told is what the server has.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ALL } from '../cluster/contract.ts'
import { namespace, service, slice } from '../cluster/objects.ts'
import { WatchedCluster, type WatchSettings } from '../cluster/watched-cluster.ts'
import { ApiStandIn, type StandInOptions } from './api-server.ts'
import type { Fault } from './fault.ts'

let server: ApiStandIn
const open: WatchedCluster[] = []

async function start(options: StandInOptions = {}): Promise<void> {
  await server?.stop()
  server = await new ApiStandIn(options).start()
  server.put(namespace('shop'), service('shop', 'web'), slice('shop', 'web', ['10.1.0.1']))
}

async function begin(settings: Partial<WatchSettings> = {}): Promise<WatchedCluster> {
  const address = { kind: 'endpoint', url: server.url, tls: undefined } as const
  const watched = await WatchedCluster.open({ address, stanzas: [ALL], ...settings })
  open.push(watched)
  return watched
}

async function watch(settings: Partial<WatchSettings> = {}): Promise<WatchedCluster> {
  const watched = await begin(settings)
  await watched.synced()
  return watched
}

/** A change made now is told. */
async function expectAlive(watched: WatchedCluster): Promise<void> {
  const name = `probe-${server.version}`
  server.put(service('shop', name))
  await watched.until(() => watched.get('Service', 'shop', name) !== undefined)
  expect(watched.get('Service', 'shop', 'web')).toBeDefined()
  expect(watched.addresses('shop', 'web')).toEqual(['10.1.0.1'])
}

beforeEach(() => start())
afterEach(async () => {
  for (const watched of open.splice(0)) await watched.close()
  await server.stop()
})

const ONE_REPLY: readonly [string, Fault][] = [
  ['dropped', { kind: 'drop' }],
  ['500', { kind: 'status', status: 500, reason: 'InternalError' }],
  ['503', { kind: 'status', status: 503 }],
  ['cut at once', { kind: 'cut', afterOctets: 0 }],
  ['cut within', { kind: 'cut', afterOctets: 137 }],
  ['ended within', { kind: 'end', afterOctets: 137 }],
  ['410', { kind: 'status', status: 410, reason: 'Expired' }],
  ['401', { kind: 'status', status: 401, reason: 'Unauthorized' }],
]

describe.each([true, false])('streamed lists: %s', (streamsLists) => {
  test.each(ONE_REPLY)('a first reply that is %s', async (_name, fault) => {
    for (const path of ['/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices']) server.plan(path, fault)
    const watched = await watch({ streamsLists })
    await expectAlive(watched)
  })

  test.each(ONE_REPLY)('a watch that is resumed and %s', async (_name, fault) => {
    const watched = await watch({ streamsLists })
    const before = watched.changes
    server.plan(/services.*watch=true/, fault)
    server.dropAll()
    server.put(service('shop', 'meanwhile'))
    await watched.until(() => watched.get('Service', 'shop', 'meanwhile') !== undefined)
    await expectAlive(watched)
    // Nothing was taken back, nothing told twice.
    expect(watched.changes).toBe(before + 2)
  })
})

test('events cut at any octet, within a character too', async () => {
  const watched = await watch({ times: { retryMinMs: 1, retryMaxMs: 2 } })
  for (let afterOctets = 0; afterOctets < 420; afterOctets += 7) {
    const watches = server.openWatches
    server.plan(/services.*resourceVersion=\d/, { kind: 'cut', afterOctets })
    server.dropAll()
    server.put(service('shop', 'cut', { annotations: { 'zonecast.dev/note': `${'ü€😀'.repeat(9)}${afterOctets}` } }))
    const noteOf = () => {
      const object = watched.get('Service', 'shop', 'cut')
      return object?.kind === 'Service' ? object.annotations['zonecast.dev/note'] : undefined
    }
    await watched.until(() => noteOf()?.endsWith(`😀${afterOctets}`) ?? false)
    expect(watches).toBeGreaterThan(0)
  }
  expect(watched.counts('services')).toMatchObject({ lists: 1, drift: 0 })
})

test('a watch that tells nothing any more is begun anew', async () => {
  const watched = await watch({ times: { idleMs: 300 } })
  server.plan(/services.*resourceVersion=\d/, { kind: 'stall' })
  server.dropAll()
  await expectAlive(watched)
  expect(watched.counts('services').lists).toBe(1)
})

test('a server that never answers is told to be away, however long each try takes', async () => {
  const watched = await watch({ times: { idleMs: 300, watchMs: 200 } })
  server.plan('/', { kind: 'silence' }, 1_000_000)
  server.dropAll()
  await watched.until(() => !watched.isUp)
  expect(watched.errors.map(({ problem }) => problem)).toEqual([`API server ${server.url}: nothing came for 0.3 s`])
  server.faults.clear()
  await expectAlive(watched)
  await watched.until(() => watched.isUp)
})

test('watches that the server closes as soon as they begin are told once, and do not count as being up', async () => {
  const watched = await watch()
  server.plan(/services.*watch=true/, { kind: 'end', afterOctets: 0 }, 1_000_000)
  server.dropAll()
  server.put(service('shop', 'pending'))
  await watched.until(() => watched.counts('services').failures > 8)
  expect(watched.ups).toEqual([true, false])
  expect(watched.errors.map(({ problem }) => problem)).toEqual(['services: watches are closed at once'])
  server.faults.clear()
  await watched.until(() => watched.isUp)
  await expectAlive(watched)
})

test('warnings of objects end at some number, and say so', async () => {
  const broken = (name: string) => ({ ...service('shop', name), spec: { type: 'Wrong' } })
  server.put(...Array.from({ length: 1010 }, (_, index) => broken(`broken-${index}`)))
  const watched = await watch()
  expect(watched.warnings).toHaveLength(1001)
  expect(watched.warnings.at(-1)).toBe('these are 1000 warnings about objects; no more are told until a restart')
})

test('a quiet watch lives by bookmarks, and goes on from the last of them', async () => {
  const watched = await watch()
  server.put({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'other' } })
  server.bookmark()
  await watched.until(() => watched.counts('services').events === 3)
  const { version } = server
  server.compact()
  server.dropAll()
  await expectAlive(watched)
  expect(server.requests.some((one) => one.includes('/services?') && one.includes(`resourceVersion=${version}`))).toBe(
    true,
  )
  expect(watched.counts('services')).toMatchObject({ lists: 1, relists: 0 })
})

test('410 in the middle of a watch: lists anew and tells only what differs', async () => {
  server.put(service('shop', 'goes'))
  const watched = await watch()
  const { changes } = watched
  await server.stop()
  server.remove(service('shop', 'goes'))
  server.put(service('shop', 'comes'))
  server.compact()
  await server.start()
  await watched.until(() => watched.names('Service', 'shop').join() === 'comes,web')
  await watched.until(() => watched.isUp)
  expect(watched.changes).toBe(changes + 2)
  expect(watched.counts('services').relists).toBe(1)
})

describe('a server that comes back with an older state', () => {
  test('is seen when its watch is begun anew', async () => {
    const watched = await watch()
    await server.stop()
    server.restore(10, [namespace('shop'), service('shop', 'old')])
    await server.start()
    await watched.until(() => watched.names('Service', 'shop').join() === 'old')
    await watched.until(() => watched.addresses('shop', 'web').length === 0)
    server.put(service('shop', 'new'))
    await watched.until(() => watched.names('Service', 'shop').join() === 'new,old')
  })

  test('is seen by a bookmark', async () => {
    const watched = await watch()
    server.restore(10, [namespace('shop'), service('shop', 'old')])
    server.bookmark()
    await watched.until(() => watched.names('Service', 'shop').join() === 'old')
  })
})

test('what is lost on the way is found by the audit, told and counted', async () => {
  const watched = await watch({ times: { auditMs: 50, auditGraceMs: 10 } })
  server.putSilently(slice('shop', 'web', ['10.1.0.9']), service('shop', 'unheard'))
  await watched.until(() => watched.addresses('shop', 'web').join() === '10.1.0.9')
  await watched.until(() => watched.get('Service', 'shop', 'unheard') !== undefined)
  await watched.until(() => watched.counts('services').drift + watched.counts('endpointslices').drift === 2)
  expect(watched.warnings).toContain('services: 1 objects differed from what the watch had told; they are repaired')
})

test('audits are due however often the server closes the watch', async () => {
  const watched = await watch({ times: { watchMs: 500, auditMs: 2000, auditGraceMs: 10 } })
  await watched.until(() => watched.counts('services').audits > 0)
  // Watches ended before, each after a second.
  expect(watched.counts('services').watches).toBeGreaterThan(1)
  expect(watched.counts('services')).toMatchObject({ failures: 0, drift: 0 })
})

test('an audit that breaks off does no harm', async () => {
  const watched = await watch({ times: { auditMs: 20, auditGraceMs: 10 } })
  server.plan('/api/v1/services?limit', { kind: 'cut', afterOctets: 40 }, 3)
  await watched.until(() => watched.counts('services').audits > 0)
  await expectAlive(watched)
  expect(watched.counts('services').drift).toBe(0)
})

test('a server that answers 410 to whatever it is asked is told', async () => {
  server.plan('/', { kind: 'status', status: 410, reason: 'Gone', message: 'this API has moved' }, 1_000_000)
  const watched = await begin()
  await watched.until(() => watched.errors.length >= 3)
  expect(watched.errors.map(({ message }) => message)).toContain('services: status 410: this API has moved')
  server.faults.clear()
  await watched.synced()
})

test.each([true, false])(
  'objects as large and deep as a server takes them, streamed lists: %s',
  async (streamsLists) => {
    const watched = await watch({ streamsLists })
    // Each character is six in the reply; nobody checks what owns an object.
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', uid: 'a', name: '<'.repeat(1_550_000) }]
    const giant = service('shop', 'giant')
    // Nor what somebody says to have managed of it.
    let fieldsV1 = {}
    for (let depth = 0; depth < 3000; depth++) fieldsV1 = { 'f:a': fieldsV1 }
    const managedFields = [{ manager: 'a', operation: 'Update', fieldsType: 'FieldsV1', fieldsV1 }]
    server.put({ ...giant, metadata: { ...giant.metadata, ownerReferences } })
    server.put({ ...service('shop', 'deep'), metadata: { namespace: 'shop', name: 'deep', managedFields } })
    await expectAlive(watched)
    expect(watched.get('Service', 'shop', 'giant')).toBeDefined()
    expect(watched.errors).toEqual([])
    const later = await watch({ streamsLists })
    for (const name of ['giant', 'deep']) expect(later.get('Service', 'shop', name)).toBeDefined()
  },
)

test('a server that does not stream lists is read in pages, and asked once', async () => {
  await start({ streamsLists: false })
  const watched = await watch()
  await expectAlive(watched)
  expect(watched.errors).toEqual([])
  expect(server.requests.filter((one) => one.includes('sendInitialEvents') && one.includes('services')).length).toBe(1)
})

test('a streamed list that never ends is given up for pages', async () => {
  server.plan(/services.*sendInitialEvents/, { kind: 'end', afterOctets: 0 }, 2)
  const watched = await watch()
  expect(watched.counts('services').lists).toBe(1)
  await expectAlive(watched)
})

test('a server that was away is asked for a streamed list again', async () => {
  await server.stop()
  const watched = await begin()
  await watched.until(() => watched.counts('services').failures > 3)
  await server.start()
  await watched.synced()
  expect(server.requests.filter((one) => one.includes('services')).at(-1)).toContain('sendInitialEvents')
})

test('pages that expire are read all at once', async () => {
  server.put(...Array.from({ length: 9 }, (_, index) => service('shop', `web-${index}`)))
  server.plan(/services.*continue=/, { kind: 'status', status: 410, reason: 'Expired' })
  const watched = await watch({ streamsLists: false, pageSize: 4 })
  expect(watched.names('Service', 'shop')).toHaveLength(10)
  expect(server.requests.filter((one) => one.startsWith('/api/v1/services')).slice(0, 3)).toEqual([
    '/api/v1/services?limit=4',
    expect.stringContaining('continue='),
    '/api/v1/services',
  ])
})

test('429 with Retry-After is waited for, and told once', async () => {
  const watched = await watch()
  const refusal = { kind: 'status', status: 429, retryAfter: '1', message: 'too many requests' } as const
  server.plan(/services.*watch=true/, refusal, 2)
  server.dropAll()
  const beganMs = performance.now()
  await expectAlive(watched)
  expect(performance.now() - beganMs).toBeGreaterThan(1900)
  expect(watched.errors.map((error) => error.message)).toEqual(['services: status 429: too many requests'])
})

test('a refusal that is worded otherwise each time is told once', async () => {
  const watched = await watch()
  for (const request of ['7f3a', 'b21c', '90de']) {
    const message = `no upstream, request ${request}-0000`
    server.plan(/services.*watch=true/, { kind: 'status', status: 502, message })
  }
  server.dropAll()
  await expectAlive(watched)
  expect(watched.errors.map((error) => error.message)).toEqual(['services: status 502: no upstream, request 7f3a-0000'])
})

test('while the server is away what was told stays, and one problem is told once', async () => {
  const watched = await watch()
  const { changes } = watched
  await server.stop()
  await watched.until(() => !watched.isUp)
  await watched.until(() => watched.counts('services').failures > 3)
  expect(watched.changes).toBe(changes)
  expect(watched.errors.map(({ code }) => code)).toEqual(['unreachable'])
  expect(watched.errors[0]?.message).toContain(`${server.url}: `)
  expect(watched.errors[0]?.message).toContain('ECONNREFUSED')
  await server.start()
  await watched.until(() => watched.isUp)
  expect(watched.ups).toEqual([true, false, true])
  await expectAlive(watched)
  expect(watched.changes).toBe(changes + 1)
})

describe('a right that is missing', () => {
  const forbidden: Fault = { kind: 'status', status: 403, reason: 'Forbidden', message: 'pods is forbidden' }

  test('of pods switches them off, and the others go on', async () => {
    server.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'shop', name: 'web-0' },
      status: { podIP: '10.1.0.1' },
    })
    server.plan('/api/v1/pods', forbidden, 6)
    const watched = await watch({ stanzas: [{ ...ALL, pods: 'verified' }] })
    expect(watched.errors.map(({ code, problem }) => [code, problem])).toEqual([
      [
        'forbidden',
        'pods: the account may not read them: it needs the verbs list and watch on pods of the core API group ("") in all namespaces (a ClusterRole) (pods is forbidden)',
      ],
    ])
    await expectAlive(watched)
    // Once the right is granted they come.
    await watched.until(() => watched.get('Pod', 'shop', 'web-0') !== undefined)
  })

  test('of services holds back the first synced step until it is there', async () => {
    server.plan('/api/v1/services', forbidden, 5)
    const watched = await begin()
    await watched.until(() => watched.errors.length > 0)
    await watched.until(() => watched.addresses('shop', 'web').length > 0)
    expect(watched.steps.some((step) => step.synced)).toBe(false)
    await watched.until(() => watched.steps.at(-1)?.synced === true)
    await expectAlive(watched)
  })

  test('that is taken away leaves what was told in service', async () => {
    const watched = await watch()
    server.plan(/services/, forbidden, 5)
    server.dropAll()
    await watched.until(() => watched.errors.some(({ code }) => code === 'forbidden'))
    expect(watched.get('Service', 'shop', 'web')).toBeDefined()
    // What is served may be old by now.
    expect(watched.isUp).toBe(false)
    await expectAlive(watched)
    await watched.until(() => watched.isUp)
  })

  test('is named for each namespace, which may differ by a number', async () => {
    server.plan(/namespaces\/team-\d\/services/, forbidden, 1_000_000)
    const watched = await begin({ stanzas: [{ ...ALL, namespaces: ['team-1', 'team-2'] }] })
    await watched.until(() => watched.errors.length >= 2)
    expect(watched.errors.map(({ problem }) => /in namespace (\S+)/.exec(problem)?.[1]).sort()).toEqual([
      'team-1',
      'team-2',
    ])
  })

  test('to see a namespace that is named leaves it taken to exist', async () => {
    server.plan(/namespaces\/shop\?|namespaces\?/, forbidden, 1_000_000)
    const watched = await watch({ stanzas: [{ ...ALL, namespaces: ['shop'] }] })
    expect(watched.names('Namespace', '')).toEqual(['shop'])
    expect(watched.warnings).toEqual([expect.stringContaining('namespace shop: the account may not read them')])
    expect(watched.warnings[0]).toContain('it is taken to exist')
    expect(watched.isUp).toBe(true)
    await expectAlive(watched)
  })
})

test('a resource that is not there switches its source off at once', async () => {
  const watched = await watch({ stanzas: [{ ...ALL, imports: true }] })
  expect(watched.errors.map(({ code }) => code)).toEqual(['no-resource'])
  expect(watched.errors[0]?.message).toContain('does not know serviceimports of multicluster.x-k8s.io/v1alpha1')
  await expectAlive(watched)
})

describe('a token in a file', () => {
  let folder: string
  let token: string
  const file = () => join(folder, 'token')
  const account = async (): Promise<Pick<WatchSettings, 'address'>> => {
    const config = {
      clusters: [{ name: 'test', cluster: { server: server.url } }],
      users: [{ name: 'test', user: { tokenFile: 'token' } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      'current-context': 'test',
    }
    const path = join(folder, 'kubeconfig')
    await writeFile(path, JSON.stringify(config))
    return { address: { kind: 'kubeconfig', file: path, context: undefined } }
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zonecast-stand-in-'))
    token = 'first'
    await start({ token: () => token })
    await writeFile(file(), token)
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('that is renewed is seen by the next request', async () => {
    const watched = await watch(await account())
    token = 'second'
    await writeFile(file(), token)
    server.dropAll()
    await expectAlive(watched)
    expect(watched.errors.filter(({ code }) => code !== 'unreachable')).toEqual([])
  })

  test('that is empty for a moment counts as it was', async () => {
    const watched = await watch(await account())
    await writeFile(file(), '')
    for (let round = 0; round < 3; round++) {
      server.dropAll()
      await expectAlive(watched)
    }
    expect(watched.errors.filter(({ code }) => code !== 'unreachable')).toEqual([])
    expect(watched.counts('services')).toMatchObject({ lists: 1, relists: 0 })
  })

  test('that is empty from the start asks the server nothing, until there is one', async () => {
    await writeFile(file(), '')
    const watched = await begin(await account())
    await watched.until(() => watched.counts('services').failures > 3)
    expect(watched.errors.map(({ code, problem }) => [code, problem])).toEqual([
      ['bad-credentials', `the token file ${file()} is empty`],
    ])
    expect(server.requests).toEqual([])
    await writeFile(file(), token)
    await watched.synced()
    await expectAlive(watched)
  })

  test('that has expired is told, and once it is renewed the watch goes on', async () => {
    const watched = await watch(await account())
    token = 'second'
    server.dropAll()
    await watched.until(() => watched.errors.some(({ code }) => code === 'bad-credentials'))
    expect(watched.get('Service', 'shop', 'web')).toBeDefined()
    await writeFile(file(), token)
    await expectAlive(watched)
    expect(watched.counts('services')).toMatchObject({ lists: 1, relists: 0 })
  })
})

describe('what is no API server', () => {
  test.each([
    ['no JSON', '<html>'],
    ['no event', '[1]\n'],
    ['a list', '{"kind":"ServiceList","items":[{}]}\n'],
    ['an event of no kind', '{"type":"NEWS","object":{"metadata":{"resourceVersion":"1"}}}\n'],
    ['an event without a version', '{"type":"ADDED","object":{"metadata":{}}}\n'],
  ])('sends %s', async (_name, text) => {
    const watched = await watch()
    server.writeRaw('services', text)
    await watched.until(() => watched.counts('services').failures === 1)
    await expectAlive(watched)
    expect(watched.counts('services').lists).toBe(1)
  })
})

test('a reply that cannot be read is told with what it is of', async () => {
  server.plan('/api/v1/services', { kind: 'end', afterOctets: 20 })
  const watched = await watch()
  expect(watched.errors.map(({ code, message }) => [code, message])).toEqual([
    ['json-syntax', expect.stringContaining(`services: a reply of ${server.url} cannot be read: line 1: document 1: `)],
  ])
})

test('requests keep to their limits', async () => {
  const beganMs = performance.now()
  const watched = await watch({ limits: { qps: 10, burst: 1, maxInflight: 1 } })
  // Three watches: the second and third wait a tenth of a second each.
  expect(performance.now() - beganMs).toBeGreaterThan(190)
  await expectAlive(watched)
})

test('ends when its signal aborts, whatever it was doing', async () => {
  const watched = await watch()
  await watched.close()
  server.plan('/', { kind: 'stall' }, 100)
  const starting = await begin()
  await starting.close()
  await server.stop()
  const refused = await begin()
  await refused.until(() => refused.errors.length > 0)
  await refused.close()
  await refused.until(() => server.openWatches === 0)
})
