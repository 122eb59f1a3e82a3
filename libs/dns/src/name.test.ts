import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyName } from './arbitraries.ts'
import { codeOf } from './code-of.ts'
import { DNS_ERRORS } from './errors.ts'
import {
  compareNames,
  equalNames,
  isSubdomain,
  joinNames,
  labelCount,
  lowerCaseName,
  nameEnd,
  nameFromText,
  nameToText,
  parentName,
  readName,
} from './name.ts'

describe('nameFromText', () => {
  const rows: [why: string, text: string, wire: number[]][] = [
    ['the root', '.', [0]],
    ['the root, its dot left out', '', [0]],
    ['two labels', 'a.bc.', [1, 97, 2, 98, 99, 0]],
    ['always absolute', 'a.bc', [1, 97, 2, 98, 99, 0]],
    ['letter case is kept', 'aB.', [2, 97, 66, 0]],
    ['an escaped dot does not part labels', 'a\\.b.', [3, 97, 46, 98, 0]],
    ['an octet by number', 'a\\000\\255.', [3, 97, 0, 255, 0]],
    ['a digit behind an escape is a digit', '\\0651.', [2, 65, 49, 0]],
    ['UTF-8 beyond ASCII', 'ü.', [2, 0xc3, 0xbc, 0]],
  ]
  for (const [why, text, wire] of rows) test(why, () => expect([...nameFromText(text)]).toEqual(wire))

  const refused: [text: string, code: string][] = [
    ['..', 'empty-label'],
    ['.a', 'empty-label'],
    ['a..b', 'empty-label'],
    [`${'a'.repeat(64)}.`, 'label-too-long'],
    [`${'a.'.repeat(128)}`, 'name-too-long'],
    ['a'.repeat(1_000_000), 'name-too-long'],
    ['a\\', 'bad-escape'],
    ['a\\1', 'bad-escape'],
    ['a\\12x', 'bad-escape'],
    ['a\\256', 'bad-escape'],
  ]
  for (const [text, code] of refused) {
    test(`${code}: ${text.slice(0, 20)}`, () => expect(codeOf(() => nameFromText(text))).toBe(code))
  }

  test('the longest name and label are names', () => {
    const text = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}.`
    expect(nameFromText(text)).toHaveLength(255)
    expect(nameToText(nameFromText(text))).toBe(text)
  })

  test('every text is a name or a DnsError', () => {
    const text = fc.string({ unit: fc.constantFrom('.', '\\', '0', '9', 'a', 'ß', '\ud800'), maxLength: 300 })
    fc.assert(
      fc.property(text, (each) => {
        expect([undefined, ...Object.keys(DNS_ERRORS)]).toContain(codeOf(() => nameToText(nameFromText(each))))
      }),
    )
  })
})

describe('nameToText', () => {
  test('what a zone file would misread is escaped', () => {
    expect(nameToText(Uint8Array.of(8, 0x22, 0x24, 0x28, 0x3b, 0x40, 0x5c, 0x20, 0x7f, 0))).toBe(
      '\\"\\$\\(\\;\\@\\\\\\032\\127.',
    )
  })

  test('printed and read back, a name is the same', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(nameFromText(nameToText(name))).toEqual(name)
      }),
    )
  })
})

describe('readName', () => {
  const message = Uint8Array.of(1, 97, 0, 1, 98, 0xc0, 0, 1, 99, 0xc0, 3, 0xc0, 11, 0x40, 0xc0)
  test('follows pointers backwards', () => expect(nameToText(message, 7)).toBe('c.b.a.'))
  const refused: [why: string, offset: number, code: string][] = [
    ['a pointer to itself', 11, 'bad-pointer'],
    ['a label type that has no meaning', 13, 'bad-label-type'],
    ['half a pointer', 14, 'unexpected-end'],
    ['nothing there', 15, 'unexpected-end'],
  ]
  for (const [why, offset, code] of refused) {
    test(why, () => expect(codeOf(() => readName(message, offset))).toBe(code))
  }
  test('a loop through a label', () => {
    expect(codeOf(() => readName(Uint8Array.of(1, 97, 0xc0, 0), 0))).toBe('bad-pointer')
  })
  test('pointers that only lead to pointers are cut short', () => {
    const chain = new Uint8Array(2 * 400 + 1)
    for (let i = 1; i < 400; i++) chain.set([0xc0 | ((2 * i - 2) >> 8), (2 * i - 2) & 0xff], 2 * i)
    expect(codeOf(() => readName(chain, 2 * 100))).toBe(undefined)
    expect(codeOf(() => readName(chain, 2 * 399))).toBe('bad-pointer')
  })
  test('never more than 255 octets', () => {
    const long = Uint8Array.from([...nameFromText(`${'a'.repeat(63)}.`.repeat(3)), 63, ...Array(63).fill(98), 0xc0, 0])
    expect(codeOf(() => readName(long, 193))).toBe('name-too-long')
  })
  test('any octets give a name or a DnsError, and the end fits', () => {
    const octets = fc.uint8Array({ maxLength: 600 })
    fc.assert(
      fc.property(octets, fc.nat(600), (message, offset) => {
        const code = codeOf(() => readName(message, offset))
        if (code === undefined) expect(nameEnd(message, offset)).toBeGreaterThan(offset)
        expect([undefined, ...Object.keys(DNS_ERRORS)]).toContain(code)
      }),
    )
  })
})

describe('nameEnd', () => {
  test('is behind the root label or the pointer', () => {
    expect(nameEnd(Uint8Array.of(1, 97, 0, 9), 0)).toBe(3)
    expect(nameEnd(Uint8Array.of(1, 97, 0xc0, 0, 9), 0)).toBe(4)
  })
  test('-1 when the message ends first, the label type has no meaning, or the name is too long', () => {
    expect(nameEnd(Uint8Array.of(1, 97, 0), 0, 2)).toBe(-1)
    expect(nameEnd(Uint8Array.of(1, 97, 0xc0, 0), 0, 3)).toBe(-1)
    expect(nameEnd(Uint8Array.of(5, 97), 0)).toBe(-1)
    expect(nameEnd(Uint8Array.of(0x80, 0), 0)).toBe(-1)
    expect(nameEnd(new Uint8Array(1000).fill(1), 0)).toBe(-1)
  })
})

describe('relations of names', () => {
  test('labels, parents and joins fit together', () => {
    const web = nameFromText('Web.shop.example.')
    expect(labelCount(web)).toBe(3)
    expect(nameToText(parentName(web))).toBe('shop.example.')
    expect(nameToText(parentName(web, 9))).toBe('.')
    expect(nameToText(joinNames(nameFromText('web'), nameFromText('shop.example')))).toBe('web.shop.example.')
    expect(nameToText(lowerCaseName(web))).toBe('web.shop.example.')
    expect(codeOf(() => joinNames(nameFromText('a.'.repeat(100)), nameFromText('a.'.repeat(100))))).toBe(
      'name-too-long',
    )
  })

  test('a subdomain begins at a label, ignoring case', () => {
    const rows: [string, string, boolean][] = [
      ['a.Example.', 'eXample.', true],
      ['example.', 'example.', true],
      ['example.', '.', true],
      ['badexample.', 'example.', false],
      ['example.', 'a.example.', false],
      ['a\\.example.', 'example.', false],
      ['a\\007example.', 'example.', false],
    ]
    for (const [name, ancestor, expected] of rows) {
      expect(isSubdomain(nameFromText(name), nameFromText(ancestor)), `${name} in ${ancestor}`).toBe(expected)
    }
  })

  test('the example of RFC 4034 section 6.1 is in order', () => {
    const sorted = [
      'example.',
      'a.example.',
      'yljkjljk.a.example.',
      'Z.a.example.',
      'zABC.a.EXAMPLE.',
      'z.example.',
      '\\001.z.example.',
      '*.z.example.',
      '\\200.z.example.',
    ]
    const shuffled = [...sorted].reverse().map(nameFromText)
    expect(shuffled.sort(compareNames).map((name) => nameToText(name).toLowerCase())).toEqual(
      sorted.map((text) => text.toLowerCase()),
    )
  })

  test('order, equality and descent agree', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        expect(compareNames(a, b) + compareNames(b, a)).toBe(0)
        expect(compareNames(a, b) === 0).toBe(equalNames(a, b))
        expect(compareNames(a, lowerCaseName(a))).toBe(0)
        expect(isSubdomain(a, parentName(a))).toBe(true)
        if (isSubdomain(a, b) && !equalNames(a, b)) expect(compareNames(a, b)).toBe(1)
      }),
    )
  })
})
