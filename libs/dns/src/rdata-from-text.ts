/** Record data from presentation form, for the types that zones here are made of; any other as RFC 3597 spells it. */
import { parseAddress } from './address.ts'
import { octetsFromText, splitWords, type Word } from './character-string.ts'
import { DnsError } from './errors.ts'
import { nameFromText } from './name.ts'
import { fromHex } from './octet-text.ts'
import { TYPE, typeToText } from './rrtype.ts'

type Parser = (word: Word) => Uint8Array

const name: Parser = ({ text }) => nameFromText(text)

const string: Parser = ({ text }) => {
  const octets = octetsFromText(text)
  if (octets.length > 255) throw new DnsError('bad-rdata', `string of ${octets.length} octets`)
  return Uint8Array.of(octets.length, ...octets)
}

function uint(octets: 2 | 4): Parser {
  return ({ text }) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1
    if (value < 0 || value >= 256 ** octets) throw new DnsError('bad-rdata', text)
    return Uint8Array.from({ length: octets }, (_, i) => (value / 256 ** (octets - 1 - i)) & 0xff)
  }
}

function address(octets: 4 | 16): Parser {
  return ({ text }) => {
    const parsed = parseAddress(text)
    if (parsed?.length !== octets) throw new DnsError('bad-address', text)
    return parsed
  }
}

const uint16 = uint(2)
const uint32 = uint(4)

const PARSERS: ReadonlyMap<number, readonly Parser[]> = new Map<number, readonly Parser[]>([
  [TYPE.A, [address(4)]],
  [TYPE.AAAA, [address(16)]],
  [TYPE.NS, [name]],
  [TYPE.CNAME, [name]],
  [TYPE.PTR, [name]],
  [TYPE.SOA, [name, name, uint32, uint32, uint32, uint32, uint32]],
  [TYPE.MX, [uint16, name]],
  [TYPE.HINFO, [string, string]],
  [TYPE.SRV, [uint16, uint16, uint16, name]],
])

/** @throws DnsError bad-rdata, bad-address, bad-escape, and what `nameFromText` throws */
export function rdataFromText(rrtype: number, text: string): Uint8Array {
  return rdataFromWords(rrtype, splitWords(text))
}

/** The same from the words of a line. */
export function rdataFromWords(rrtype: number, words: readonly Word[]): Uint8Array {
  if (words[0]?.text === '\\#' && !words[0].quoted) return unknownFromWords(words)
  const parsers = rrtype === TYPE.TXT ? Array<Parser>(Math.max(1, words.length)).fill(string) : PARSERS.get(rrtype)
  const shown = (): string => `${typeToText(rrtype)} ${words.map(({ text }) => text).join(' ')}`
  if (parsers?.length !== words.length) throw new DnsError('bad-rdata', shown())
  const rdata = words.flatMap((word, index) => [...(parsers[index]?.(word) ?? [])])
  if (rdata.length > 0xffff) throw new DnsError('bad-rdata', `${typeToText(rrtype)} of ${rdata.length} octets`)
  return Uint8Array.from(rdata)
}

function unknownFromWords(words: readonly Word[]): Uint8Array {
  const digits = words.slice(2).map(({ text }) => text)
  const octets = fromHex(digits.join(''))
  const length = words[1]?.text ?? ''
  if (octets === undefined || length !== String(octets.length) || octets.length > 0xffff) {
    throw new DnsError('bad-rdata', `\\# ${length} ${digits.join(' ')}`)
  }
  return octets
}
