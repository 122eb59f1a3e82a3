import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffObjects, isEqual } from './diff-objects.ts'
import { namespaceOf, ObjectMap } from './object-map.ts'
import type { SlimObject } from './objects.ts'

function mapOf(objects: readonly SlimObject[]): ObjectMap {
  const map = new ObjectMap()
  for (const object of objects) map.set(object)
  return map
}

const few = fc.constantFrom('a', 'b', 'c')
const labels = fc.dictionary(few, few, { maxKeys: 2 })
const port = fc.record({
  name: few,
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
  port: fc.constantFrom(1, undefined),
})
const endpoint = fc.record({ addresses: fc.array(few, { maxLength: 2 }), hostname: few, podName: few, zone: few })
const object: fc.Arbitrary<SlimObject> = fc.oneof(
  fc.record({ kind: fc.constant('Namespace' as const), name: few, labels }),
  fc.record({
    kind: fc.constant('Pod' as const),
    namespace: few,
    name: few,
    podIPs: fc.array(few, { maxLength: 2 }),
    labels,
  }),
  fc.record({
    kind: fc.constant('EndpointSlice' as const),
    namespace: few,
    name: few,
    serviceName: few,
    legacy: fc.boolean(),
    sourceCluster: fc.constant(''),
    ports: fc.array(port, { maxLength: 2 }),
    endpoints: fc.array(endpoint, { maxLength: 2 }),
    labels,
  }),
)
const state = fc.array(object, { maxLength: 12 })

const keyOf = (one: SlimObject) => `${one.kind} ${namespaceOf(one)}/${one.name}`
/** Labels have no order. */
const sorted = (map: ObjectMap) => [...map].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

test('the changes lead from the one state to the other, and each is needed', () => {
  fc.assert(
    fc.property(state, state, (from, to) => {
      const [applied, after] = [mapOf(from), mapOf(to)]
      for (const change of diffObjects(mapOf(from), after)) {
        expect(isEqual(applied.get(change.kind, change.namespace, change.name), change.object)).toBe(false)
        if (change.object === undefined) applied.delete(change.kind, change.namespace, change.name)
        else applied.set(change.object)
      }
      expect(sorted(applied)).toEqual(sorted(after))
    }),
  )
})

test('a state that was read anew gives no change', () => {
  fc.assert(
    fc.property(state, (objects) => {
      expect(diffObjects(mapOf(objects), mapOf(structuredClone(objects)))).toEqual([])
    }),
  )
})

test('equality is that of the values', () => {
  fc.assert(
    fc.property(object, object, (a, b) => {
      expect(isEqual(a, structuredClone(a))).toBe(true)
      expect(isEqual(a, b)).toBe(isDeepStrictEqual(structuredClone(a), structuredClone(b)))
    }),
  )
  expect(isEqual([], {})).toBe(false)
  expect(isEqual({ a: undefined }, { b: undefined })).toBe(false)
})
