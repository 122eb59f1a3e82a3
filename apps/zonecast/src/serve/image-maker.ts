/** Decides whether the next step of a feed is a base or a delta, and numbers the steps. */
import type { Compiler } from '@zonecast/compile'
import type { Step } from '@zonecast/feed'
import type { ImageContent } from '@zonecast/image'

/** A new base is made when the deltas since the last one outgrow this part of it. */
const REBASE_PART = 1 / 4
/** Below this many octets of deltas a new base is not worth its while. */
const REBASE_OCTETS_MIN = 256 * 1024

export interface ImageMakerOptions {
  readonly feed: string
  nowMs(): number
  build(content: ImageContent): Uint8Array
}

export class ImageMaker {
  readonly #compiler: Compiler
  readonly #options: ImageMakerOptions
  readonly #epoch: number
  #steps = 0
  #baseOctets = 0
  #deltaOctets = 0

  constructor(compiler: Compiler, options: ImageMakerOptions) {
    this.#compiler = compiler
    this.#options = options
    this.#epoch = options.nowMs()
  }

  /** The step for all that the compiler was given since the last one; undefined when no record differs. */
  next(): Step | undefined {
    const stamp = { nowMs: this.#options.nowMs(), meta: { feed: this.#options.feed } }
    if (this.#steps === 0) return this.#base(stamp)
    const delta = this.#compiler.compileDelta(stamp)
    if (delta === undefined) return undefined
    const step = this.#step('delta', this.#options.build(delta))
    this.#deltaOctets += step.image.length
    return step
  }

  /** A base when the deltas have outgrown theirs; it holds what the steps before it hold. */
  rebase(): Step | undefined {
    if (this.#deltaOctets < Math.max(REBASE_OCTETS_MIN, this.#baseOctets * REBASE_PART)) return undefined
    return this.#base({ nowMs: this.#options.nowMs(), meta: { feed: this.#options.feed } })
  }

  #base(stamp: { readonly nowMs: number; readonly meta: Readonly<Record<string, string>> }): Step {
    const step = this.#step('base', this.#options.build(this.#compiler.compileBase(stamp)))
    this.#baseOctets = step.image.length
    this.#deltaOctets = 0
    return step
  }

  #step(kind: Step['kind'], image: Uint8Array): Step {
    const previous = this.#steps === 0 ? '' : `${this.#epoch}-${this.#steps - 1}`
    const position = `${this.#epoch}-${this.#steps}`
    this.#steps += 1
    return { kind, position, previous, image }
  }
}
