import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonFault } from './json-fault.ts'

const rows: [text: string, offset: number, problem: string][] = [
  ['', 0, 'the text ends, expected a value'],
  ['{', 1, 'the text ends, expected a key or "}"'],
  ['[1 2]', 3, 'found "2", expected "," or "]"'],
  ['{"a" 1}', 5, 'found "1", expected ":"'],
  ['{"a":1 "b":2}', 7, 'found "\\"", expected "," or "}"'],
  ['{"a":1,}', 7, 'found "}", expected a key'],
  ['[1,]', 3, 'found "]", expected a value'],
  ['{"a":[1}', 7, 'found "}", expected "," or "]"'],
  ['{a:1}', 1, 'found "a", expected a key or "}"'],
  ["{'a':1}", 1, 'found "\'", expected a key or "}"'],
  ['{"a":yes}', 5, 'found "yes", expected a value'],
  ['{"a":True}', 5, 'found "True", expected a value'],
  ['[01]', 2, 'found "1", expected "," or "]"'],
  ['[1.]', 2, 'found ".", expected "," or "]"'],
  ['[.5]', 1, 'found ".5", expected a value or "]"'],
  ['"a\nb"', 2, 'a string is not closed on its line'],
  ['"a', 2, 'the text ends inside a string'],
  ['"a\\', 3, 'the text ends inside a string'],
  ['"a\\u00', 6, 'the text ends inside a string'],
  ['"a\\x"', 2, 'found "\\\\x" in a string, which is no escape'],
  ['"a\\u00g0"', 2, 'found "\\\\u" in a string, which is no escape'],
  ['{} {}', 3, 'found "{", expected the end'],
  ['// no\n{}', 0, 'found "/", expected a value'],
  ['\u00a0{}', 0, 'found "\u00a0", expected a value'],
]
test.each(rows)('%j: fault at %d', (text, offset, problem) => {
  expect(findJsonFault(text)).toEqual({ offset, problem })
})

const broken = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', 'e', '.', '\n', 'tru', '\u0001'),
  )
  .map(
    ([text, at, insert]) => text.slice(0, at % (text.length + 1)) + insert + text.slice((at % (text.length + 1)) + 1),
  )

test('there is a fault exactly where JSON.parse refuses', () => {
  fc.assert(
    fc.property(fc.oneof(broken, fc.json(), fc.string()), (text) => {
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      const fault = findJsonFault(text)
      expect(fault === undefined).toBe(isJson)
      if (fault === undefined) return
      expect(fault.offset).toBeGreaterThanOrEqual(0)
      expect(fault.offset).toBeLessThanOrEqual(text.length)
    }),
    { numRuns: 5000 },
  )
})
