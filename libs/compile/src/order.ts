/** The orders in which records are emitted. */

/** By code units, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Octet by octet; what is a beginning of the other comes first. */
export function compareOctets(a: Uint8Array, b: Uint8Array): number {
  if (a === b) return 0
  for (let at = 0; at < a.length && at < b.length; at++) {
    const order = (a[at] as number) - (b[at] as number)
    if (order !== 0) return order
  }
  return a.length - b.length
}
