/** Says each trouble once: not again before it is over or another took its place. */
import type { FeedError } from '../errors.ts'

export class Troubles {
  readonly #tell: (error: FeedError) => void
  readonly #tellOver: () => void
  #last = ''

  constructor(tell: (error: FeedError) => void, tellOver: () => void) {
    this.#tell = tell
    this.#tellOver = tellOver
  }

  report(error: FeedError): void {
    if (error.code === this.#last) return
    this.#last = error.code
    this.#tell(error)
  }

  over(): void {
    if (this.#last === '') return
    this.#last = ''
    this.#tellOver()
  }
}
