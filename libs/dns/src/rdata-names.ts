/**
 * Where names lie inside record data. Only the types of RFC 1035 may be written with compressed names (RFC 3597 section
 * 4), but the others below were met compressed, so they are read so too.
 */
import { TYPE } from './rrtype.ts'

export interface RdataNames {
  /** Octets before the first name. */
  readonly before: number
  /** Names, one behind the other. Octets behind them are no names. */
  readonly count: number
  readonly mayCompress: boolean
}

const NAMES: ReadonlyMap<number, RdataNames> = new Map([
  [TYPE.NS, { before: 0, count: 1, mayCompress: true }],
  [TYPE.CNAME, { before: 0, count: 1, mayCompress: true }],
  [TYPE.PTR, { before: 0, count: 1, mayCompress: true }],
  [TYPE.SOA, { before: 0, count: 2, mayCompress: true }],
  [TYPE.MX, { before: 2, count: 1, mayCompress: true }],
  [TYPE.DNAME, { before: 0, count: 1, mayCompress: false }],
  [TYPE.RP, { before: 0, count: 2, mayCompress: false }],
  [TYPE.AFSDB, { before: 2, count: 1, mayCompress: false }],
  [TYPE.SRV, { before: 6, count: 1, mayCompress: false }],
])

/** undefined for types without names, or with names that nobody compresses. */
export function rdataNames(type: number): RdataNames | undefined {
  return NAMES.get(type)
}
