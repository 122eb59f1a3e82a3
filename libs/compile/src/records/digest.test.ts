import type { ServiceRecord } from '@zonecast/image'
import { expect, test } from 'vitest'
import { digestService } from './digest.ts'

const HTTP = { name: 'http', protocol: 'tcp', number: 80 } as const
const WEB: ServiceRecord = {
  service: 'web',
  namespace: 'shop',
  stanzas: 1,
  kind: 'cluster',
  aliasOf: '',
  externalAddresses: [],
  addresses: [Uint8Array.of(10, 96, 0, 7)],
  ports: [HTTP],
  portSets: [[HTTP]],
  endpoints: [{ address: Uint8Array.of(10, 0, 0, 1), name: 'web-0', portSet: 0, zone: 'a' }],
  target: Uint8Array.of(1, 97, 0),
}

test('no two records that differ have the same digest', () => {
  const [endpoint] = WEB.endpoints
  if (endpoint === undefined) throw new Error('no endpoint')
  const others: Partial<ServiceRecord>[] = [
    {},
    { kind: 'headless' },
    { addresses: [] },
    { addresses: [Uint8Array.of(10, 96, 0, 8)] },
    { addresses: [Uint8Array.of(10, 96), Uint8Array.of(0, 7)] },
    { addresses: [...WEB.addresses, Uint8Array.of(10, 96, 0, 7)] },
    { ports: [] },
    { ports: [{ ...HTTP, name: 'htto' }] },
    { ports: [{ ...HTTP, protocol: 'udp' }] },
    { ports: [{ ...HTTP, number: 81 }] },
    { ports: [HTTP, HTTP] },
    { portSets: [] },
    { portSets: [[HTTP, HTTP]] },
    { portSets: [[HTTP], [HTTP]] },
    { ports: [HTTP, HTTP], portSets: [[]] },
    { endpoints: [] },
    { endpoints: [{ ...endpoint, address: Uint8Array.of(10, 0, 0, 2) }] },
    { endpoints: [{ ...endpoint, name: 'web-1' }] },
    { endpoints: [{ ...endpoint, name: 'web-0a', zone: '' }] },
    { endpoints: [{ ...endpoint, portSet: 1 }] },
    { endpoints: [{ ...endpoint, zone: 'b' }] },
    { endpoints: [endpoint, endpoint] },
    { target: new Uint8Array() },
    { target: Uint8Array.of(1, 98, 0) },
  ]
  const digests = others.map((other) => digestService({ ...WEB, ...other }))
  expect(new Set(digests).size).toBe(others.length)
  expect(digests.every(Number.isSafeInteger)).toBe(true)
})

test('stanzas do not count', () => {
  expect(digestService({ ...WEB, stanzas: 6 })).toBe(digestService(WEB))
})

test('small differences are far apart: a hundred thousand addresses, no two alike in 32 bits by more than chance', () => {
  const digests = Array.from({ length: 100_000 }, (_, index) =>
    digestService({ ...WEB, addresses: [Uint8Array.of(10, index >> 16, (index >> 8) & 255, index & 255)] }),
  )
  expect(new Set(digests).size).toBe(digests.length)
  // Two of 100,000 random numbers of 32 bits meet once on average.
  expect(new Set(digests.map((digest) => digest % 2 ** 32)).size).toBeGreaterThan(digests.length - 20)
  expect(new Set(digests.map((digest) => Math.floor(digest / 2 ** 21))).size).toBeGreaterThan(digests.length - 20)
})
