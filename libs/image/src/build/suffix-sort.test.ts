import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortSuffixes } from './suffix-sort.ts'

/** @param words without zeros */
function sorted(words: readonly string[]): string[] {
  const text = new TextEncoder().encode(words.map((word) => `${word}\0`).join(''))
  const positions = Uint32Array.from(text.keys()).filter((at) => text[at] !== 0)
  sortSuffixes(text, positions)
  const end = (at: number) => text.indexOf(0, at)
  return Array.from(positions, (at) => `${new TextDecoder().decode(text.subarray(at, end(at)))} ${at}`)
}

function naive(words: readonly string[]): string[] {
  let at = 0
  const suffixes: { text: string; at: number }[] = []
  for (const word of words) {
    for (let start = 0; start < word.length; start++) suffixes.push({ text: word.slice(start), at: at + start })
    at += word.length + 1
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return suffixes.sort((a, b) => order(a.text, b.text) || a.at - b.at).map((each) => `${each.text} ${each.at}`)
}

test.each([
  ['nothing', []],
  ['one', ['a']],
  ['equal ones', ['web', 'web', 'web']],
  ['one that ends where another goes on', ['web', 'webweb', 'eb']],
  ['one letter over and over', ['a'.repeat(63), 'a'.repeat(62), 'a'.repeat(63)]],
])('%s', (_, words) => expect(sorted(words)).toEqual(naive(words)))

test('any words', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1', '\x01', 'z'), maxLength: 12 })
  const property = fc.property(fc.array(word, { maxLength: 60 }), (words) => {
    expect(sorted(words)).toEqual(naive(words))
  })
  fc.assert(property)
})

test('more than go without the first pass, many of them equal', () => {
  const words = Array.from({ length: 3000 }, (_, n) => `${['web', 'api', 'worker'][n % 3]}-${n % 700}`)
  expect(sorted(words)).toEqual(naive(words))
})
