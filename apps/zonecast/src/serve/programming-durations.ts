/**
 * What CoreDNS calls programming: from what changed an endpoint until it is in the answers here. The times travel in the deltas;
 * those that were published before this process began are not of its doing and are passed over.
 */
import type { Clock } from '@zonecast/feed'
import { type Image, ImageError, SERVICE_KINDS, type TimedServiceKind, triggersOf } from '@zonecast/image'
import { Histogram, PROGRAMMING_BOUNDS, type Scrape, STEP_BOUNDS } from '@zonecast/metrics'

export class ProgrammingDurations {
  readonly #clock: Pick<Clock, 'wallMs' | 'monotonicMs'>
  readonly #beganMs: number
  readonly #kinds = new Map<TimedServiceKind, Histogram>()
  /** By feed. */
  readonly #applied = new Map<string, Histogram>()

  /** To be made when the process begins. */
  constructor(clock: Pick<Clock, 'wallMs' | 'monotonicMs'>) {
    this.#clock = clock
    this.#beganMs = clock.monotonicMs()
  }

  /** @param publishedAtMs by the publisher's clock */
  applied(feed: string, delta: Image, publishedAtMs: number): void {
    const nowMs = this.#clock.wallMs()
    // Not compared with the time of day at which the process began: that may have been wrong.
    if (!(nowMs - publishedAtMs <= this.#clock.monotonicMs() - this.#beganMs)) return
    const applied = this.#applied.get(feed) ?? new Histogram(STEP_BOUNDS)
    this.#applied.set(feed, applied)
    applied.observeSince(publishedAtMs, nowMs)
    for (const { serviceKind, atMs } of readTriggers(delta)) {
      const histogram = this.#kinds.get(serviceKind) ?? new Histogram(PROGRAMMING_BOUNDS)
      this.#kinds.set(serviceKind, histogram)
      histogram.observeSince(atMs, nowMs)
    }
  }

  addMetrics(scrape: Scrape): void {
    for (const [feed, histogram] of this.#applied) {
      scrape.addHistogram('zonecast_apply_duration_seconds', { feed }, histogram)
    }
    for (const kind of SERVICE_KINDS) {
      const histogram = this.#kinds.get(kind)
      if (histogram === undefined) continue
      scrape.addHistogram('coredns_kubernetes_dns_programming_duration_seconds', { service_kind: kind }, histogram)
    }
  }
}

/** An image answers whatever its meta says. */
function readTriggers(delta: Image): ReturnType<typeof triggersOf> {
  try {
    return triggersOf(delta)
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    return []
  }
}
