import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyEdns, anyRecord, kindredName } from './arbitraries.ts'
import { optOctets, plainEdns } from './edns.ts'
import { FLAG, HEADER_OCTETS } from './header.ts'
import { decodeMessage } from './message.ts'
import { nameFromText } from './name.ts'
import { packetOver } from './packet.ts'
import type { ResourceRecord } from './record.ts'
import { CLASS } from './rrclass.ts'
import { TYPE } from './rrtype.ts'
import { MessageWriter, SECTION } from './writer.ts'

const QUESTION = { qname: nameFromText('web.shop.example.'), type: TYPE.A, class: CLASS.IN }

function begun(limitOctets: number): MessageWriter {
  const writer = new MessageWriter(packetOver(new Uint8Array(65_535)))
  writer.begin(7, FLAG.QR, limitOctets)
  return writer
}

function record(owner: string, type: number, rdata: Uint8Array): ResourceRecord {
  return { ownerName: nameFromText(owner), type, class: CLASS.IN, ttlSec: 5, rdata }
}

const srv = (target: string): Uint8Array => Uint8Array.from([0, 0, 0, 1, 0, 80, ...nameFromText(target)])

describe('compression', () => {
  test('the owner that was asked for is the pointer 12', () => {
    const writer = begun(512)
    writer.question(QUESTION)
    const start = writer.packet.end
    writer.record(SECTION.ANSWER, record('web.shop.example.', TYPE.A, Uint8Array.of(10, 0, 0, 7)))
    expect([...writer.finish().subarray(start)]).toEqual([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 10, 0, 0, 7])
  })

  test('letter case does not matter', () => {
    const writer = begun(512)
    writer.question(QUESTION)
    const start = writer.packet.end
    writer.record(SECTION.ANSWER, record('WEB.shop.Example.', TYPE.A, Uint8Array.of(10, 0, 0, 7)))
    expect([...writer.finish().subarray(start, start + 2)]).toEqual([0xc0, 12])
  })

  test('data of the types of RFC 1035 is compressed, SRV targets are not, but others point at them', () => {
    const writer = begun(512)
    writer.question(QUESTION)
    const size = (run: () => boolean): number => {
      const before = writer.packet.end
      expect(run()).toBe(true)
      return writer.packet.end - before
    }
    const owner = 2 + 10
    expect(
      size(() =>
        writer.record(SECTION.ANSWER, record('web.shop.example.', TYPE.CNAME, nameFromText('a.shop.example.'))),
      ),
    ).toBe(owner + 4)
    expect(
      size(() => writer.record(SECTION.ANSWER, record('web.shop.example.', TYPE.SRV, srv('b.shop.example.')))),
    ).toBe(owner + 6 + 16)
    expect(size(() => writer.record(SECTION.ADDITIONAL, record('b.shop.example.', TYPE.A, new Uint8Array(4))))).toBe(
      owner + 4,
    )
  })

  test('suffixes past 16,383 octets are not pointed at', () => {
    const writer = begun(65_535)
    const filler = record('.', 65_000, new Uint8Array(16_400))
    writer.record(SECTION.ANSWER, filler)
    for (let i = 0; i < 3; i++) writer.record(SECTION.ANSWER, record('late.example.', TYPE.A, new Uint8Array(4)))
    const { answers } = decodeMessage(writer.finish())
    expect(answers.slice(1).map((each) => each.ownerName)).toEqual(Array(3).fill(nameFromText('late.example.')))
    expect(writer.packet.end).toBe(HEADER_OCTETS + 11 + 16_400 + 3 * (14 + 10 + 4))
  })

  test('more names than are remembered are written all the same', () => {
    const writer = begun(65_535)
    const records = Array.from({ length: 1500 }, (_, i) => record(`n${i}.example.`, TYPE.A, new Uint8Array(4)))
    for (const each of records) expect(writer.record(SECTION.ANSWER, each)).toBe(true)
    expect(decodeMessage(writer.finish()).answers).toEqual(records)
  })
})

describe('what does not fit', () => {
  test('leaves the message as it was, and its names forgotten', () => {
    const writer = begun(12 + 22 + 2 + 10 + 4)
    writer.question(QUESTION)
    const before = writer.finish().slice()
    expect(writer.record(SECTION.ANSWER, record('web.shop.example.', TYPE.CNAME, nameFromText('elsewhere.')))).toBe(
      false,
    )
    expect(writer.finish()).toEqual(before)
    expect(writer.record(SECTION.ANSWER, record('elsewhere.', TYPE.CNAME, nameFromText('.')))).toBe(false)
    expect(writer.record(SECTION.ANSWER, record('web.shop.example.', TYPE.A, new Uint8Array(4)))).toBe(true)
    expect(writer.space).toBe(0)
  })

  test('an RRset goes in whole or not at all', () => {
    const rrset = { ...record('web.shop.example.', TYPE.A, new Uint8Array()), rdatas: Array(3).fill(new Uint8Array(4)) }
    const exact = 12 + 22 + 3 * (2 + 10 + 4)
    for (const [limit, fits] of [
      [exact, true],
      [exact - 1, false],
    ] as const) {
      const writer = begun(limit)
      writer.question(QUESTION)
      expect(writer.rrset(SECTION.ANSWER, rrset)).toBe(fits)
      expect(decodeMessage(writer.finish()).answers).toHaveLength(fits ? 3 : 0)
    }
  })

  test('OPT finds the space that was set aside for it', () => {
    const edns = plainEdns(1232)
    const writer = begun(12 + 22 + optOctets(edns) + 15)
    writer.question(QUESTION)
    expect(writer.reserve(optOctets(edns))).toBe(true)
    expect(writer.record(SECTION.ANSWER, record('web.shop.example.', TYPE.A, new Uint8Array(4)))).toBe(false)
    expect(writer.opt(edns)).toBe(true)
    expect(decodeMessage(writer.finish()).edns).toEqual(edns)
    expect(writer.reserve(16)).toBe(false)
  })
})

test('what is written is what is read', () => {
  const sections = [SECTION.ANSWER, SECTION.AUTHORITY, SECTION.ADDITIONAL] as const
  fc.assert(
    fc.property(
      kindredName,
      fc.array(anyRecord),
      fc.array(anyRecord),
      fc.array(anyRecord),
      anyEdns,
      (qname, ...rest) => {
        const [answers, authorities, additionals, edns] = rest
        const writer = begun(65_535)
        const question = { qname, type: TYPE.A, class: CLASS.IN }
        expect(writer.question(question)).toBe(true)
        for (const [index, records] of [answers, authorities, additionals].entries()) {
          for (const each of records) expect(writer.record(sections[index] ?? SECTION.ANSWER, each)).toBe(true)
        }
        const before = writer.packet.end
        expect(writer.opt(edns)).toBe(true)
        expect(writer.packet.end - before).toBe(optOctets(edns))
        const message = decodeMessage(writer.finish())
        expect(message).toMatchObject({ id: 7, flags: FLAG.QR, questions: [question], surplusOctets: 0 })
        expect(message).toMatchObject({ answers, authorities, additionals, edns })
      },
    ),
  )
})

test('after a rollback the message goes on as if nothing had been', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), fc.array(anyRecord), fc.array(anyRecord), (before, undone, after) => {
      const plain = begun(65_535)
      const rolledBack = begun(65_535)
      for (const each of before) for (const writer of [plain, rolledBack]) writer.record(SECTION.ANSWER, each)
      const mark = rolledBack.mark()
      for (const each of undone) rolledBack.record(SECTION.ADDITIONAL, each)
      rolledBack.rollback(mark)
      for (const each of after) for (const writer of [plain, rolledBack]) writer.record(SECTION.AUTHORITY, each)
      expect(rolledBack.finish()).toEqual(plain.finish())
    }),
  )
})

test('whatever the limit, nothing is written past it and what is there can be read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 12, max: 300 }), fc.array(anyRecord), (limit, records) => {
      const writer = begun(limit)
      const fitted = records.filter((each) => writer.record(SECTION.ANSWER, each))
      expect(writer.finish().length).toBeLessThanOrEqual(limit)
      expect(decodeMessage(writer.finish()).answers).toEqual(fitted)
    }),
  )
})
