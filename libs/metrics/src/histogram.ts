/** Values by how large they are. */
import type { HistogramValue } from './scrape.ts'

/** What a clock may be ahead of ours without being taken for wrong. */
const AHEAD_MS_MAX = 10_000
/** Longer than anything that is timed. */
const AGE_MS_MAX = 86_400_000

/** `first`, and so often times `factor`, to `count` bounds. */
export function exponentialBounds(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, power) => first * factor ** power)
}

/** CoreDNS's of coredns_kubernetes_dns_programming_duration_seconds: 1 ms to nearly 9 minutes. */
export const PROGRAMMING_BOUNDS: readonly number[] = exponentialBounds(0.001, 2, 20)

/** Of the steps on the way, in seconds: 0.25 ms to 8 s. */
export const STEP_BOUNDS: readonly number[] = exponentialBounds(0.00025, 2, 16)

export class Histogram implements HistogramValue {
  readonly bounds: readonly number[]
  readonly counts: number[]
  sum = 0

  /** @param bounds rising */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  /** What is no number or below 0 is not counted. */
  observe(value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return
    const at = this.bounds.findIndex((bound) => value <= bound)
    const index = at < 0 ? this.bounds.length : at
    this.counts[index] = (this.counts[index] ?? 0) + 1
    this.sum += value
  }

  /**
   * The seconds since a time that another machine's clock said. Where that is a little ahead it counts as no time at all; what
   * is far off is no duration and is not counted.
   */
  observeSince(thenMs: number, nowMs: number): void {
    const ageMs = nowMs - thenMs
    if (ageMs >= -AHEAD_MS_MAX && ageMs <= AGE_MS_MAX) this.observe(Math.max(0, ageMs) / 1000)
  }
}
