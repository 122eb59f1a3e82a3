/** The SOA record of a zone (RFC 1035 section 3.3.13), in the answer of its apex and in every negative answer (RFC 2308). */
import { HEADER_OCTETS, TYPE } from '@zonecast/dns'
import type { QueryName } from '@zonecast/image'
import type { ResponseWriter } from '../response-writer.ts'
import type { Zone, ZoneData } from '../routes.ts'

export const REFRESH_SEC = 7200
export const RETRY_SEC = 1800
export const EXPIRE_SEC = 86_400
/** Negative answers are kept by resolvers at most so long. */
export const TTL_SEC_MAX = 300

/** What stands before the zone's name. */
export const MNAME_LABELS = new TextEncoder().encode('\x02ns\x03dns')
export const RNAME_LABELS = new TextEncoder().encode('\x0ahostmaster')
/** Owner to the five numbers, all names ending in a pointer. */
const OCTETS = 12 + MNAME_LABELS.length + 2 + RNAME_LABELS.length + 2 + 20

/** @returns false when it does not fit. */
export function writeSoa(writer: ResponseWriter, zone: Zone, data: ZoneData, name: QueryName): boolean {
  if (!writer.fits(OCTETS)) return false
  const apex = 0xc000 | (HEADER_OCTETS + name.start(name.labels - zone.labels))
  const start = writer.at
  const { ttlSec } = data.stanza
  writer.recordHead(apex, TYPE.SOA, Math.min(ttlSec, TTL_SEC_MAX))
  writer.u16(0)
  writer.octets(MNAME_LABELS)
  writer.u16(apex)
  writer.octets(RNAME_LABELS)
  writer.u16(apex)
  writer.u32(data.serial)
  writer.u32(REFRESH_SEC)
  writer.u32(RETRY_SEC)
  writer.u32(EXPIRE_SEC)
  writer.u32(ttlSec)
  writer.view.setUint16(start + 10, writer.at - start - 12)
  return true
}
