import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64url } from './base64url.ts'

describe('fromBase64url', () => {
  it('reads what Node writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        expect(fromBase64url(Buffer.from(octets).toString('base64url'))).toEqual(octets)
      }),
    )
  })

  it('has one spelling for each octets: what it reads is written back the same', () => {
    const character = fc.constantFrom(...'ABab01-_zZ9=+/ \u00e9')
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
        const octets = fromBase64url(text)
        if (octets !== undefined) expect(Buffer.from(octets).toString('base64url')).toBe(text)
      }),
    )
  })

  it.each([
    ['padding', 'AAA='],
    ['one character too many', 'AAAAA'],
    ['bits left over', 'AB'],
    ['the other alphabet', 'A+/A'],
    ['a space', 'AA A'],
    ['a character beyond ASCII', 'AA\u0141A'],
  ])('refuses %s', (_reason, text) => expect(fromBase64url(text)).toBeUndefined())
})
