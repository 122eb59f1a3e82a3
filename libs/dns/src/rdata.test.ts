import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyRecord } from './arbitraries.ts'
import { codeOf } from './code-of.ts'
import { fromHex, toHex } from './octet-text.ts'
import { rdataFromText } from './rdata-from-text.ts'
import { rdataToText } from './rdata-to-text.ts'
import { recordFromText, recordToText } from './record.ts'
import { TYPE, typeFromText } from './rrtype.ts'

const typeOf = (text: string): number => typeFromText(text) ?? -1

describe('data that is printed and read back', () => {
  const rows: [type: string, hex: string, text: string][] = [
    ['A', '0A000007', '10.0.0.7'],
    ['AAAA', 'FD000000000000000000000000000002', 'fd00::2'],
    ['AAAA', '00000000000000000000FFFF0A000007', '::ffff:10.0.0.7'],
    ['NS', '016100', 'a.'],
    ['CNAME', '00', '.'],
    ['PTR', '03772E62016100', 'w\\.b.a.'],
    ['MX', '000A016100', '10 a.'],
    ['SOA', '01610001620065FFFFFF00001C20000007080001518000000005', 'a. b. 1711276031 7200 1800 86400 5'],
    ['SRV', '000000640050016100', '0 100 80 a.'],
    ['TXT', '05312E312E30', '"1.1.0"'],
    ['TXT', '0361206200025C22', '"a b" "" "\\\\\\""'],
    ['TXT', '03C3BC00', '"\\195\\188\\000"'],
    ['HINFO', '075246433834383200', '"RFC8482" ""'],
    ['TYPE731', 'ABCDEF', '\\# 3 ABCDEF'],
    ['TYPE731', '', '\\# 0'],
  ]
  for (const [type, hex, text] of rows) {
    test(`${type} ${text}`, () => {
      expect(rdataToText(typeOf(type), fromHex(hex) ?? new Uint8Array(99))).toBe(text)
      expect(toHex(rdataFromText(typeOf(type), text))).toBe(hex)
    })
  }
})

describe('data that is printed', () => {
  const rows: [type: string, hex: string, text: string][] = [
    ['NAPTR', '0064000A 0155 075349502B443255 00 016100', '100 10 "U" "SIP+D2U" "" a.'],
    ['CAA', '00 056973737565 63612E6578616D706C65', '0 issue "ca.example"'],
    ['DS', 'EC45050100FF', '60485 5 1 00FF'],
    ['DNSKEY', '0101030801020304', '257 3 8 AQIDBA=='],
    ['RRSIG', '00010D0200000005657D5180657C00000001016100FFFF', 'A 13 2 5 20231216072800 20231215072800 1 a. //8='],
    ['NSEC', '016100 0006400000000003', 'a. A RRSIG NSEC'],
    ['NSEC', '016100 00024001 010140', 'a. A MX CAA'],
    ['TLSA', '030101ABCD', '3 1 1 ABCD'],
    ['SSHFP', '0402ABCD', '4 2 ABCD'],
    ['HTTPS', '000000', '0 .'],
    [
      'HTTPS',
      '000100 0001000602683202 6833 0003000201BB 000400040A000007',
      '1 . alpn="h2,h3" port=443 ipv4hint=10.0.0.7',
    ],
    ['SVCB', '000100 0000000400010003 00020000 029B000161', '1 . mandatory=alpn,port no-default-alpn key667="a"'],
    ['HTTPS', '000100 00050003FFFE00', '1 . ech=//4A'],
    ['SVCB', '000100 0001000605612C5C2262', '1 . alpn="a\\\\,\\\\\\\\\\"b"'],
  ]
  for (const [type, hex, text] of rows) {
    test(`${type} ${text}`, () => {
      const rdata = fromHex(hex.replaceAll(' ', ''))
      expect(rdata).toBeDefined()
      expect(rdataToText(typeOf(type), rdata ?? new Uint8Array())).toBe(text)
    })
  }
})

describe('data that is not built as its type says is printed as unknown', () => {
  const rows: [why: string, type: number, hex: string][] = [
    ['an address too short', TYPE.A, '0A0000'],
    ['an address too long', TYPE.A, '0A00000700'],
    ['a name that does not end', TYPE.CNAME, '0161'],
    ['a pointer', TYPE.CNAME, '0161C000'],
    ['a string past the end', TYPE.TXT, '05AA'],
    ['no string', TYPE.TXT, ''],
    ['a tag that would break the line', TYPE.CAA, '00030A62630061'],
    ['a parameter past the end', TYPE.HTTPS, '00010000010009'],
  ]
  for (const [why, type, hex] of rows) {
    test(why, () => {
      const rdata = fromHex(hex) ?? new Uint8Array()
      expect(rdataToText(type, rdata)).toBe(hex === '' ? '\\# 0' : `\\# ${rdata.length} ${hex}`)
    })
  }

  test('any data of any type is printed on one line', () => {
    const types = fc.constantFrom(...Object.values(TYPE))
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 80 }), (type, rdata) => {
        expect(rdataToText(type, rdata)).toMatch(/^[ -~]+$/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('rdataFromText', () => {
  const refused: [type: string, text: string, code: string][] = [
    ['A', '10.0.0', 'bad-address'],
    ['A', '::1', 'bad-address'],
    ['AAAA', '10.0.0.7', 'bad-address'],
    ['A', '10.0.0.7 10.0.0.8', 'bad-rdata'],
    ['A', '', 'bad-rdata'],
    ['MX', '65536 a.', 'bad-rdata'],
    ['MX', '-1 a.', 'bad-rdata'],
    ['CNAME', 'a..', 'empty-label'],
    ['TXT', '', 'bad-rdata'],
    ['TXT', '"open', 'bad-rdata'],
    ['TXT', '\\999', 'bad-escape'],
    ['TXT', `"${'a'.repeat(256)}"`, 'bad-rdata'],
    ['TXT', '"a" '.repeat(40_000), 'bad-rdata'],
    ['DS', '1 2 3 AB', 'bad-rdata'],
    ['TYPE731', '\\# 2 AB', 'bad-rdata'],
    ['TYPE731', '\\# 1 A', 'bad-rdata'],
    ['TYPE731', '\\# 1 XY', 'bad-rdata'],
  ]
  for (const [type, text, code] of refused) {
    test(`${type} ${text.slice(0, 30)}: ${code}`, () => {
      expect(codeOf(() => rdataFromText(typeOf(type), text))).toBe(code)
    })
  }
  test('hex may be parted by spaces, and any type may be spelled so', () => {
    expect(rdataFromText(TYPE.A, '\\# 4 0A00 0007')).toEqual(Uint8Array.of(10, 0, 0, 7))
  })
})

describe('records as lines', () => {
  test('are printed', () => {
    const line = 'web.shop.example. 5 IN A 10.0.0.7'
    expect(recordToText(recordFromText(line))).toBe(line)
    expect(recordToText(recordFromText('\\.x 5 class32 type731 \\# 1 ab'))).toBe('\\.x. 5 CLASS32 TYPE731 \\# 1 AB')
  })
  for (const line of ['', 'a. IN A 10.0.0.7', 'a. 5 A 10.0.0.7', 'a. 4294967296 IN A 10.0.0.7', 'a. 5 IN NOPE x']) {
    test(`"${line}" is refused`, () => expect(codeOf(() => recordFromText(line))).toBe('bad-record'))
  }
  test('are read back the same', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        fc.pre(record.type !== TYPE.DNAME)
        expect(recordFromText(recordToText(record))).toEqual(record)
      }),
    )
  })
})
