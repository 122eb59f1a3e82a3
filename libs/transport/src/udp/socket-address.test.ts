import { formatAddress, parseAddress } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSocketAddress, SOCKET_ADDRESS_OCTETS, writeSocketAddress } from './socket-address.ts'

function written(address: Uint8Array, port: number, scope = 0): Uint8Array {
  const octets = new Uint8Array(SOCKET_ADDRESS_OCTETS)
  const size = writeSocketAddress(new DataView(octets.buffer), address, port, scope)
  return octets.slice(0, size)
}

describe('struct sockaddr', () => {
  test('is laid out as the kernel has it', () => {
    expect([...written(Uint8Array.of(10, 0, 0, 7), 53)]).toEqual([2, 0, 0, 53, 10, 0, 0, 7, ...new Array(8).fill(0)])
    const linkLocal = parseAddress('fe80::1') ?? new Uint8Array(16)
    const expected = [10, 0, 0x14, 0xe9, 0, 0, 0, 0, ...linkLocal, 4, 0, 0, 0]
    expect([...written(linkLocal, 5353, 4)]).toEqual(expected)
  })

  test('is read back the same', () => {
    const address = fc.oneof(...[4, 16].map((size) => fc.uint8Array({ minLength: size, maxLength: size })))
    fc.assert(
      fc.property(address, fc.nat(0xffff), (octets, port) => {
        expect(readSocketAddress(written(octets, port))).toEqual({ address: formatAddress(octets), port })
      }),
    )
  })

  test('an IPv4 address inside IPv6 is read as IPv4', () => {
    const mapped = parseAddress('::ffff:10.0.0.7') ?? new Uint8Array(16)
    expect(readSocketAddress(written(mapped, 53))).toEqual({ address: '10.0.0.7', port: 53 })
  })
})
