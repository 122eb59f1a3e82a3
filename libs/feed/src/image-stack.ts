/**
 * Where a follower stands: its position and the images that answer, newest first, the base last. Small deltas are merged,
 * so that lookups ask eight of them at most before the base, or some more for a moment.
 */
import {
  buildMerged,
  FORMAT_VERSION,
  type FormatVersion,
  type Image,
  ImageError,
  type ImageStack,
  loadImage,
  type Sha256,
} from '@zonecast/image'
import { FeedError } from './errors.ts'
import { mergedAside } from './merged-aside.ts'
import type { Position, Step } from './step.ts'

/** Deltas on the base, of which a lookup asks each. When there are more they are to be merged when nobody waits, */
const DELTAS_MAX = 8
/** and when there are so many at once: merging takes a hundred times what a lookup does. */
const DELTAS_MOST = 16
/** Left after that, so that most deltas are not merged at once. */
const DELTAS_LEFT = 4
/** From the delta that is one too many to merging: what it changed is in everybody's answers by then. */
const TIDY_AFTER_MS = 20

export interface StackOptions {
  readonly sha256: Sha256
  /** False for images that this process made itself. */
  readonly checkImages: boolean
  /** The current one by default. */
  readonly format?: FormatVersion
  /** Memory for merged images; see `buildImage`. */
  readonly allocate?: (octets: number) => ArrayBufferLike
}

export class FollowedStack {
  readonly #options: StackOptions
  #images: ImageStack = []
  #position: Position = ''
  #tidying = false

  constructor(options: StackOptions) {
    this.#options = options
  }

  get images(): ImageStack {
    return this.#images
  }

  /** Of merged images; a publisher writes it. */
  get format(): FormatVersion {
    return this.#options.format ?? FORMAT_VERSION
  }

  /** '' before the first base. */
  get position(): Position {
    return this.#position
  }

  /**
   * Takes one step; what is served changes by one assignment, or not at all.
   * @throws FeedError gap, ImageError
   */
  apply(step: Step): void {
    const { kind, position, previous } = step
    // Without a base there is nothing that a delta could lie on; a mark moves even an empty stack.
    if (kind !== 'base' && (previous !== this.#position || (kind === 'delta' && this.#images.length === 0))) {
      throw new FeedError('gap', `step ${position} follows on ${previous}, not on ${this.#position || 'nothing'}`)
    }
    if (kind === 'mark') {
      this.#position = position
      return
    }
    const { checkImages, sha256 } = this.#options
    const image = loadImage(step.image, checkImages ? sha256 : undefined, this.#images[0])
    if (image.kind !== kind) throw new ImageError('malformed', `a ${image.kind} where a ${kind} was announced`)
    const images = [image, ...this.#images]
    if (kind === 'delta' && image.shape !== this.#images[0]?.shape)
      throw new ImageError('other-shape', 'a delta was made for a base of another configuration')
    this.#images = kind === 'base' ? [image] : images.length - 1 > DELTAS_MOST ? this.#tidied(images) : images
    this.#position = position
  }

  /** Merges deltas when there are many. */
  tidy(): void {
    if (this.#images.length - 1 > DELTAS_MAX) this.#images = this.#tidied(this.#images)
  }

  /**
   * Does so in a moment. To be called after each `apply` by whoever answers: merging takes the processor from other
   * responders of this machine that are about to apply the same delta.
   */
  tidySoon(): void {
    if (this.#tidying || this.#images.length - 1 <= DELTAS_MAX) return
    this.#tidying = true
    setTimeout(() => {
      this.#tidying = false
      this.tidy()
    }, TIDY_AFTER_MS)
  }

  /** An empty stack with the same options, to load a state beside this one. */
  beside(): FollowedStack {
    return new FollowedStack(this.#options)
  }

  /** Goes over to the state of another stack. */
  adopt({ images, position }: FollowedStack): void {
    this.#images = images
    this.#position = position
  }

  /**
   * All images as one base, which answers as they do together. A large one is made in a thread of its own: with 100,000
   * services it takes a second, and leases have to be renewed meanwhile.
   */
  merged(): Promise<Uint8Array> {
    return mergedAside(this.#images, this.format)
  }

  /** Memory for an image that is to come. */
  allocate(octets: number): ArrayBufferLike {
    return this.#options.allocate?.(octets) ?? new ArrayBuffer(octets)
  }

  #tidied(images: ImageStack): ImageStack {
    const { sha256, allocate } = this.#options
    const merged = grouped(images.slice(0, -1)).map((group) => {
      const [first] = group
      if (group.length === 1 && first !== undefined) return first
      return loadImage(buildMerged(group, sha256, allocate, this.format), undefined, first)
    })
    return [...merged, images.at(-1) as Image]
  }
}

/** Neighbours that are to become one: those two first that are smallest together, until few enough are left. */
function grouped(deltas: readonly Image[]): readonly (readonly Image[])[] {
  const groups = deltas.map((image) => ({ images: [image], octets: image.octets.length }))
  while (groups.length > DELTAS_LEFT) {
    const size = (at: number) => (groups[at]?.octets ?? 0) + (groups[at + 1]?.octets ?? 0)
    let best = 0
    for (let at = 1; at < groups.length - 1; at++) if (size(at) < size(best)) best = at
    const images = [...(groups[best]?.images ?? []), ...(groups[best + 1]?.images ?? [])]
    groups.splice(best, 2, { images, octets: size(best) })
  }
  return groups.map(({ images }) => images)
}
