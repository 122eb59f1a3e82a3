/** When the log since the last base is worth a new base. */
export interface LogLoad {
  /** Deltas since the base. */
  readonly entries: number
  /** Their images' octets. */
  readonly octets: number
}

const ENTRIES_MAX = 10_000
const BASE_PART = 1 / 4
/** Less than this is not worth a base, however small that is. */
const OCTETS_MIN = 256 * 1024

/** due: a job shall do it. overdue: none has done it, so the publisher does. */
export function compactionDue({ entries, octets }: LogLoad, baseOctets: number): 'no' | 'due' | 'overdue' {
  const part = Math.max(entries / ENTRIES_MAX, octets / Math.max(baseOctets * BASE_PART, OCTETS_MIN))
  return part <= 1 ? 'no' : part <= 2 ? 'due' : 'overdue'
}
