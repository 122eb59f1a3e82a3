import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { opcodeToText } from './opcode.ts'
import { rcodeToText } from './rcode.ts'
import { classFromText, classToText } from './rrclass.ts'
import { isMetaType, TYPE, typeFromText, typeToText } from './rrtype.ts'

describe('types and classes as text', () => {
  test('known by name, whatever the case', () => {
    expect(typeFromText('aaaa')).toBe(28)
    expect(typeToText(65)).toBe('HTTPS')
    expect(classFromText('ch')).toBe(3)
    expect(rcodeToText(16)).toBe('BADVERS')
    expect(opcodeToText(5)).toBe('UPDATE')
  })
  test('unknown as RFC 3597 spells them', () => {
    expect(typeToText(731)).toBe('TYPE731')
    expect(typeFromText('type1')).toBe(1)
    expect(classToText(32)).toBe('CLASS32')
    expect(classFromText('CLASS32')).toBe(32)
  })
  test('what is neither is undefined', () => {
    for (const text of ['', 'TYPE', 'TYPE65536', 'TYPE-1', 'TYPE1x', 'TYPE000001', 'CLASS1', 'toString', '1']) {
      expect(typeFromText(text), text).toBe(undefined)
    }
  })
  test('every number is printed and read back', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), (type) => {
        expect(typeFromText(typeToText(type))).toBe(type)
      }),
    )
    fc.assert(
      fc.property(fc.nat(0xffff), (each) => {
        expect(classFromText(classToText(each))).toBe(each)
      }),
    )
  })
  test('types that own no data', () => {
    const meta = Object.entries(TYPE).flatMap(([name, type]) => (isMetaType(type) ? [name] : []))
    expect(meta.sort()).toEqual(['ANY', 'AXFR', 'IXFR', 'OPT', 'TKEY', 'TSIG'])
  })
})
