/**
 * Character strings: a length octet and up to 255 octets (RFC 1035 section 3.3), printed between quotes (section 5.1).
 * And the words of a line of a zone file, of which some are such strings.
 */
import { DnsError } from './errors.ts'

/** One word of a line. Escapes stand in it as they were written. */
export interface Word {
  readonly text: string
  readonly quoted: boolean
}

const WORD = /"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)/sy
const SPACE = /\s*/y

/** Parts a line at its spaces, save those between quotes or behind a backslash. @throws DnsError bad-rdata */
export function splitWords(line: string): Word[] {
  const words: Word[] = []
  for (let at = skipSpace(line, 0); at < line.length; at = skipSpace(line, WORD.lastIndex)) {
    WORD.lastIndex = at
    const match = WORD.exec(line)
    if (match === null) throw new DnsError('bad-rdata', line)
    words.push({ text: match[1] ?? match[2] ?? '', quoted: match[1] !== undefined })
  }
  return words
}

function skipSpace(line: string, at: number): number {
  SPACE.lastIndex = at
  SPACE.exec(line)
  return SPACE.lastIndex
}

/** The octets that a word stands for: `\"` and `\034` alike are a quote. @throws DnsError bad-escape */
export function octetsFromText(text: string): Uint8Array {
  const source = new TextEncoder().encode(text)
  const octets = new Uint8Array(source.length)
  let end = 0
  for (let at = 0; at < source.length; at++) {
    const octet = source[at] ?? 0
    if (octet !== 0x5c) {
      octets[end++] = octet
      continue
    }
    const digits = /^\d{3}/.exec(String.fromCharCode(...source.subarray(at + 1, at + 4)))?.[0]
    const next = source[at + 1]
    if (digits !== undefined && Number(digits) <= 255) {
      octets[end++] = Number(digits)
      at += 3
    } else if (next !== undefined && (next < 0x30 || next > 0x39)) {
      octets[end++] = next
      at++
    } else {
      throw new DnsError('bad-escape', text)
    }
  }
  return octets.slice(0, end)
}

/** Between quotes, so that octets and no words come back. */
export function octetsToText(octets: Uint8Array): string {
  let text = '"'
  for (const octet of octets) {
    if (octet < 0x20 || octet >= 0x7f) text += `\\${String(octet).padStart(3, '0')}`
    else text += (octet === 0x22 || octet === 0x5c ? '\\' : '') + String.fromCharCode(octet)
  }
  return `${text}"`
}
