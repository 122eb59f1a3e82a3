import {
  CLASS,
  decodeMessage,
  EDNS_DO,
  EDNS_OPTION,
  type Edns,
  FLAG,
  MessageWriter,
  nameFromText,
  packetOver,
  plainEdns,
  recordFromText,
  SECTION,
  type Section,
  TYPE,
} from '@zonecast/dns'
import { expect, test } from 'vitest'
import { SECTIONS, type ShownSection } from './draft.ts'
import { replyText, type Statistics, shortText } from './print.ts'

const STATISTICS: Statistics = {
  queryTimeMs: 3.6,
  server: '127.0.0.1#53(localhost) (UDP)',
  when: new Date(Date.UTC(2026, 10, 4, 5, 6, 7)),
  sizeOctets: 99,
  notes: ['TLS: TLSv1.3, certificate trusted'],
}

function message(flags: number, records: readonly [Section, string][], edns?: Edns) {
  const writer = new MessageWriter(packetOver(new Uint8Array(4096)))
  writer.begin(4711, flags)
  writer.question({ qname: nameFromText('web.shop.example'), type: TYPE.A, class: CLASS.IN })
  for (const [section, line] of records) writer.record(section, recordFromText(line))
  if (edns !== undefined) writer.opt(edns)
  return decodeMessage(writer.finish())
}

const ANSWER = 'web.shop.example. 5 IN A 10.0.0.7'
const show = (...shown: ShownSection[]): ReadonlySet<ShownSection> => new Set(shown)

test('a whole reply reads as dig prints it', () => {
  const reply = message(
    FLAG.QR | FLAG.AA | FLAG.RD,
    [
      [SECTION.ANSWER, ANSWER],
      [SECTION.AUTHORITY, 'example. 300 IN NS a-name-server-with-a-long-name.example.'],
      [SECTION.ADDITIONAL, 'a-name-server-with-a-long-name.example. 300 IN AAAA fd00::1'],
    ],
    { ...plainEdns(1232), flags: EDNS_DO },
  )
  expect(replyText(reply, STATISTICS, show(...SECTIONS), true)).toBe(`;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711
;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 1, ADDITIONAL: 2
;; WARNING: recursion requested but not available

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags: do; udp: 1232
;; QUESTION SECTION:
;web.shop.example.\t\tIN\tA

;; ANSWER SECTION:
web.shop.example.\t5\tIN\tA\t10.0.0.7

;; AUTHORITY SECTION:
example.\t\t300\tIN\tNS\ta-name-server-with-a-long-name.example.

;; ADDITIONAL SECTION:
a-name-server-with-a-long-name.example.\t300 IN AAAA fd00::1

;; Query time: 4 msec
;; SERVER: 127.0.0.1#53(localhost) (UDP)
;; TLS: TLSv1.3, certificate trusted
;; WHEN: Wed Nov 04 05:06:07 UTC 2026
;; MSG SIZE  rcvd: 99

`)
})

test('only what is wished', () => {
  const reply = message(FLAG.QR | FLAG.RA, [
    [SECTION.ANSWER, ANSWER],
    [SECTION.AUTHORITY, 'example. 300 IN NS ns.example.'],
  ])
  expect(replyText(reply, STATISTICS, show('answer'), true)).toBe('web.shop.example.\t5\tIN\tA\t10.0.0.7\n')
  expect(replyText(reply, STATISTICS, show(), true)).toBe('')
  expect(replyText(reply, STATISTICS, show('comments', 'question'), false)).toContain(
    ';; QUESTION SECTION:\n;web.shop.example.\t\tIN\tA\n\n',
  )
})

test('short: data alone, a line each', () => {
  const reply = message(FLAG.QR, [
    [SECTION.ANSWER, 'web.shop.example. 5 IN CNAME lb.example.'],
    [SECTION.ANSWER, 'lb.example. 5 IN A 10.0.0.7'],
  ])
  expect(shortText(reply)).toBe('lb.example.\n10.0.0.7\n')
})

test('options, and the response code that OPT widens', () => {
  const text = (octets: string): Uint8Array => new TextEncoder().encode(octets)
  const reply = message(FLAG.QR, [], {
    ...plainEdns(1232),
    extendedRcode: 1,
    options: [
      { code: EDNS_OPTION.NSID, octets: text('ns\u001b1') },
      { code: EDNS_OPTION.COOKIE, octets: Uint8Array.of(1, 2, 0xfe) },
      { code: EDNS_OPTION.EXTENDED_ERROR, octets: Uint8Array.from([0, 18, ...text('no "entry"')]) },
      { code: EDNS_OPTION.EXTENDED_ERROR, octets: Uint8Array.of(200, 0) },
      { code: EDNS_OPTION.CLIENT_SUBNET, octets: Uint8Array.of(0, 1, 24, 0, 10, 0, 7) },
      { code: EDNS_OPTION.CLIENT_SUBNET, octets: Uint8Array.of(0, 1, 32, 0, 10, 0, 7, 1, 9) },
      { code: 65_001, octets: Uint8Array.of(0x41, 0x00) },
      { code: 65_002, octets: new Uint8Array() },
    ],
  })
  const lines = replyText(reply, STATISTICS, show('comments'), false).split('\n')
  expect(lines[1]).toContain('status: BADVERS')
  expect(lines.filter((line) => line.startsWith('; ')).slice(1)).toEqual([
    '; NSID: 6e 73 1b 31 ("ns\\0271")',
    '; COOKIE: 0102fe',
    '; EDE: 18 (Prohibited): ("no \\"entry\\"")',
    '; EDE: 51200',
    '; CLIENT-SUBNET: 10.0.7.0/24/0',
    '; CLIENT-SUBNET: 00 01 20 00 0a 00 07 01 09',
    '; OPT=65001: 41 00 ("A\\000")',
    '; OPT=65002',
  ])
})
