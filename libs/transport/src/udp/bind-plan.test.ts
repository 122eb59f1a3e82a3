import { describe, expect, test } from 'vitest'
import { boundAddresses, type ListenAddress, planBinding } from './bind-plan.ts'

const at = (port: number, ...addresses: string[]): ListenAddress[] => addresses.map((address) => ({ address, port }))

describe('planBinding', () => {
  const rows: [what: string, asked: ListenAddress[], sockets: object[]][] = [
    ['one address', at(53, '10.0.0.7'), [{ addresses: ['10.0.0.7'], port: 53, isWildcard: false }]],
    ['IPv6 alone', at(53, '::'), [{ addresses: ['::'], isWildcard: true, octets: new Uint8Array(16) }]],
    ['IPv4 alone', at(53, '0.0.0.0'), [{ addresses: ['0.0.0.0'], isWildcard: true, octets: new Uint8Array(4) }]],
    ['both are one socket', at(53, '0.0.0.0', '::'), [{ addresses: ['0.0.0.0', '::'], octets: new Uint8Array(16) }]],
    ['at two ports they are two', [...at(53, '0.0.0.0'), ...at(54, '::')], [{ port: 53 }, { port: 54 }]],
    ['a scope by number', at(53, 'fe80::1%7'), [{ addresses: ['fe80::1%7'], scope: 7 }]],
    ['an interface that is not there', at(53, 'fe80::1%nope'), [{ scope: 0 }]],
  ]
  test.each(rows)('%s', (_, asked, sockets) => {
    expect(planBinding(asked)).toMatchObject(sockets)
    expect(planBinding(asked)).toHaveLength(sockets.length)
  })

  test('refuses what is no address', () => {
    expect(() => planBinding(at(53, 'localhost'))).toThrow('localhost:53 (udp): that is no IPv4 or IPv6 address')
  })
})

test('addresses are told as they were asked for, with the ports that they got', () => {
  const asked = [...at(0, '::', '10.0.0.7', '0.0.0.0'), ...at(53, '10.0.0.7')]
  const ports = new Map(planBinding(asked).map((plan, i) => [plan, plan.port === 0 ? 40_000 + i : plan.port]))
  expect(boundAddresses(asked, ports)).toEqual([
    ...at(40_000, '::'),
    ...at(40_001, '10.0.0.7'),
    ...at(40_000, '0.0.0.0'),
    ...at(53, '10.0.0.7'),
  ])
})
