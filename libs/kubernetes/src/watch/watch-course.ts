/** How one try to watch went: whether it was long enough, or told enough, to say that the server is well. */

export class WatchCourse {
  /** A watch that ended sooner and told nothing is as good as none: else its next beginning would be at once. */
  readonly #soonMs: number
  #sinceMs: number | undefined
  #hasAdvanced = false

  constructor(soonMs: number) {
    this.#soonMs = soonMs
  }

  /** What happens from now on will be told. However long the way to this was, it counts for nothing. */
  begins(nowMs: number): void {
    this.#sinceMs = nowMs
  }

  /** It has come further than where it began. */
  advances(): void {
    this.#hasAdvanced = true
  }

  hasBegun(): boolean {
    return this.#sinceMs !== undefined
  }

  isGood(nowMs: number): boolean {
    return this.#hasAdvanced || (this.#sinceMs !== undefined && nowMs - this.#sinceMs > this.#soonMs)
  }
}
