/** Names and records at random, for tests. */
import fc from 'fast-check'
import type { Edns } from './edns.ts'
import type { ResourceRecord } from './record.ts'
import { TYPE } from './rrtype.ts'

function nameOf(labels: readonly Uint8Array[]): Uint8Array {
  const octets: number[] = []
  for (const label of labels) if (octets.length + label.length + 2 <= 255) octets.push(label.length, ...label)
  return Uint8Array.from([...octets, 0])
}

/** Any name that can be, binary labels and the longest ones included. */
export const anyName = fc.array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 127 }).map(nameOf)

/** Names of few labels out of few, so that many share a suffix; none has a letter, so that case plays no part. */
export const kindredName = fc
  .array(fc.constantFrom(Uint8Array.of(49), Uint8Array.of(50), Uint8Array.of(49, 50, 51)), { maxLength: 5 })
  .map(nameOf)

const uint16 = fc.nat(0xffff)
const uint32 = fc.nat(0xffff_ffff)

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

const fixed = (octets: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: octets, maxLength: octets })

const typeAndData = fc.oneof(
  fc.tuple(fc.constant(TYPE.A), fixed(4)),
  fc.tuple(fc.constant(TYPE.AAAA), fixed(16)),
  fc.tuple(fc.constantFrom(TYPE.NS, TYPE.CNAME, TYPE.PTR, TYPE.DNAME), kindredName),
  fc.tuple(fc.constant(TYPE.MX), fc.tuple(fixed(2), kindredName).map(concat)),
  fc.tuple(fc.constant(TYPE.SRV), fc.tuple(fixed(6), kindredName).map(concat)),
  fc.tuple(fc.constant(TYPE.SOA), fc.tuple(kindredName, kindredName, fixed(20)).map(concat)),
  fc.tuple(fc.integer({ min: 60_000, max: 61_000 }), fc.uint8Array({ maxLength: 60 })),
)

/** Records whose data is as their type wants it. */
export const anyRecord: fc.Arbitrary<ResourceRecord> = fc
  .tuple(kindredName, typeAndData, uint16, uint32)
  .map(([ownerName, [type, rdata], rrclass, ttlSec]) => ({ ownerName, type, class: rrclass, ttlSec, rdata }))

export const anyEdns: fc.Arbitrary<Edns> = fc.record({
  udpSizeOctets: uint16,
  extendedRcode: fc.nat(255),
  version: fc.nat(255),
  flags: uint16,
  options: fc.array(fc.record({ code: uint16, octets: fc.uint8Array({ maxLength: 40 }) }), { maxLength: 4 }),
})
