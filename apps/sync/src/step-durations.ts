/** How long changes take on their way: from what made them to us, to an image, to where followers read it. */
import type { Clock } from '@zonecast/feed'
import type { ObjectChange } from '@zonecast/kubernetes'
import type { HistogramValue } from '@zonecast/metrics'
import { Histogram, STEP_BOUNDS } from '@zonecast/metrics/histogram'

/** As metrics tell them, in seconds. */
export interface DurationReadings {
  readonly watch: HistogramValue
  readonly compile: HistogramValue
  readonly publish: HistogramValue
}

export class StepDurations implements DurationReadings {
  readonly watch = new Histogram(STEP_BOUNDS)
  readonly compile = new Histogram(STEP_BOUNDS)
  readonly publish = new Histogram(STEP_BOUNDS)
  readonly #clock: Pick<Clock, 'wallMs' | 'monotonicMs'>
  /** When the first change came that no image holds. */
  #receivedAtMs: number | undefined

  constructor(clock: Pick<Clock, 'wallMs' | 'monotonicMs'>) {
    this.#clock = clock
  }

  /** Changes came, after the first that are there at the start. */
  received(changes: readonly ObjectChange[]): void {
    this.#receivedAtMs ??= this.#clock.monotonicMs()
    for (const { triggeredAtMs } of changes) {
      if (triggeredAtMs !== undefined) this.watch.observeSince(triggeredAtMs, this.#clock.wallMs())
    }
  }

  /** Compiling begins, of all that came. @returns when the first of it came */
  takeReceived(): number {
    const receivedAtMs = this.#receivedAtMs ?? this.#clock.monotonicMs()
    this.#receivedAtMs = undefined
    return receivedAtMs
  }

  compiled(receivedAtMs: number): void {
    this.compile.observe((this.#clock.monotonicMs() - receivedAtMs) / 1000)
  }

  published(beganMs: number): void {
    this.publish.observe((this.#clock.monotonicMs() - beganMs) / 1000)
  }
}
