/** SOA serials are points on a circle, not numbers: RFC 1982 with 32 bits. */

export type SerialOrder = 'lower' | 'equal' | 'greater' | 'incomparable'

/** Where `a` stands as seen from `b`. Two serials exactly half a circle apart have no order. */
export function compareSerial(a: number, b: number): SerialOrder {
  const distance = (a - b) >>> 0
  if (distance === 0) return 'equal'
  if (distance === 0x8000_0000) return 'incomparable'
  return distance < 0x8000_0000 ? 'greater' : 'lower'
}

/**
 * The serial that follows `last`: the Unix time where that is ahead, else one more.
 * @param last undefined when nothing was published yet.
 */
export function nextSerial(last: number | undefined, nowSec: number): number {
  const now = Math.trunc(nowSec) >>> 0
  if (last === undefined) return now
  return compareSerial(now, last) === 'greater' ? now : (last + 1) >>> 0
}
