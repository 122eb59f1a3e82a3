/**
 * What watching an API server comes to, whichever server it is: one suite for the real one (script/test-cluster) and for
 * the stand-in (script/test), so that faults planned in the stand-in mean what they would in a cluster.
 */

import type { ClusterAddress, Selection } from '@zonecast/kubernetes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApiObject, namespace, service, slice } from './objects.ts'
import { WatchedCluster, type WatchSettings } from './watched-cluster.ts'

/** An API server that a test may write to. */
export interface WritableApi {
  readonly address: ClusterAddress
  /** Creates it, or makes it so. */
  put(object: ApiObject): Promise<void>
  remove(object: ApiObject): Promise<void>
  /** GET as whoever may do anything. */
  get(path: string): Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> }>
  /** Forgets its past: a watch that comes later and begins before now is too late. May break connections. */
  forget(): Promise<void>
  close(): Promise<void>
}

export const ALL: Selection = {
  namespaces: [],
  namespaceLabels: undefined,
  labels: undefined,
  pods: 'disabled',
  endpointPodNames: false,
  endpoints: true,
}

export function describeContract(name: string, start: () => Promise<WritableApi>): void {
  describe(name, () => {
    let api: WritableApi
    const open: WatchedCluster[] = []
    let made: ApiObject[] = []

    beforeAll(async () => {
      api = await start()
    }, 60_000)
    afterAll(() => api.close())
    afterEach(async () => {
      for (const watched of open.splice(0)) await watched.close()
      for (const object of made.reverse()) await api.remove(object)
      made = []
    })

    async function put(...objects: readonly ApiObject[]): Promise<void> {
      for (const object of objects) {
        await api.put(object)
        made.push(object)
      }
    }

    async function watch(settings: Partial<WatchSettings> = {}): Promise<WatchedCluster> {
      const watched = await WatchedCluster.open({ address: api.address, stanzas: [ALL], ...settings })
      open.push(watched)
      await watched.synced()
      return watched
    }

    for (const streamsLists of [true, false]) {
      describe(streamsLists ? 'from streamed lists' : 'from lists in pages', () => {
        test('gives what is there, then what changes', async () => {
          await put(namespace('shop'), service('shop', 'web'), slice('shop', 'web', ['10.1.0.1', '10.1.0.2']))
          const watched = await watch({ streamsLists })
          expect(watched.get('Namespace', '', 'shop')).toMatchObject({ kind: 'Namespace' })
          expect(watched.get('Service', 'shop', 'web')).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80 }] })
          expect(watched.addresses('shop', 'web')).toEqual(['10.1.0.1', '10.1.0.2'])

          await put(service('shop', 'api'), slice('shop', 'web', ['10.1.0.3']))
          await watched.until(() => watched.get('Service', 'shop', 'api') !== undefined)
          await watched.until(() => watched.addresses('shop', 'web').join() === '10.1.0.3')
          await api.remove(service('shop', 'api'))
          await watched.until(() => watched.get('Service', 'shop', 'api') === undefined)
        })

        test('gives many objects, however few a page has', async () => {
          const names = Array.from({ length: 23 }, (_, index) => `web-${index}`)
          await put(namespace('many'), ...names.map((one) => service('many', one)))
          const watched = await watch({ streamsLists, pageSize: 5 })
          expect(watched.names('Service', 'many')).toEqual(names.sort())
          const lists = watched.counts('services').lists
          expect(lists).toBe(1)
        })
      })
    }

    test('loses nothing while the server closes watches again and again', async () => {
      await put(namespace('busy'))
      const watched = await watch({ times: { watchMs: 500 } })
      for (let round = 0; round < 3; round++) {
        const watches = watched.counts('services').watches
        await put(service('busy', `web-${round}`))
        await watched.until(() => watched.get('Service', 'busy', `web-${round}`) !== undefined)
        await watched.until(() => watched.counts('services').watches > watches)
      }
      expect(watched.counts('services')).toMatchObject({ lists: 1, relists: 0 })
      expect(watched.errors).toEqual([])
    }, 60_000)

    test('tells nothing of changes that DNS does not see', async () => {
      await put(namespace('quiet'), service('quiet', 'web'))
      const watched = await watch()
      const changes = watched.changes
      await put(service('quiet', 'web', { annotations: { note: 'changed' } }))
      await put(service('quiet', 'last'))
      await watched.until(() => watched.get('Service', 'quiet', 'last') !== undefined)
      expect(watched.changes).toBe(changes + 1)
    })

    test('leaves selecting to the server where all stanzas select alike', async () => {
      await put(namespace('lab'), service('lab', 'in', { labels: { tier: 'front' } }), service('lab', 'out'))
      const watched = await watch({ stanzas: [{ ...ALL, labels: 'tier in (front)' }] })
      expect(watched.names('Service', 'lab')).toEqual(['in'])
      await put(service('lab', 'out', { labels: { tier: 'front' } }))
      await watched.until(() => watched.names('Service', 'lab').length === 2)
      await put(service('lab', 'in'))
      await watched.until(() => watched.names('Service', 'lab').join() === 'out')
    })

    test('selects nothing where stanzas differ', async () => {
      await put(namespace('mix'), service('mix', 'in', { labels: { tier: 'front' } }), service('mix', 'out'))
      const watched = await watch({ stanzas: [{ ...ALL, labels: 'tier=front' }, ALL] })
      expect(watched.names('Service', 'mix')).toEqual(['in', 'out'])
      expect(watched.get('Service', 'mix', 'in')?.labels).toEqual({ tier: 'front' })
    })

    for (const streamsLists of [true, false]) {
      test(`watches only the namespaces that are named, streamed lists: ${streamsLists}`, async () => {
        for (const name of ['one', 'two', 'three']) await put(namespace(name), service(name, 'web'))
        const watched = await watch({ streamsLists, stanzas: [{ ...ALL, namespaces: ['one', 'two', 'none'] }] })
        expect(watched.names('Namespace', '')).toEqual(['one', 'two'])
        expect(watched.names('Service', 'one')).toEqual(['web'])
        expect(watched.names('Service', 'three')).toEqual([])
        await put(namespace('none'), service('none', 'web'), service('three', 'api'), service('two', 'api'))
        await watched.until(() => watched.names('Namespace', '').join() === 'none,one,two')
        await watched.until(
          () => watched.names('Service', 'two').length + watched.names('Service', 'none').length === 3,
        )
        expect(watched.names('Service', 'three')).toEqual([])
      })
    }

    test('selects namespaces by their labels', async () => {
      await put(namespace('yes', { dns: 'on' }), namespace('no'))
      const watched = await watch({ stanzas: [{ ...ALL, namespaceLabels: 'dns=on' }] })
      expect(watched.names('Namespace', '')).toEqual(['yes'])
    })

    test('audits find no drift in a cluster that changes all the time', async () => {
      await put(namespace('drift'))
      const watched = await watch({ times: { auditMs: 30 } })
      for (let round = 0; round < 60; round++) {
        await put(service('drift', `web-${round % 7}`, { labels: { round: String(round) } }))
        if (round % 3 === 0) await api.remove(service('drift', `web-${(round + 3) % 7}`))
      }
      await watched.until(() => watched.counts('services').audits > 2)
      expect(watched.counts('services')).toMatchObject({ drift: 0, relists: 0 })
    }, 60_000)

    test('goes on after the server was away, and tells only what differs', async () => {
      await put(namespace('far'), service('far', 'stays'), service('far', 'goes'))
      const watched = await watch()
      const changes = watched.changes
      await api.forget()
      await watched.until(() => watched.counts('services').watches > 1 && watched.isUp)
      await api.remove(service('far', 'goes'))
      await put(service('far', 'comes'))
      await watched.until(() => watched.names('Service', 'far').join() === 'comes,stays')
      expect(watched.changes).toBe(changes + 2)
    })

    describe('the server itself', () => {
      interface Answer {
        readonly status: number
        readonly text: string
      }

      /** The whole body, or of a watch what comes until it `holds`. */
      async function get(path: string, holds: (text: string) => boolean = () => false): Promise<Answer> {
        const { status, body } = await api.get(path)
        let text = ''
        for await (const chunk of body) {
          text += Buffer.from(chunk).toString()
          if (holds(text)) break
        }
        return { status, text }
      }

      test('does not know a resource', async () => {
        const { status } = await get('/apis/multicluster.x-k8s.io/v1alpha1/serviceimports')
        expect(status).toBe(404)
      })

      test('begins a watch from too far back with 410', async () => {
        await put(namespace('old'))
        await api.forget()
        const path = '/api/v1/namespaces?watch=true&resourceVersion=1'
        const { status, text } = await get(path, (all) => all.endsWith('\n'))
        expect(status === 410 || JSON.parse(text).object.code === 410, text).toBe(true)
      })

      test('refuses to stream a list that does not say how old it may be', async () => {
        const { status, text } = await get('/api/v1/services?watch=true&sendInitialEvents=true')
        expect(status).toBe(422)
        expect(JSON.parse(text).reason).toBe('Invalid')
      })

      test('ends a streamed list with a bookmark', async () => {
        await put(namespace('streamed'), service('streamed', 'web'))
        const path =
          '/api/v1/namespaces/streamed/services?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
        const { text } = await get(path, (all) => all.includes('BOOKMARK') && all.endsWith('\n'))
        const events = text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
        expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK'])
        expect(events[0].object).toMatchObject({ kind: 'Service', apiVersion: 'v1', metadata: { name: 'web' } })
        expect(events[1].object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
        expect(Number(events[1].object.metadata.resourceVersion)).toBeGreaterThan(0)
      })

      test('lists in pages of one moment', async () => {
        await put(namespace('paged'), ...['a', 'b', 'c'].map((one) => service('paged', one)))
        const first = JSON.parse((await get('/api/v1/namespaces/paged/services?limit=2')).text)
        expect(first).toMatchObject({ kind: 'ServiceList', metadata: { remainingItemCount: 1 } })
        expect(first.items.map((one: ApiObject) => one.metadata.name)).toEqual(['a', 'b'])
        expect(first.items[0].kind).toBeUndefined()
        await put(service('paged', 'd'))
        const token = encodeURIComponent(first.metadata.continue)
        const second = JSON.parse((await get(`/api/v1/namespaces/paged/services?limit=2&continue=${token}`)).text)
        expect(second.items.map((one: ApiObject) => one.metadata.name)).toEqual(['c'])
        expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
        expect(second.metadata.continue ?? '').toBe('')
      })

      test('tells of an object that is no longer selected as deleted, under a later version', async () => {
        await put(namespace('gone'), service('gone', 'web', { labels: { tier: 'front' } }))
        const { metadata } = JSON.parse((await get('/api/v1/namespaces/gone/services?limit=1')).text)
        const path = `/api/v1/namespaces/gone/services?watch=true&labelSelector=tier%3Dfront&resourceVersion=${metadata.resourceVersion}`
        const answer = get(path, (all) => all.includes('\n'))
        await put(service('gone', 'web'))
        const { type, object } = JSON.parse((await answer).text)
        expect(type).toBe('DELETED')
        expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion))
      })
    })
  })
}
