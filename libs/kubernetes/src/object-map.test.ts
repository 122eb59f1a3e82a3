import { expect, test } from 'vitest'
import { ObjectMap } from './object-map.ts'
import type { Namespace, Pod } from './objects.ts'

const namespace = (name: string): Namespace => ({ kind: 'Namespace', name, labels: {} })
const pod = (namespace: string, name: string): Pod => ({
  kind: 'Pod',
  namespace,
  name,
  podIPs: ['10.0.0.1'],
  labels: {},
})

test('finds by kind, namespace and name', () => {
  const map = new ObjectMap()
  const web = pod('shop', 'web')
  expect(map.set(web)).toBeUndefined()
  expect(map.set(namespace('shop'))).toBeUndefined()
  expect(map.get('Pod', 'shop', 'web')).toBe(web)
  expect(map.get('Pod', 'web', 'shop')).toBeUndefined()
  expect(map.get('Service', 'shop', 'web')).toBeUndefined()
  expect(map.get('Namespace', '', 'shop')).toEqual(namespace('shop'))
  map.delete('Pod', 'shop', 'web')
  map.delete('Pod', 'nowhere', 'web')
  expect(map.get('Pod', 'shop', 'web')).toBeUndefined()
})

test('the later of two with the same name stays, in the place of the first', () => {
  const map = new ObjectMap()
  const [first, other, later] = [pod('shop', 'web'), pod('shop', 'db'), pod('shop', 'web')]
  map.set(first)
  map.set(other)
  expect(map.set(later)).toBe(first)
  expect([...map]).toEqual([later, other])
  expect([...map.ofKind('Namespace')]).toEqual([])
})
