import { expect, it } from 'vitest'
import { objectsOf } from './api-objects.ts'
import { clusterService, largeService, namespaceCount } from './cluster.ts'
import { probes, questions } from './queries.ts'

const shape = { services: 1_000, seed: 1 }
const services = Array.from({ length: shape.services }, (_, index) => clusterService(shape, index))

it('a cluster is the same whenever it is asked for, and another for another seed', () => {
  expect(clusterService(shape, 7)).toEqual(services[7])
  expect(clusterService({ ...shape, seed: 2 }, 7)).not.toEqual(services[7])
})

it('no two objects have a name in common, no two endpoints or services an address', () => {
  for (const resource of ['namespaces', 'services', 'endpointslices'] as const) {
    const names = [...objectsOf(shape, resource)].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  }
  const large = [largeService(shape, false, 1_000), largeService(shape, true, 1_000)]
  const addresses = [...services, ...large].flatMap(({ clusterIP, endpoints }) => [
    ...(clusterIP === '' ? [] : [clusterIP]),
    ...endpoints.map((endpoint) => endpoint.address),
  ])
  expect(new Set(addresses).size).toBe(901 + 3_000 + 2_000)
  expect(addresses.length).toBe(901 + 3_000 + 2_000)
})

it('a tenth is headless, with hostnames; there are 50 services to a namespace', () => {
  const headless = services.filter((service) => service.headless)
  expect(headless).toHaveLength(100)
  expect(headless.flatMap(({ endpoints }) => endpoints).every(({ hostname }) => hostname !== '')).toBe(true)
  expect(namespaceCount(shape)).toBe(20)
})

it('another variant changes every endpoint address and nothing else', () => {
  const changed = clusterService({ ...shape, variant: 1 }, 5)
  const strip = ({ endpoints, ...rest }: typeof changed) => ({ ...rest, pods: endpoints.map(({ podName }) => podName) })
  expect(strip(changed)).toEqual(strip(clusterService(shape, 5)))
  expect(changed.endpoints[0]?.address).not.toBe(services[5]?.endpoints[0]?.address)
})

it('the questions have the shares that are written above them', () => {
  const asked = [...questions(shape, 20_000)]
  const share = (type: string, exists: boolean): number =>
    asked.filter((question) => question.type === type && question.exists === exists).length / asked.length
  expect(share('A', true)).toBeCloseTo(0.45, 1)
  expect(share('AAAA', true)).toBeCloseTo(0.1, 1)
  expect(share('SRV', true)).toBeCloseTo(0.1, 1)
  expect(share('PTR', true)).toBeCloseTo(0.1, 1)
  expect(share('A', false)).toBeCloseTo(0.25, 1)
})

it('the probe asks for a service with one address, and for one that is not there', () => {
  const [there, missing] = probes(shape)
  expect(services.some(({ clusterIP }) => clusterIP === there.address)).toBe(true)
  expect(services.some(({ name }) => missing.name.startsWith(`${name}.`))).toBe(false)
})
