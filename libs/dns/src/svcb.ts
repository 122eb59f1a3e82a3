/** Parameters of SVCB and HTTPS records in presentation form (RFC 9460 sections 2.1, 7, appendix A). */
import { formatAddress } from './address.ts'
import { octetsToText } from './character-string.ts'
import { toBase64 } from './octet-text.ts'
import { RdataReader } from './rdata-reader.ts'

type Printer = (value: RdataReader) => string

/** Index: number of the key. */
const KEYS: readonly (readonly [key: string, print: Printer])[] = [
  ['mandatory', list((value) => keyName(value.uint16()))],
  ['alpn', (value) => quoteList(value)],
  ['no-default-alpn', () => ''],
  ['port', (value) => String(value.uint16())],
  ['ipv4hint', list((value) => formatAddress(value.take(4)))],
  ['ech', (value) => toBase64(value.rest())],
  ['ipv6hint', list((value) => formatAddress(value.take(16)))],
  ['dohpath', (value) => octetsToText(value.rest())],
]

/** What is left of the data. @throws DnsError bad-rdata */
export function svcParamsToText(rdata: RdataReader): string {
  const params: string[] = []
  while (!rdata.isAtEnd) {
    const key = rdata.uint16()
    const octets = rdata.take(rdata.uint16())
    const value = new RdataReader(octets)
    const text = (KEYS[key]?.[1] ?? ((each) => octetsToText(each.rest())))(value)
    // A value that is not built as its key says is shown octet by octet.
    const shown = value.isAtEnd ? text : octetsToText(octets)
    params.push(octets.length === 0 ? keyName(key) : `${keyName(key)}=${shown}`)
  }
  return params.join(' ')
}

function keyName(key: number): string {
  return KEYS[key]?.[0] ?? `key${key}`
}

function list(print: Printer): Printer {
  return (value) => {
    const items: string[] = []
    while (!value.isAtEnd) items.push(print(value))
    return items.join(',')
  }
}

/** Commas and backslashes inside an item are escaped for the list, then everything for the string. */
function quoteList(value: RdataReader): string {
  const octets: number[] = []
  while (!value.isAtEnd) {
    if (octets.length > 0) octets.push(0x2c)
    for (const octet of value.characterString()) {
      if (octet === 0x2c || octet === 0x5c) octets.push(0x5c)
      octets.push(octet)
    }
  }
  return octetsToText(Uint8Array.from(octets))
}
