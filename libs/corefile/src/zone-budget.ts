/** Counts the zones of a whole Corefile, since a short prefix stands for up to 128. */

import type { Position } from './config.ts'
import type { FaultList } from './errors.ts'
import { limits } from './limits.ts'

export class ZoneBudget {
  readonly #faults: FaultList
  #left: number = limits.zones

  constructor(faults: FaultList) {
    this.#faults = faults
  }

  /** Nothing is left, and that was reported. */
  get spent(): boolean {
    return this.#left < 0
  }

  /** The zones, or undefined when there are too many by now, which is reported once. */
  take(zones: readonly string[], position: Position): readonly string[] | undefined {
    this.#left -= zones.length
    if (this.#left >= 0) return zones
    return this.#faults.add('too-large', position, 'the list of zones', {
      expected: `at most ${limits.zones} in a Corefile`,
    })
  }
}
