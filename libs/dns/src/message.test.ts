import { decode, encode, type Packet as ForeignPacket } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyName, anyRecord } from './arbitraries.ts'
import { codeOf } from './code-of.ts'
import { EDNS_DO, plainEdns } from './edns.ts'
import { DNS_ERRORS } from './errors.ts'
import { FLAG } from './header.ts'
import { decodeMessage, encodeQuery } from './message.ts'
import { nameFromText, nameToText } from './name.ts'
import { packetOver } from './packet.ts'
import { RCODE } from './rcode.ts'
import { TYPE } from './rrtype.ts'
import { MessageWriter, SECTION } from './writer.ts'

describe('decodeMessage', () => {
  test('reads what a foreign encoder writes, and names in data come out whole', () => {
    const octets = encode({
      type: 'response',
      id: 0xabcd,
      flags: 0x0480,
      questions: [{ type: 'SRV', name: '_http._tcp.web.shop.example' }],
      answers: [
        {
          type: 'SRV',
          name: '_http._tcp.web.shop.example',
          ttl: 5,
          data: { port: 80, target: 'web.shop.example', weight: 3, priority: 1 },
        },
        { type: 'MX', name: 'shop.example', ttl: 6, data: { preference: 10, exchange: 'mail.shop.example' } },
      ],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 1,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
        { type: 'A', name: 'web.shop.example', ttl: 5, data: '10.0.0.7' },
      ],
    })
    const message = decodeMessage(octets)
    expect(message).toMatchObject({ id: 0xabcd, flags: 0x8480, opcode: 0, rcode: RCODE.BADVERS, surplusOctets: 0 })
    expect(message.questions).toEqual([
      { qname: nameFromText('_http._tcp.web.shop.example'), type: TYPE.SRV, class: 1 },
    ])
    expect(message.answers.map(({ rdata, ttlSec }) => [...rdata, ttlSec])).toEqual([
      [0, 1, 0, 3, 0, 80, ...nameFromText('web.shop.example'), 5],
      [0, 10, ...nameFromText('mail.shop.example'), 6],
    ])
    expect(message.additionals.map(({ ownerName }) => nameToText(ownerName))).toEqual(['web.shop.example.'])
    expect(message.edns).toMatchObject({ udpSizeOctets: 1232, extendedRcode: 1 })
  })

  const question = [1, 97, 0, 0, 1, 0, 1]
  const header = (qd: number, an: number, ns: number, ar: number): number[] => [0, 1, 0, 0, 0, qd, 0, an, 0, ns, 0, ar]
  const refused: [why: string, octets: number[], code: string][] = [
    ['nothing', [], 'unexpected-end'],
    ['half a header', [0, 1, 0, 0], 'unexpected-end'],
    ['65,535 of each in twelve octets', [0, 1, 0, 0, ...Array(8).fill(255)], 'bad-count'],
    ['two questions, octets for one', [...header(2, 0, 0, 0), ...question], 'bad-count'],
    ['a question cut short', [...header(1, 0, 0, 0), 3, 97, 97, 97, 0], 'unexpected-end'],
    ['a record cut short', [...header(0, 1, 0, 0), 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1], 'unexpected-end'],
    ['a name that points at itself', [...header(1, 0, 0, 0), 0xc0, 12, 0, 1, 0, 1], 'bad-pointer'],
    ['a name that points ahead', [...header(1, 0, 0, 0), 0xc0, 14, 0, 0, 1, 0, 1], 'bad-pointer'],
    [
      'a name in data that passes its end',
      [...header(0, 1, 0, 0), 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 1, 1, 97, 0],
      'bad-rdata',
    ],
    [
      'SRV data without a target',
      [...header(0, 1, 0, 0), 0, 0, 33, 0, 1, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0],
      'bad-rdata',
    ],
    [
      'two OPT',
      [...header(0, 0, 0, 2), ...[0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0], ...[0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]],
      'bad-opt',
    ],
    ['OPT not at the root', [...header(0, 0, 0, 1), 1, 97, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0], 'bad-opt'],
    [
      'an option that passes the end',
      [...header(0, 0, 0, 1), 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 4, 0, 3, 0, 1],
      'bad-opt',
    ],
  ]
  for (const [why, octets, code] of refused) {
    test(`${why}: ${code}`, () => expect(codeOf(() => decodeMessage(Uint8Array.from(octets)))).toBe(code))
  }

  test('octets behind the last record are counted', () => {
    expect(decodeMessage(Uint8Array.from([...header(1, 0, 0, 0), ...question, 9, 9])).surplusOctets).toBe(2)
  })

  test('any octets give a message or a DnsError', () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .tuple(fc.array(fc.nat(4), { minLength: 4, maxLength: 4 }), fc.uint8Array({ maxLength: 200 }))
        .map(([counts, rest]) => Uint8Array.from([0, 1, 0, 0, ...counts.flatMap((count) => [0, count]), ...rest])),
    )
    fc.assert(
      fc.property(octets, (each) => {
        expect([undefined, ...Object.keys(DNS_ERRORS)]).toContain(codeOf(() => decodeMessage(each)))
      }),
      { numRuns: 500 },
    )
  })

  test('a message with any one octet changed gives a message or a DnsError', () => {
    const writer = new MessageWriter(packetOver(new Uint8Array(4096)))
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 8 }), fc.nat(4095), fc.nat(255), (records, at, value) => {
        writer.begin(1, 0)
        for (const each of records) writer.record(SECTION.ANSWER, each)
        writer.opt(plainEdns(1232))
        const octets = writer.finish().slice()
        octets[at % octets.length] = value
        expect([undefined, ...Object.keys(DNS_ERRORS)]).toContain(codeOf(() => decodeMessage(octets)))
      }),
      { numRuns: 500 },
    )
  })
})

describe('encodeQuery', () => {
  test('is what a foreign decoder reads', () => {
    const edns = { ...plainEdns(4096), flags: EDNS_DO, options: [{ code: 3, octets: new Uint8Array() }] }
    const octets = encodeQuery({
      qname: nameFromText('web.example'),
      type: TYPE.AAAA,
      id: 77,
      flags: FLAG.RD | FLAG.CD,
      edns,
    })
    const foreign: ForeignPacket = decode(Buffer.from(octets))
    expect(foreign).toMatchObject({ id: 77, type: 'query', flag_rd: true, flag_cd: true })
    expect(foreign.questions).toEqual([{ name: 'web.example', type: 'AAAA', class: 'IN' }])
    expect(foreign.additionals).toMatchObject([
      { type: 'OPT', udpPayloadSize: 4096, flag_do: true, options: [{ code: 3 }] },
    ])
  })

  test('has exactly the octets it needs, and is read back', () => {
    fc.assert(
      fc.property(anyName, fc.nat(0xffff), fc.boolean(), (qname, type, withEdns) => {
        const octets = encodeQuery({ qname, type, id: 1, ...(withEdns ? {} : { edns: null }) })
        expect(octets.byteLength).toBe(octets.buffer.byteLength)
        expect(decodeMessage(octets).questions).toEqual([{ qname, type, class: 1 }])
        expect(decodeMessage(octets).edns).toEqual(withEdns ? plainEdns(1232) : undefined)
      }),
    )
  })
})

test('a foreign decoder reads what the writer compressed', () => {
  const writer = new MessageWriter(packetOver(new Uint8Array(65_535)))
  fc.assert(
    fc.property(fc.array(anyRecord), (records) => {
      writer.begin(1, FLAG.QR)
      for (const each of records) writer.record(SECTION.ANSWER, each)
      const foreign = decode(Buffer.from(writer.finish()))
      const owners = records.map(({ ownerName }) => nameToText(ownerName).replace(/(?<=.)\.$/, ''))
      expect(foreign.answers?.map(({ name }) => name)).toEqual(owners)
    }),
  )
})
