/** Questions and resource records as objects (RFC 1035 sections 4.1.2, 4.1.3), for whatever is not the fast path. */
import { splitWords } from './character-string.ts'
import { DnsError } from './errors.ts'
import { nameFromText, nameToText } from './name.ts'
import { rdataFromWords } from './rdata-from-text.ts'
import { rdataToText } from './rdata-to-text.ts'
import { classFromText, classToText } from './rrclass.ts'
import { typeFromText, typeToText } from './rrtype.ts'

export interface Question {
  readonly qname: Uint8Array
  readonly type: number
  readonly class: number
}

export interface ResourceRecord {
  readonly ownerName: Uint8Array
  readonly type: number
  readonly class: number
  /** 0..4,294,967,295 */
  readonly ttlSec: number
  /** Names inside are uncompressed. */
  readonly rdata: Uint8Array
}

/** Records that share owner name, type, class and TTL (RFC 2181 section 5). */
export interface RRset extends Omit<ResourceRecord, 'rdata'> {
  readonly rdatas: readonly Uint8Array[]
}

/** A line of a zone file, `web.shop.example. 5 IN A 10.0.0.7`; `recordFromText` reads it back. */
export function recordToText(record: ResourceRecord): string {
  const { ownerName, ttlSec, class: rrclass, type, rdata } = record
  const fields = [nameToText(ownerName), ttlSec, classToText(rrclass), typeToText(type), rdataToText(type, rdata)]
  return fields.join(' ')
}

/**
 * One line with owner name, TTL, class, type and data; names are absolute.
 * @throws DnsError bad-record, bad-rdata, bad-address, and what `nameFromText` throws
 */
export function recordFromText(line: string): ResourceRecord {
  const [owner, ttl, rrclass, rrtype, ...rdata] = splitWords(line)
  const ttlSec = /^\d{1,10}$/.test(ttl?.text ?? '') ? Number(ttl?.text) : Number.NaN
  const classNumber = classFromText(rrclass?.text ?? '')
  const type = typeFromText(rrtype?.text ?? '')
  if (owner === undefined || !(ttlSec <= 0xffff_ffff) || classNumber === undefined || type === undefined) {
    throw new DnsError('bad-record', line)
  }
  return { ownerName: nameFromText(owner.text), ttlSec, class: classNumber, type, rdata: rdataFromWords(type, rdata) }
}
