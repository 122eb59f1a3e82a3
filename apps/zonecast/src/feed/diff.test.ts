import { CLASS, nameFromText, type ResourceRecord, TYPE } from '@zonecast/dns'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differences } from './diff.ts'

/** Names in canonical order. */
const NAMES = ['zone.', 'a.zone.', 'x.a.zone.', 'b.zone.', 'a.b.zone.', 'ab.zone.', '10.zone.', '2.zone.'].sort(
  (a, b) => (keyOf(a) < keyOf(b) ? -1 : 1),
)

function keyOf(name: string): string {
  return name.split('.').reverse().join('\0')
}

const record = (name: string, last: number): ResourceRecord => ({
  ownerName: nameFromText(name),
  type: TYPE.A,
  class: CLASS.IN,
  ttlSec: 5,
  rdata: Uint8Array.of(10, 0, 0, last),
})

/** For each name, the last octets of its addresses. */
const zone = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), {
  minLength: NAMES.length,
  maxLength: NAMES.length,
})

test('it tells exactly the records that one side has alone, whatever their order within a name', () => {
  const recordsOf = (zoneOf: readonly (readonly number[])[]) =>
    zoneOf.flatMap((lasts, index) => lasts.map((last) => record(NAMES[index] ?? '', last)))
  const linesOf = (zoneOf: readonly (readonly number[])[]) =>
    zoneOf.flatMap((lasts, index) => lasts.map((last) => `${NAMES[index]} 5 IN A 10.0.0.${last}\n`))
  fc.assert(
    fc.property(zone, zone, (before, after) => {
      const [had, has] = [new Set(linesOf(before)), new Set(linesOf(after))]
      const gone = [...had].filter((line) => !has.has(line)).map((line) => `- ${line}`)
      const come = [...has].filter((line) => !had.has(line)).map((line) => `+ ${line}`)
      expect([...differences(recordsOf(before), recordsOf(after))].sort()).toEqual([...gone, ...come].sort())
    }),
  )
})
