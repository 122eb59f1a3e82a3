import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ObjectMap } from '../object-map.ts'
import type { EndpointSlice, ObjectChange, Service } from '../objects.ts'
import { SourceObjects } from './source-objects.ts'

function service(name: string, port: number): Service {
  const ports = [{ name: '', protocol: 'TCP', port } as const]
  const empty = { labels: {}, annotations: {}, clusterIPs: [], externalIPs: [], ingress: [] }
  return {
    kind: 'Service',
    namespace: 'a',
    name,
    type: 'ClusterIP',
    externalName: '',
    ports,
    creationTimestamp: 0,
    ...empty,
  }
}

function slice(name: string): EndpointSlice {
  const none = { labels: {}, ports: [], endpoints: [], legacy: false, sourceCluster: '' }
  return { kind: 'EndpointSlice', namespace: 'a', name, serviceName: 'web', ...none }
}

function present(object: Service | EndpointSlice): ObjectChange {
  return { kind: object.kind, namespace: object.namespace, name: object.name, object }
}

describe('an event', () => {
  test('that says what is known changes nothing', () => {
    const objects = new SourceObjects('Service')
    expect(objects.change('a', 'web', [present(service('web', 80))])).toHaveLength(1)
    expect(objects.change('a', 'web', [present(service('web', 80))])).toEqual([])
    expect(objects.change('a', 'web', [])).toEqual([
      { kind: 'Service', namespace: 'a', name: 'web', object: undefined },
    ])
    expect(objects.change('a', 'web', [])).toEqual([])
  })

  test('speaks of all that its object stands for', () => {
    const objects = new SourceObjects('EndpointSlice')
    const both = [present(slice('web-1')), present(slice('web-1/multicluster'))]
    expect(objects.change('a', 'web-1', both)).toHaveLength(2)
    const [gone] = objects.change('a', 'web-1', [present(slice('web-1'))])
    expect(gone).toEqual({ kind: 'EndpointSlice', namespace: 'a', name: 'web-1/multicluster', object: undefined })
    objects.change('a', 'web-1', both)
    expect(objects.change('a', 'web-1', []).map((change) => change.object)).toEqual([undefined, undefined])
  })
})

test('an audit leaves alone what changed since it began', () => {
  const objects = new SourceObjects('EndpointSlice')
  const names = ['kept', 'lost', 'later', 'later/multicluster']
  for (const name of ['kept', 'lost']) objects.change('a', name, [present(slice(name))])
  objects.beginAudit()
  const listing = objects.list()
  listing.add([present(slice('kept')), present(slice('unheard'))])
  objects.change(
    'a',
    'later',
    names.slice(2).map((name) => present(slice(name))),
  )
  expect(objects.endAudit(listing).map(({ name, object }) => [name, object !== undefined])).toEqual([
    ['lost', false],
    ['unheard', true],
  ])
  const same = objects.list()
  same.add(['kept', 'unheard', 'later', 'later/multicluster'].map((name) => present(slice(name))))
  expect(objects.finish(same)).toEqual([])
})

test('property: whatever events and lists come, what was told is what is there', () => {
  const state = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 3 }))
  const event = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.integer({ min: 1, max: 3 })))
  const step = fc.oneof(
    state.map((list) => ({ list })),
    event.map((one) => ({ event: one })),
  )
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const objects = new SourceObjects('Service')
      const told = new ObjectMap()
      const truth = new Map<string, number>()
      for (const one of steps) {
        let changes: ObjectChange[]
        if ('list' in one) {
          truth.clear()
          const listing = objects.list()
          for (const [name, port] of Object.entries(one.list)) {
            truth.set(name, port)
            listing.add([present(service(name, port))])
          }
          changes = objects.finish(listing)
        } else {
          const [name, port] = one.event
          if (port === null) truth.delete(name)
          else truth.set(name, port)
          changes = objects.change('a', name, port === null ? [] : [present(service(name, port))])
        }
        for (const { kind, namespace, name, object } of changes) {
          expect(object).not.toEqual(told.get(kind, namespace, name))
          if (object === undefined) told.delete(kind, namespace, name)
          else told.set(object)
        }
        expect(new Map([...told].map((object) => [object.name, object]))).toEqual(
          new Map([...truth].map(([name, port]) => [name, service(name, port)])),
        )
      }
    }),
  )
})
