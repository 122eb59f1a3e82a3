import { expect, test } from 'vitest'
import { Changes } from '../changes.ts'
import { compileService } from '../records/compile-service.ts'
import { Stanzas } from '../stanza.ts'
import { gone, namespace, pod, present, service, serviceLines, slice, stanza } from '../testing/fixture.ts'
import { Zones } from '../zones.ts'
import { Cluster } from './cluster.ts'

const OBJECTS = [
  namespace('shop'),
  service('shop/web', '10.96.0.7'),
  slice('shop/web/a', ['10.0.0.1']),
  pod('shop/web-0', ['10.0.0.1']),
]

const list = [stanza({ pods: 'verified' })]
const stanzas = new Stanzas(list)
const IGNORE = { service: () => {}, namespace: () => {}, podAddress: () => {}, badExternalName: () => {} }

test('who watches sees a service as it was', () => {
  const seen: string[][] = []
  const cluster = new Cluster(stanzas, {
    ...IGNORE,
    service: (entry) => seen.push(compileService(entry, stanzas.shapes).flatMap(serviceLines)),
  })
  for (const object of OBJECTS.slice(0, 3)) cluster.apply(present(object))
  cluster.apply(gone(namespace('shop')))
  expect(seen).toEqual([
    [],
    ['shop/web cluster 10.96.0.7'],
    ['shop/web cluster 10.96.0.7', ' 10-0-0-1 10.0.0.1 :0/tcp'],
  ])
})

test('what is gone before anybody looked is forgotten', () => {
  const cluster = new Cluster(stanzas, IGNORE)
  for (const object of OBJECTS) cluster.apply(present(object))
  for (const object of OBJECTS) cluster.apply(gone(object))
  cluster.prune()
  expect(cluster.namespaces.size).toBe(0)
})

test.each([OBJECTS, OBJECTS.toReversed()])('what is gone is forgotten once its absence was compiled', (...objects) => {
  const changes = new Changes(stanzas.shapes, new Zones(list))
  const cluster = new Cluster(stanzas, {
    ...IGNORE,
    service: (entry) => changes.touchService(entry),
    namespace: (entry) => changes.touchNamespace(entry),
    podAddress: (entry) => changes.touchPod(entry),
  })
  for (const object of objects) cluster.apply(present(object))
  changes.take(cluster)
  for (const object of objects) {
    cluster.apply(gone(object))
    changes.take(cluster)
  }
  expect(cluster.namespaces.size).toBe(0)
})

test('changes of what was never there leave nothing behind', () => {
  const cluster = new Cluster(stanzas, IGNORE)
  for (const object of OBJECTS) cluster.apply(gone(object))
  cluster.apply(present(slice('shop//a', ['10.0.0.1'])))
  cluster.apply(present(slice('shop/web/a', ['10.0.0.1'], { sourceCluster: 'east' })))
  cluster.apply(gone(service('shop/Web', '10.96.0.7')))
  expect(cluster.namespaces.size).toBe(0)
})

test('objects are counted as they come and go', () => {
  const cluster = new Cluster(stanzas, IGNORE)
  for (const object of OBJECTS) cluster.apply(present(object))
  cluster.apply(present(slice('shop/alone/b', ['10.0.0.2'])))
  expect(cluster.counts()).toEqual({ namespaces: 1, services: 1, endpointSlices: 2 })
  for (const object of OBJECTS) cluster.apply(gone(object))
  expect(cluster.counts()).toEqual({ namespaces: 0, services: 0, endpointSlices: 1 })
})
