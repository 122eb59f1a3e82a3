import { type AddressPrefix, parseAddress, parsePrefix, prefixContains } from '@zonecast/dns'
import { expect, test } from 'vitest'
import type { Libc } from './libc.ts'
import { type Envelope, MessageBatch } from './message-batch.ts'
import { SOCKET_ADDRESS_OCTETS, writeSocketAddress } from './socket-address.ts'

/** Nothing is sent or received: the batch only writes addresses down. */
const libc = { addressOf: () => 0x7000_0000_0000 } as unknown as Libc

function from(address: string): Envelope {
  const name = new Uint8Array(SOCKET_ADDRESS_OCTETS)
  writeSocketAddress(new DataView(name.buffer), parseAddress(address) as Uint8Array, 53, 0)
  return { name, control: new Uint8Array() }
}

const rows: [address: string, isIPv6: boolean][] = [
  ['192.0.2.7', false],
  ['2001:db8::7', true],
  ['::ffff:192.0.2.7', false], // over IPv4, to a dual-stack socket
  ['::1', true],
  ['2001:db8::ffff:c000:207', true],
]
test.each(rows)('%s is IPv6: %s', (address, isIPv6) => {
  const batch = new MessageBatch(libc, 2)
  batch.address(1, from(address))
  expect(batch.source(1).isIPv6).toBe(isIPv6)
})

test.each([
  ['192.0.2.7', '192.0.2.0/24'],
  ['::ffff:192.0.2.7', '192.0.2.7/32'],
  ['2001:db8::7', '2001:db8::/32'],
  ['::1', '::/127'],
])('%s lies in %s', (address, within) => {
  const all = ['192.0.2.0/24', '192.0.2.7/32', '2001:db8::/32', '::/127', '0.0.0.0/0', '::/0']
  const batch = new MessageBatch(libc, 2)
  batch.address(1, from(address))
  const source = batch.source(1)
  const prefix = (text: string) => parsePrefix(text) as AddressPrefix
  expect(source.isIn([prefix('198.51.100.0/24'), prefix(within)])).toBe(true)
  expect(source.isIn([])).toBe(false)
  for (const text of all) {
    const octets = parseAddress(address.replace('::ffff:', '')) as Uint8Array
    expect(source.isIn([prefix(text)]), text).toBe(prefixContains(prefix(text), octets))
  }
})
