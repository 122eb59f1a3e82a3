/** A response in the JSON form that Google's and Cloudflare's resolvers share. */
import { decodeMessage, FLAG, nameToText, type ResourceRecord, rdataToText } from '@zonecast/dns'

export interface JsonRecord {
  readonly name: string
  readonly type: number
  readonly TTL: number
  readonly data: string
}

export interface JsonAnswer {
  readonly Status: number
  readonly TC: boolean
  readonly RD: boolean
  readonly RA: boolean
  readonly AD: boolean
  readonly CD: boolean
  readonly Question: readonly { readonly name: string; readonly type: number }[]
  /** Sections without records are left out. */
  readonly Answer?: readonly JsonRecord[]
  readonly Authority?: readonly JsonRecord[]
  readonly Additional?: readonly JsonRecord[]
}

/** Throws a `DnsError` when `response` is no message. */
export function jsonAnswer(response: Uint8Array): JsonAnswer {
  const { rcode, flags, questions, answers, authorities, additionals } = decodeMessage(response)
  const has = (flag: number) => (flags & flag) !== 0
  return {
    Status: rcode,
    TC: has(FLAG.TC),
    RD: has(FLAG.RD),
    RA: has(FLAG.RA),
    AD: has(FLAG.AD),
    CD: has(FLAG.CD),
    Question: questions.map(({ qname, type }) => ({ name: nameToText(qname), type })),
    ...(answers.length > 0 && { Answer: answers.map(jsonRecord) }),
    ...(authorities.length > 0 && { Authority: authorities.map(jsonRecord) }),
    ...(additionals.length > 0 && { Additional: additionals.map(jsonRecord) }),
  }
}

function jsonRecord({ ownerName, type, ttlSec, rdata }: ResourceRecord): JsonRecord {
  return { name: nameToText(ownerName), type, TTL: ttlSec, data: rdataToText(type, rdata) }
}
