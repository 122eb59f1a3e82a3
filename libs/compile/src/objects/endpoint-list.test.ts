import type { Port } from '@zonecast/image'
import { expect, test } from 'vitest'
import { joinEndpointLists, NO_ENDPOINTS, sliceEndpoints } from './endpoint-list.ts'
import { PortLists } from './port-lists.ts'

function portList(number: number): Port[] {
  return [{ name: '', protocol: 'tcp', number }]
}

function list(name: string, ports: readonly Port[]) {
  return sliceEndpoints([{ address: Uint8Array.of(10, 0, 0, 1), name, portSet: 0, zone: '' }], ports)
}

test('one slice, or none, is not copied', () => {
  const alone = list('a', portList(1))
  expect(joinEndpointLists([alone])).toBe(alone)
  expect(joinEndpointLists([])).toBe(NO_ENDPOINTS)
  expect(sliceEndpoints([], portList(1))).toBe(NO_ENDPOINTS)
})

test('equal port lists are one, in the order of their first endpoint', () => {
  const joined = joinEndpointLists([list('c', portList(1)), list('a', portList(2)), list('b', portList(1))])
  expect(joined.endpoints.map(({ name, portSet }) => [name, portSet])).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 1],
  ])
  expect(joined.portSets).toEqual([portList(2), portList(1)])
})

test('more ports in lists than a record holds: the endpoints of the last ones are left out', () => {
  const lists = Array.from({ length: 32_768 }, (_, index) => list(`e${100_000 + index}`, portList(index)))
  const { endpoints, portSets } = joinEndpointLists([...lists, list('f', portList(0))])
  expect(portSets.length).toBe(32_767)
  expect(endpoints.length).toBe(32_768)
  expect(endpoints.at(-1)).toMatchObject({ name: 'f', portSet: 0 })
})

test('port lists are shared, but not for ever', () => {
  const lists = new PortLists()
  const slim = (port: number) => [{ name: 'http', protocol: 'TCP', port } as const]
  const first = lists.ofService(slim(1))
  expect(lists.ofService(slim(1))).toBe(first)
  for (let port = 2; port < 5000; port++) lists.ofSlice(slim(port))
  expect(lists.ofService(slim(1))).toEqual(first)
  expect(lists.ofService(slim(1))).not.toBe(first)
})
