import { describe, expect, test } from 'vitest'
import { FaultList } from '../errors.ts'
import { lex } from './lexer.ts'

/** `text@line:column`, with `!` where a line begins. */
function words(text: string): string {
  const faults = new FaultList()
  const lexed = lex(text, 'Corefile', faults)
  faults.throwIfAny()
  return lexed
    .map(({ text, position, first }) => `${text}@${position.line}:${position.column}${first ? '!' : ''}`)
    .join(' ')
}

describe('words', () => {
  test.each([
    ['white space separates', 'a  b\tc\u00a0d', 'a@1:1! b@1:4 c@1:6 d@1:8'],
    ['lines count', '\n\n  a\nb', 'a@3:3! b@4:1!'],
    ['carriage returns are nothing', 'a\r\nb\r c', 'a@1:1! b@2:1! c@2:4'],
    ['a byte order mark is skipped', '\ufeffa b', 'a@1:2! b@1:4'],
    ['a comment goes to the end of the line', 'a # b "c\nd', 'a@1:1! d@2:1!'],
    ['a comment begins right behind a word too', 'a#b c\nd', 'a@1:1! d@2:1!'],
    ['a hash in quotes is text', '"a#b" c', 'a#b@1:1! c@1:7'],
    ['quotes hold white space', 'a "b  c" d', 'a@1:1! b  c@1:3 d@1:10'],
    ['an empty string is a word', 'a ""', 'a@1:1! @1:3'],
    ['a quote within a word is text', 'a"b c', 'a"b@1:1! c@1:5'],
    ['a word ends with its closing quote', '"a"b', 'a@1:1! b@1:4'],
    ['a backslash hides a quote', '"a\\"b"', 'a"b@1:1!'],
    ['other backslashes stay', '"a\\nb\\\\" c\\d', 'a\\nb\\\\@1:1! c\\d@1:10'],
    ['a string may go over lines, and what follows it is on its last', '"a\nb" c\nd', 'a\nb@1:1! c@2:4 d@3:1!'],
    ['a backslash before the end of a line within quotes', '"a\\\nb"', 'a\\\nb@1:1!'],
    ['braces are words of their own', 'a {\n}', 'a@1:1! {@1:3 }@2:1!'],
    ['braces within a word are text', '{remote}:{port} a{b}', '{remote}:{port}@1:1! a{b}@1:17'],
    ['variables are not looked into', '{$A}{%B%} {$A', '{$A}{%B%}@1:1! {$A@1:11'],
  ])('%s', (_, text, expected) => {
    expect(words(text)).toBe(expected)
  })

  test('only unquoted braces are structure', () => {
    const lexed = lex('{ "{"', 'Corefile', new FaultList())
    expect(lexed.map(({ bare }) => bare)).toEqual([true, false])
  })

  test('a string that is never closed ends with its line, and the rest is read', () => {
    const lexed = lex('log "a b\nwhoami', 'Corefile', new FaultList())
    expect(lexed.map(({ text }) => text)).toEqual(['log', 'a b', 'whoami'])
  })
})
