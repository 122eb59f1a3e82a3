/**
 * Where a text stops being JSON (RFC 8259). JSON.parse decides; this only says where and why, in the same words on every
 * runtime, for their own messages differ and some give no position.
 */

export interface JsonFault {
  /** Into the text; its length when the text ends too early. */
  readonly offset: number
  readonly problem: string
}

type Expected =
  | 'a value'
  | 'a value or "]"'
  | 'a key'
  | 'a key or "}"'
  | '":"'
  | '"," or "]"'
  | '"," or "}"'
  | 'the end'

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERAL = /true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y
const WORD = /[A-Za-z0-9_.+-]{1,40}/y

/** Undefined when the whole text is one JSON value. */
export function findJsonFault(text: string): JsonFault | undefined {
  /** What closes the open lists and objects, innermost last. */
  const closers: string[] = []
  let expected: Expected = 'a value'
  let at = 0

  const afterValue = (): Expected => {
    const closer = closers.at(-1)
    return closer === undefined ? 'the end' : closer === ']' ? '"," or "]"' : '"," or "}"'
  }

  for (;;) {
    while (isSpace(text.charCodeAt(at))) at++
    if (at >= text.length)
      return expected === 'the end' ? undefined : { offset: at, problem: `the text ends, expected ${expected}` }
    const sign = text[at] as string
    if (expected === '":"' ? sign === ':' : expected.startsWith('","') && sign === ',') {
      expected = sign === ',' && closers.at(-1) === '}' ? 'a key' : 'a value'
      at++
    } else if (sign === closers.at(-1) && expected.endsWith(`"${sign}"`)) {
      closers.pop()
      expected = afterValue()
      at++
    } else if (sign === '"' && (expected.startsWith('a value') || expected.startsWith('a key'))) {
      const end = stringEnd(text, at)
      if (typeof end !== 'number') return end
      expected = expected.startsWith('a key') ? '":"' : afterValue()
      at = end
    } else if (expected.startsWith('a value') && (sign === '{' || sign === '[')) {
      closers.push(sign === '{' ? '}' : ']')
      expected = sign === '{' ? 'a key or "}"' : 'a value or "]"'
      at++
    } else {
      const end = expected.startsWith('a value')
        ? (matchEnd(NUMBER, text, at) ?? matchEnd(LITERAL, text, at))
        : undefined
      if (end === undefined) return { offset: at, problem: `found ${found(text, at)}, expected ${expected}` }
      expected = afterValue()
      at = end
    }
  }
}

/** The offset after the string that begins at `start`, or what is wrong with it. */
function stringEnd(text: string, start: number): number | JsonFault {
  let at = start + 1
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return at + 1
    if (Number.isNaN(code)) return { offset: at, problem: 'the text ends inside a string' }
    if (code < 0x20) return { offset: at, problem: 'a string is not closed on its line' }
    if (code !== 0x5c) at++
    else {
      const end = matchEnd(ESCAPE, text, at)
      if (end !== undefined) at = end
      else if (text.length - at < 6 && !text.includes('"', at + 1))
        return { offset: text.length, problem: 'the text ends inside a string' }
      else
        return {
          offset: at,
          problem: `found ${JSON.stringify(text.slice(at, at + 2))} in a string, which is no escape`,
        }
    }
  }
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function found(text: string, at: number): string {
  return JSON.stringify(text.slice(at, matchEnd(WORD, text, at) ?? at + 1))
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
