import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyEdns, anyRecord } from './arbitraries.ts'
import { findOpt, OPT_ABSENT, OPT_MALFORMED, plainEdns, readOpt } from './edns.ts'
import { HEADER, HEADER_OCTETS } from './header.ts'
import { encodeQuery } from './message.ts'
import { nameFromText } from './name.ts'
import { type Packet, packetOver } from './packet.ts'
import { TYPE } from './rrtype.ts'
import { MessageWriter, SECTION } from './writer.ts'

const query = (options: readonly { code: number; octets: Uint8Array }[] = []): Packet =>
  packetOver(encodeQuery({ qname: nameFromText('a.'), type: TYPE.A, id: 1, edns: { ...plainEdns(1232), options } }))
const OPT_AT = HEADER_OCTETS + 3 + 4

describe('findOpt', () => {
  test('finds it behind any records', () => {
    fc.assert(
      fc.property(fc.array(anyRecord), fc.array(anyRecord), anyEdns, (answers, additionals, edns) => {
        const writer = new MessageWriter(packetOver(new Uint8Array(65_535)))
        writer.begin(1, 0)
        for (const each of answers) writer.record(SECTION.ANSWER, each)
        for (const each of additionals) writer.record(SECTION.ADDITIONAL, each)
        expect(findOpt(writer.packet)).toBe(OPT_ABSENT)
        const at = writer.packet.end
        writer.opt(edns)
        expect(findOpt(writer.packet)).toBe(at)
        expect(readOpt(writer.packet, at)).toEqual(edns)
        writer.opt(edns)
        expect(findOpt(writer.packet)).toBe(OPT_MALFORMED)
      }),
    )
  })

  test('not at the root: malformed', () => {
    const writer = new MessageWriter(packetOver(new Uint8Array(512)))
    writer.begin(1, 0)
    writer.record(SECTION.ADDITIONAL, {
      ownerName: nameFromText('a.'),
      type: TYPE.OPT,
      class: 1232,
      ttlSec: 0,
      rdata: new Uint8Array(),
    })
    expect(findOpt(writer.packet)).toBe(OPT_MALFORMED)
  })

  test('cut short anywhere: malformed', () => {
    const whole = query([{ code: 10, octets: new Uint8Array(8) }])
    for (let end = 0; end < whole.octets.length; end++) {
      expect(findOpt(packetOver(whole.octets.slice(0, end))), `${end} octets`).toBe(OPT_MALFORMED)
    }
    expect(findOpt(whole)).toBe(OPT_AT)
  })

  test('counts that the message cannot hold: malformed', () => {
    const packet = query()
    packet.view.setUint16(HEADER.ANCOUNT, 0xffff)
    expect(findOpt(packet)).toBe(OPT_MALFORMED)
  })

  test('any octets give an offset inside the message or a word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        expect(findOpt(packetOver(octets))).toBeLessThan(Math.max(1, octets.length))
      }),
    )
  })
})

describe('readOpt', () => {
  const rows: [why: string, optionOctets: number[]][] = [
    ['half an option header', [0, 10, 0]],
    ['an option longer than the record', [0, 10, 0, 2, 1]],
  ]
  for (const [why, options] of rows) {
    test(`${why} is refused`, () => {
      const octets = Uint8Array.from([...query().octets, ...options])
      octets[OPT_AT + 10] = options.length
      expect(() => readOpt(packetOver(octets), OPT_AT)).toThrow(/option at offset 30/)
    })
  }
})
