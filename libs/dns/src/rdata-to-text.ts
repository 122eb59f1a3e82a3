/** Record data in presentation form, as it stands in a zone file; `\# length hex` for what we do not know (RFC 3597). */
import { formatAddress } from './address.ts'
import { octetsToText } from './character-string.ts'
import { DnsError } from './errors.ts'
import { toBase64, toHex } from './octet-text.ts'
import { RdataReader } from './rdata-reader.ts'
import { TYPE, typeToText } from './rrtype.ts'
import { svcParamsToText } from './svcb.ts'

type Printer = (rdata: RdataReader) => string

const name: Printer = (rdata) => rdata.name()
const string: Printer = (rdata) => octetsToText(rdata.characterString())
const uint8: Printer = (rdata) => String(rdata.uint8())
const uint16: Printer = (rdata) => String(rdata.uint16())
const uint32: Printer = (rdata) => String(rdata.uint32())
const type: Printer = (rdata) => typeToText(rdata.uint16())
const hex: Printer = (rdata) => toHex(rdata.rest())
const base64: Printer = (rdata) => toBase64(rdata.rest())
const restAsString: Printer = (rdata) => octetsToText(rdata.rest())

const PRINTERS: ReadonlyMap<number, readonly Printer[]> = new Map<number, readonly Printer[]>([
  [TYPE.A, [(rdata) => formatAddress(rdata.take(4))]],
  [TYPE.AAAA, [(rdata) => formatAddress(rdata.take(16))]],
  [TYPE.NS, [name]],
  [TYPE.CNAME, [name]],
  [TYPE.DNAME, [name]],
  [TYPE.PTR, [name]],
  [TYPE.SOA, [name, name, uint32, uint32, uint32, uint32, uint32]],
  [TYPE.MX, [uint16, name]],
  [TYPE.TXT, [strings]],
  [TYPE.SPF, [strings]],
  [TYPE.HINFO, [string, string]],
  [TYPE.RP, [name, name]],
  [TYPE.AFSDB, [uint16, name]],
  [TYPE.SRV, [uint16, uint16, uint16, name]],
  [TYPE.NAPTR, [uint16, uint16, string, string, string, name]],
  [TYPE.DS, [uint16, uint8, uint8, hex]],
  [TYPE.CDS, [uint16, uint8, uint8, hex]],
  [TYPE.DNSKEY, [uint16, uint8, uint8, base64]],
  [TYPE.CDNSKEY, [uint16, uint8, uint8, base64]],
  [TYPE.RRSIG, [type, uint8, uint8, uint32, time, time, uint16, name, base64]],
  [TYPE.NSEC, [name, types]],
  [TYPE.SSHFP, [uint8, uint8, hex]],
  [TYPE.TLSA, [uint8, uint8, uint8, hex]],
  [TYPE.SVCB, [uint16, name, svcParamsToText]],
  [TYPE.HTTPS, [uint16, name, svcParamsToText]],
  [TYPE.URI, [uint16, uint16, restAsString]],
  [TYPE.CAA, [uint8, tag, restAsString]],
])

/** Data that is not built as its type says is printed as that of an unknown type. Never throws. */
export function rdataToText(rrtype: number, rdata: Uint8Array): string {
  const printers = PRINTERS.get(rrtype)
  if (printers === undefined) return unknownToText(rdata)
  try {
    const reader = new RdataReader(rdata)
    const fields = printers.map((print) => print(reader)).filter((text) => text !== '')
    return reader.isAtEnd ? fields.join(' ') : unknownToText(rdata)
  } catch (error) {
    if (error instanceof DnsError) return unknownToText(rdata)
    throw error
  }
}

function unknownToText(rdata: Uint8Array): string {
  return rdata.length === 0 ? '\\# 0' : `\\# ${rdata.length} ${toHex(rdata)}`
}

function strings(rdata: RdataReader): string {
  const texts: string[] = []
  do texts.push(string(rdata))
  while (!rdata.isAtEnd)
  return texts.join(' ')
}

/** A word of letters and digits (RFC 8659 section 4.1). */
function tag(rdata: RdataReader): string {
  const text = String.fromCharCode(...rdata.characterString())
  if (!/^[0-9a-z]+$/i.test(text)) throw new DnsError('bad-rdata', 'tag')
  return text
}

/** Seconds of 32 bits as YYYYMMDDHHmmSS (RFC 4034 section 3.2). */
function time(rdata: RdataReader): string {
  return new Date(rdata.uint32() * 1000).toISOString().replace(/\.\d+|\D/g, '')
}

/** A bitmap of types, in windows of 256 (RFC 4034 section 4.1.2). */
function types(rdata: RdataReader): string {
  const texts: string[] = []
  while (!rdata.isAtEnd) {
    const window = rdata.uint8() * 256
    for (const [index, octet] of rdata.characterString().entries()) {
      for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) texts.push(typeToText(window + index * 8 + bit))
    }
  }
  return texts.join(' ')
}
