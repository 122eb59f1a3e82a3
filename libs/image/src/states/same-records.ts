/** Whether two images say the same, found out without reading a record: what is built from the same content has the same sections. */
import type { Image } from '../image.ts'
import { HEADER_OCTETS, SECTION } from '../layout.ts'

/** They say when, not what: `shape` covers the zones but for their serials. */
const PASSED_OVER: readonly number[] = [SECTION.meta, SECTION.zones]

/** False says nothing: `differenceOf` does. Serials, meta and the time of making do not count. */
export function sameRecords(a: Image, b: Image): boolean {
  if (a.version !== b.version || a.kind !== b.kind || a.shape !== b.shape) return false
  return Object.values(SECTION).every((section) => {
    if (PASSED_OVER.includes(section) || !isThere(a, section)) return true
    return sameOctets(sectionOf(a, section), sectionOf(b, section))
  })
}

/** A section of a version to come may lie beyond the directory. */
function isThere(image: Image, section: number): boolean {
  return section < image.view.getUint32(28, true)
}

function sectionOf(image: Image, section: number): Uint8Array {
  const start = image.view.getUint32(HEADER_OCTETS + section * 8, true)
  return image.octets.subarray(start, start + image.sectionOctets(section))
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
