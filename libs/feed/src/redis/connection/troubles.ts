/**
 * Says each trouble once: not again before it is over or another took its place. Where one way leads through several doings,
 * what one of them meets is not over because another went well.
 */
import type { FeedError } from '../../errors.ts'

/** What of a publisher can fail for reasons of its own. */
export type PublisherDoing = 'lease' | 'write' | 'compact' | 'trim' | 'follow'

/** What is said when the last of them is over. */
export const ANSWERS_AGAIN = 'Redis answers again'

export class Troubles<Doing extends string = 'all'> {
  readonly #tell: (error: FeedError) => void
  readonly #tellOver: () => void
  /** The code of what stands in the way of each. */
  readonly #lasting = new Map<Doing | 'all', string>()

  constructor(tell: (error: FeedError) => void, tellOver: () => void = () => {}) {
    this.#tell = tell
    this.#tellOver = tellOver
  }

  report(error: FeedError, doing: Doing | 'all' = 'all'): void {
    const isKnown = [...this.#lasting.values()].includes(error.code)
    this.#lasting.set(doing, error.code)
    if (!isKnown) this.#tell(error)
  }

  /** It went well. */
  over(doing: Doing | 'all' = 'all'): void {
    if (this.#lasting.delete(doing) && this.#lasting.size === 0) this.#tellOver()
  }

  /** Nobody does that any more. */
  forget(doing: Doing): void {
    this.#lasting.delete(doing)
  }
}
