/** Whatever one tenant writes, an image can be built of all: what a record cannot hold is left out. */
import { createHash } from 'node:crypto'
import { buildImage, type ImageContent, MAX_PORTS } from '@zonecast/image'
import { expect, test } from 'vitest'
import { compile, namespace, service, slice, stanza } from './testing/fixture.ts'

const build = (content: ImageContent) => buildImage(content, (octets) => createHash('sha256').update(octets).digest())

const ports = (count: number, from: number) => Array.from({ length: count }, (_, at) => `p-${from + at}:80`)

test('slices with more different ports than a record holds', () => {
  const slices = Array.from({ length: 700 }, (_, at) =>
    slice(`a/web/slice-${at}`, [`h-${at}@10.0.${at >> 8}.${at & 255}`], { ports: ports(100, at * 100) }),
  )
  const content = compile([namespace('a'), service('a/web', '10.96.0.1', { ports: ports(40_000, 0) }), ...slices])
  const [record] = content.services
  expect(record?.ports.length).toBe(Math.floor(MAX_PORTS / 2))
  expect(record?.endpoints.length).toBe(Math.floor(MAX_PORTS / 2 / 100))
  expect(build(content).length).toBeGreaterThan(0)
})

test('endpoints in more topology zones than a record holds', () => {
  const endpoints = Array.from({ length: 300 }, (_, at) => `h-${at}@10.0.${at >> 8}.${at & 255}#zone-${at}`)
  const content = compile([namespace('a'), service('a/web', 'None'), slice('a/web/1', endpoints)])
  expect(content.services[0]?.endpoints.length).toBe(300)
  expect(build(content).length).toBeGreaterThan(0)
})

test('more types of ports in a namespace than a message holds', () => {
  const [name, zone] = ['n'.repeat(63), Array(3).fill('z'.repeat(36)).join('.')]
  const types = Array.from({ length: 250 }, (_, at) => `p${at}`.padEnd(62, 'x')).map((port) => `${port}:80`)
  const records = { txt: undefined, dnssd: 250 }
  const objects = [namespace(name), service(`${name}/web`, '10.96.0.1', { ports: types })]
  const { rrsets } = compile(objects, [stanza({ zones: [zone], namespaceRecords: records })])
  const listed = rrsets.find(({ owner }) => owner.startsWith('_services.'))?.rdata ?? []
  expect(listed[0]?.length).toBeGreaterThan(240)
  expect(listed.length).toBeLessThan(250)
  const octets = listed.reduce((sum, { length }) => sum + 12 + length, 0)
  expect(octets).toBeLessThanOrEqual(65_000)
  expect(octets).toBeGreaterThan(64_000)
})
