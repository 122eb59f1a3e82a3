/** Patterns for labels: `*` is any run of octets, `?` any one octet. */
import type { Work } from './find.ts'

export const STAR = 0x2a
export const QUESTION_MARK = 0x3f

/**
 * True when the octets [start, end) are what the pattern in [from, to) stands for.
 * @param work less by the comparisons made, at most the product of both lengths
 */
export function globMatches(
  pattern: DataView,
  from: number,
  to: number,
  text: DataView,
  start: number,
  end: number,
  work: Work,
): boolean {
  let p = from
  let at = start
  /** The last star met, and how far it reaches so far. */
  let star = -1
  let reach = 0
  let steps = 0
  while (at < end) {
    steps += 1
    const octet = p < to ? pattern.getUint8(p) : -1
    if (octet === STAR) {
      star = p
      reach = at
      p += 1
    } else if (octet === QUESTION_MARK || octet === text.getUint8(at)) {
      p += 1
      at += 1
    } else {
      if (star < 0) break
      p = star + 1
      reach += 1
      at = reach
    }
  }
  work.left -= steps
  while (p < to && pattern.getUint8(p) === STAR) p += 1
  return at === end && p === to
}
