import { encodeQuery, FLAG, HEADER, nameFromText, packetOver, plainEdns, TYPE } from '@zonecast/dns'
import { SPECIFIED } from '@zonecast/image'
import { content, endpoint, HTTP, service } from '@zonecast/image/fixture'
import { decode } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANSWERED, DROP, SLOW } from './handler.ts'
import { ask, block, fixture, TCP } from './testing/fixture.ts'
import { TextClient } from './text-client.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

function answerFast(octets: Uint8Array, stream = false, blocks = [block()]) {
  const { answerer } = fixture(blocks)
  const response = packetOver(new Uint8Array(65_535))
  const outcome = answerer.answer(packetOver(octets), response, stream, new TextClient())
  return { outcome, response: response.octets.subarray(0, response.end) }
}

const query = (name: string, type: number = TYPE.A) => encodeQuery({ qname: nameFromText(name), type, id: 7 })

describe('what is no query', () => {
  test.each([
    ['eleven octets', '0001 0000 0001 0000 0000 00', DROP],
    ['a response', '0001 8000 0001 0000 0000 0000 00 0001 0001', DROP],
  ])('%s meets with silence', (_, octets, outcome) => {
    expect(answerFast(hex(octets)).outcome).toBe(outcome)
  })

  test.each([
    ['no question', '0001 0100 0000 0000 0000 0000', 1],
    ['two questions', '0001 0100 0002 0000 0000 0000 00 0001 0001 00 0001 0001', 1],
    ['an answer in the query', '0001 0100 0001 0001 0000 0000 00 0001 0001', 1],
    ['a name cut off', '0001 0100 0001 0000 0000 0000 03 61 62', 1],
    ['a name that is a pointer', '0001 0100 0001 0000 0000 0000 c00c 0001 0001', 1],
    ['octets behind the question', '0001 0100 0001 0000 0000 0000 00 0001 0001 ff', 1],
    ['three additional records', '0001 0100 0001 0000 0000 0003 00 0001 0001', 1],
    [
      'an OPT option that does not fit',
      '0001 0100 0001 0000 0000 0001 00 0001 0001 00 0029 04d0 00000000 0004 00030009',
      1,
    ],
    ['opcode NOTIFY', '0001 2000 0001 0000 0000 0000 00 0006 0001', 4],
    ['opcode UPDATE', '0001 2800 0001 0000 0000 0000 00 0006 0001', 4],
  ])('%s', (_, octets, rcode) => {
    const { outcome, response } = answerFast(hex(octets))
    expect(outcome).toBe(ANSWERED)
    expect(response.length).toBe(12)
    const view = new DataView(response.buffer, response.byteOffset)
    expect(view.getUint16(HEADER.ID)).toBe(1)
    expect(view.getUint16(HEADER.FLAGS) & 0x800f).toBe(FLAG.QR | rcode)
  })
})

describe('the response', () => {
  test('repeats the question letter by letter, copies RD and CD, and sets AA', () => {
    const octets = encodeQuery({
      qname: nameFromText('wEb.ShOp.SVC.cluster.LOCAL'),
      type: TYPE.A,
      id: 7,
      flags: FLAG.RD | FLAG.CD,
    })
    const { response } = answerFast(octets)
    const length = nameFromText('web.shop.svc.cluster.local').length + 4
    expect(response.subarray(12, 12 + length)).toEqual(octets.subarray(12, 12 + length))
    const message = decode(Buffer.from(response))
    expect(message.flag_aa && message.flag_rd && message.flag_cd && !message.flag_ra).toBe(true)
    expect(message.answers?.[0]).toMatchObject({ name: 'wEb.ShOp.SVC.cluster.LOCAL', type: 'A', data: '10.96.0.1' })
  })

  test('has OPT only where the query had it, with our size and the DO bit as asked', () => {
    const qname = nameFromText('web.shop.svc.cluster.local')
    const plain = answerFast(encodeQuery({ qname, type: TYPE.A, id: 1, edns: null }))
    expect(decode(Buffer.from(plain.response)).additionals).toEqual([])
    const asked = answerFast(encodeQuery({ qname, type: TYPE.A, id: 1, edns: { ...plainEdns(4096), flags: 0x8000 } }))
    const [opt] = decode(Buffer.from(asked.response)).additionals ?? []
    expect(opt).toMatchObject({ type: 'OPT', udpPayloadSize: 1232, flag_do: true, ednsVersion: 0 })
  })

  test('leaves other classes, versions of EDNS and blocks that log to the slow path', () => {
    const qname = nameFromText('web.shop.svc.cluster.local')
    const chaos = encodeQuery({ qname, type: TYPE.TXT, class: 3, id: 1 })
    expect(answerFast(chaos).outcome).toBe(SLOW)
    const version = encodeQuery({ qname, type: TYPE.A, id: 1, edns: { ...plainEdns(1232), version: 1 } })
    expect(answerFast(version).outcome).toBe(SLOW)
    const log = [{ zones: [''], format: [], classes: ['all' as const] }]
    expect(answerFast(query('web.shop.svc.cluster.local'), false, [block({ log })]).outcome).toBe(SLOW)
  })

  test('a zone without an image is SERVFAIL, never NXDOMAIN', async () => {
    expect(await ask(fixture([block()], 'none'), 'no.shop.svc.cluster.local')).toBe('SERVFAIL')
    expect(await ask(fixture([block()], 'none'), '1.0.96.10.in-addr.arpa', TYPE.PTR)).toBe('SERVFAIL')
  })

  test.each([
    [
      'ANY at a name with data is one HINFO (RFC 8482)',
      'web.shop.svc.cluster.local',
      TYPE.ANY,
      /^NOERROR \| \S+ 5 IN HINFO "RFC8482" ""$/,
    ],
    [
      'ANY at a name that does not exist',
      'no.shop.svc.cluster.local',
      TYPE.ANY,
      /^NXDOMAIN \| cluster.local. 5 IN SOA /,
    ],
    ['a transfer', 'cluster.local', TYPE.AXFR, /^REFUSED$/],
    ['a name of nobody', 'example.org', TYPE.A, /^REFUSED$/],
    ['a type without a name', 'web.shop.svc.cluster.local', 65_280, /^NOERROR \| cluster.local. 5 IN SOA /],
  ])('%s', async (_, name, type, expected) => {
    expect(await ask(fixture(), name, type)).toMatch(expected)
  })
})

describe('answers of many records', () => {
  const endpoints = Array.from({ length: 300 }, (_, n) => endpoint(`10.1.${n >> 8}.${n & 255}`))
  const large = content({
    namespaces: [{ name: 'shop', stanzas: 1 }],
    services: [service('shop/many', { kind: 'headless', portSets: [[HTTP]], endpoints })],
  })
  const many = 'many.shop.svc.cluster.local'

  test('what does not fit over UDP is truncated at a whole record, and comes whole over a stream', async () => {
    const udp = (await ask(fixture([block()], large), many)).split(' | ')
    expect(udp[0]).toBe('NOERROR tc')
    expect(udp.length - 1).toBe(Math.floor((1232 - 11 - 12 - nameFromText(many).length - 4) / 16))
    const tcp = (await ask(fixture([block()], large), many, TYPE.A, TCP)).split(' | ')
    expect(tcp[0]).toBe('NOERROR')
    expect(new Set(tcp.slice(1)).size).toBe(300)
  })

  test('rotation lets every address come first, and can be turned off', async () => {
    const firsts = async (rotate: boolean) => {
      const responder = fixture([block({ rotate })], large)
      const found = new Set<string>()
      for (let turn = 0; turn < 3000; turn++) found.add((await ask(responder, many)).split(' | ')[1] ?? '')
      return found.size
    }
    expect(await firsts(false)).toBe(1)
    expect(await firsts(true)).toBeGreaterThan(250)
  })

  test('clients that ask A and AAAA in turns see more than one order', async () => {
    const two = content({
      namespaces: [{ name: 'shop', stanzas: 1 }],
      services: [service('shop/two', { kind: 'headless', portSets: [[]], endpoints: endpoints.slice(0, 2) })],
    })
    const responder = fixture([block()], two)
    const firsts = new Set<string>()
    for (let turn = 0; turn < 100; turn++) {
      firsts.add((await ask(responder, 'two.shop.svc.cluster.local')).split(' | ')[1] ?? '')
      await ask(responder, 'two.shop.svc.cluster.local', TYPE.AAAA)
    }
    expect(firsts.size).toBe(2)
  })
})

describe('a target whose name would be over 255 octets', () => {
  const zone = Array.from({ length: 4 }, (_, at) => `${at}`.repeat(50)).join('.')
  const long = content({
    stanzas: [
      { ...SPECIFIED, ttlSec: 5, pods: 'disabled', zones: [zone, 'in-addr.arpa'].map((name) => ({ name, serial: 1 })) },
    ],
    namespaces: [{ name: 'shop', stanzas: 1 }],
    services: [
      service('shop/db', {
        kind: 'headless',
        portSets: [[HTTP]],
        endpoints: [endpoint(`${'x'.repeat(60)}@10.0.0.1`), endpoint('db-0@10.0.0.2')],
      }),
    ],
  })
  const kubernetes = { zones: [zone, 'in-addr.arpa'], ordinal: 0, feed: 'test', fallthrough: [], wildcards: undefined }
  const responder = fixture([block({ kubernetes })], long)

  test('has no SRV record, the others do', async () => {
    expect(await ask(responder, `db.shop.svc.${zone}`, TYPE.SRV)).toMatch(
      /^NOERROR \| \S+ 5 IN SRV 0 50 80 db-0\.\S+ \| db-0\S+ 5 IN A 10.0.0.2$/,
    )
  })

  test('has no PTR record', async () => {
    expect(await ask(responder, '1.0.0.10.in-addr.arpa', TYPE.PTR)).toMatch(/^NOERROR \| in-addr.arpa. 5 IN SOA /)
    expect(await ask(responder, '2.0.0.10.in-addr.arpa', TYPE.PTR)).toMatch(/^NOERROR \| \S+ 5 IN PTR db-0\./)
  })
})

describe('any octets', () => {
  const { answerer } = fixture()
  const response = packetOver(new Uint8Array(65_535))

  const check = (octets: Uint8Array, stream: boolean) => {
    const before = octets.slice()
    const outcome = answerer.answer(packetOver(octets), response, stream, new TextClient())
    expect(octets).toEqual(before)
    if (outcome !== ANSWERED) return
    expect(response.end).toBeGreaterThanOrEqual(12)
    expect(response.end).toBeLessThanOrEqual(stream ? 65_535 : 1232)
    expect(response.view.getUint16(HEADER.ID)).toBe(new DataView(octets.buffer, octets.byteOffset).getUint16(0))
    expect(response.view.getUint16(HEADER.FLAGS) & FLAG.QR).toBe(FLAG.QR)
    decode(Buffer.from(response.octets.subarray(0, response.end)))
  }

  test('get an answer or silence', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), check), { numRuns: 3000 })
  })

  test('and so does a query with some of its octets changed', () => {
    const names = [
      'web.shop.svc.cluster.local',
      '_http._tcp.db.shop.svc.cluster.local',
      '1.0.96.10.in-addr.arpa',
      'cluster.local',
    ]
    const changes = fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 255 })), { maxLength: 4 })
    const property = fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(TYPE.A, TYPE.SRV, TYPE.PTR, TYPE.SOA, TYPE.ANY),
      changes,
      fc.boolean(),
      (name, type, changed, stream) => {
        const octets = query(name, type)
        for (const [at, value] of changed) if (at < octets.length) octets[at] = value
        check(octets, stream)
      },
    )
    fc.assert(property, { numRuns: 3000 })
  })
})
