import { parseAddress } from '@zonecast/dns'
import { expect, test } from 'vitest'
import type { Libc } from './libc.ts'
import { MessageBatch } from './message-batch.ts'
import { SOCKET_ADDRESS_OCTETS, writeSocketAddress } from './socket-address.ts'

/** Nothing is sent or received: the batch only writes addresses down. */
const libc = { addressOf: () => 0x7000_0000_0000 } as unknown as Libc

const rows: [address: string, isIPv6: boolean][] = [
  ['192.0.2.7', false],
  ['2001:db8::7', true],
  ['::ffff:192.0.2.7', false], // over IPv4, to a dual-stack socket
  ['::1', true],
  ['2001:db8::ffff:c000:207', true],
]
test.each(rows)('%s is IPv6: %s', (address, isIPv6) => {
  const octets = new Uint8Array(SOCKET_ADDRESS_OCTETS)
  writeSocketAddress(new DataView(octets.buffer), parseAddress(address) as Uint8Array, 53, 0)
  const batch = new MessageBatch(libc, 2)
  batch.address(1, { name: octets, control: new Uint8Array() })
  expect(batch.isIPv6(1)).toBe(isIPv6)
})
