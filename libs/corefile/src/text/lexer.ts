/**
 * Splits a Corefile into words, as the Caddyfile lexer of CoreDNS does: white space separates them; `#` outside quotes
 * begins a comment, right behind a word too (where CoreDNS would read words again after the comment's first space); a quote
 * opens a string only at the beginning of a word, which ends with the closing quote and may hold line breaks; in it a
 * backslash before a quote is dropped and any other kept. Outside quotes a backslash is a character like others, so there
 * is no continuation of lines. A brace is structure only as an unquoted word of its own; one that is glued to a word is
 * reported and split off.
 */

import type { Position } from '../config.ts'
import { type FaultList, quote } from '../errors.ts'

export interface Word {
  readonly text: string
  readonly position: Position
  /** Begins a line. */
  readonly first: boolean
  /** Neither quoted nor made by substitution: only such braces open and close blocks. */
  readonly bare: boolean
}

export function isOpen(word: Word | undefined): boolean {
  return word?.bare === true && word.text === '{'
}

export function isClose(word: Word | undefined): boolean {
  return word?.bare === true && word.text === '}'
}

// Unicode's White_Space save the line break, which ends a line too.
const space = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

export function lex(text: string, file: string, faults: FaultList): Word[] {
  const words: Word[] = []
  let line = 1
  let lineStart = 0
  let lastWordEndsOnLine = 0
  let i = text.startsWith('\ufeff') ? 1 : 0

  while (i < text.length) {
    const char = text.charAt(i)
    if (char === '\n') {
      line += 1
      i += 1
      lineStart = i
    } else if (space.test(char)) {
      i += 1
    } else if (char === '#') {
      i = endOfLine(text, i)
    } else {
      const position = { file, line, column: i - lineStart + 1 }
      const first = lastWordEndsOnLine < line
      if (char === '"') {
        const closing = closingQuote(text, i + 1)
        if (closing === undefined) faults.add('unterminated-quote', position, '"')
        // One that is never closed ends with its line, so that the rest can still be read.
        const end = closing ?? endOfLine(text, i)
        const inside = text.slice(i + 1, end)
        words.push({ text: inside.replaceAll('\\"', '"'), position, first, bare: false })
        for (let at = inside.indexOf('\n'); at !== -1; at = inside.indexOf('\n', at + 1)) {
          line += 1
          lineStart = i + at + 2
        }
        i = closing === undefined ? end : end + 1
      } else {
        const end = endOfWord(text, i)
        // A carriage return is no part of any word: files with CR LF read as those with LF.
        const plain = text.slice(i, end).replaceAll('\r', '')
        if (plain === '\\' && restIsBlank(text, end)) {
          faults.add('line-continuation', position, plain, { suggestion: 'put all arguments on one line' })
        } else {
          words.push(...unglue({ text: plain, position, first, bare: true }, faults))
        }
        i = end
      }
      lastWordEndsOnLine = line
    }
  }
  return words
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** Index of the closing quote. */
function closingQuote(text: string, from: number): number | undefined {
  for (let i = from; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === '\\') i += 1
    else if (char === '"') return i
  }
  return undefined
}

function endOfWord(text: string, from: number): number {
  let i = from
  while (i < text.length) {
    const char = text.charAt(i)
    if (char === '#' || (char !== '\r' && space.test(char))) break
    i += 1
  }
  return i
}

function restIsBlank(text: string, from: number): boolean {
  let i = from
  while (i < text.length && text.charAt(i) !== '\n' && space.test(text.charAt(i))) i += 1
  return i === text.length || text.charAt(i) === '\n' || text.charAt(i) === '#'
}

/** `whoami}` and `example.org{`: words with one brace, at their beginning or end. */
function unglue(word: Word, faults: FaultList): readonly Word[] {
  const { text, position } = word
  const masked = text.replaceAll(/\{\$[^{}]*\}|\{%[^{}]*%\}/g, (variable) => '$'.repeat(variable.length))
  const at = masked.search(/[{}]/)
  const alone = text.length === 1 || /^\{[$%]/.test(masked) || /[{}]/.test(masked.slice(at + 1))
  if (at === -1 || alone || (at !== 0 && at !== text.length - 1)) return [word]
  const cut = at === 0 ? 1 : at
  const brace = text.charAt(at)
  const column = position.column + cut
  faults.add('unexpected-brace', { ...position, column: position.column + at }, brace, {
    inside: quote(text),
    suggestion: brace === '{' ? 'put a space before it' : 'put it on a line of its own',
  })
  return [
    { ...word, text: text.slice(0, cut) },
    { ...word, text: text.slice(cut), position: { ...position, column }, first: brace === '}' },
  ]
}
