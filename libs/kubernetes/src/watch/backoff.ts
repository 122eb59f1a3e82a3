/** How long to wait before trying again. */

export interface BackoffLimits {
  /** Of the first wait. */
  readonly minMs: number
  readonly maxMs: number
}

/** No server is asked to wait longer than this before it is tried again. */
const RETRY_AFTER_MAX_MS = 5 * 60_000

/**
 * Doubles with each failure; anywhere in its upper half, so that many who lost the same server do not come back at once.
 * @param failures in a row, from 1.
 * @param random 0 to below 1.
 */
export function backoffMs({ minMs, maxMs }: BackoffLimits, failures: number, random: number): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30))
  return ceiling / 2 + (ceiling / 2) * random
}

/** A server that says when to come back is not asked earlier, and not by all in the same moment. */
export function waitMs(backoff: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs === undefined) return backoff
  const asked = Math.min(retryAfterMs, RETRY_AFTER_MAX_MS)
  return Math.max(backoff, asked * (1 + random / 4))
}

/** A Retry-After header: seconds, or a date (RFC 9110 section 10.2.3). Undefined when it is neither. */
export function readRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000
  const dateMs = Date.parse(text)
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs)
}
