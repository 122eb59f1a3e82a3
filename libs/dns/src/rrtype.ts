/** Resource record types (IANA "Resource Record (RR) TYPEs"), and those that only a question may have. */
import { mnemonics } from './mnemonics.ts'

export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  SIG: 24,
  KEY: 25,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  CDS: 59,
  CDNSKEY: 60,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  CAA: 257,
} as const

const text = mnemonics(TYPE, 'TYPE')
/** `A`, or `TYPE731` for a type without a name. */
export const typeToText = text.toText
/** Ignores case; undefined for what is no type. */
export const typeFromText = text.fromText

/** Types 128..255 ask for something and never own data (RFC 6895 section 3.1), ANY and the transfers among them; so does OPT. */
export function isMetaType(type: number): boolean {
  return (type >= 128 && type <= 255) || type === TYPE.OPT
}
