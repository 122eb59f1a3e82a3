/**
 * Where a follower stands: its position and the images that answer, newest first, the base last. Small deltas are merged,
 * so that lookups never ask more than four of them before the base.
 */
import {
  buildImage,
  FORMAT_VERSION,
  type FormatVersion,
  type Image,
  ImageError,
  type ImageStack,
  loadImage,
  mergeImages,
  type Sha256,
} from '@zonecast/image'
import { FeedError } from './errors.ts'
import type { Position, Step } from './step.ts'

/** Deltas on the base; asking so many costs nothing that can be measured. */
const DELTAS_MAX = 4

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
    const image = loadImage(step.image, this.#options.checkImages ? this.#options.sha256 : undefined)
    if (image.kind !== kind) throw new ImageError('malformed', `a ${image.kind} where a ${kind} was announced`)
    this.#images = kind === 'base' ? [image] : this.#compacted([image, ...this.#images])
    this.#position = position
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

  /** All images as one base, which answers as they do together. */
  merged(): Uint8Array {
    return this.#merge(this.#images)
  }

  /** Memory for an image that is to come. */
  allocate(octets: number): ArrayBufferLike {
    return this.#options.allocate?.(octets) ?? new ArrayBuffer(octets)
  }

  #merge(images: ImageStack): Uint8Array {
    const { sha256, allocate } = this.#options
    return buildImage(mergeImages(images), sha256, allocate, this.format)
  }

  /** Merges the two neighbours among the deltas that are smallest together, as long as there are too many. */
  #compacted(images: Image[]): ImageStack {
    const base = images.at(-1) as Image
    if (images[0]?.shape !== base.shape) {
      throw new ImageError('other-shape', 'a delta was made for a base of another configuration')
    }
    let deltas = images.slice(0, -1)
    while (deltas.length > DELTAS_MAX) {
      const at = smallestPair(deltas)
      const merged = this.#merge(deltas.slice(at, at + 2))
      deltas = [...deltas.slice(0, at), loadImage(merged), ...deltas.slice(at + 2)]
    }
    return [...deltas, base]
  }
}

function smallestPair(deltas: readonly Image[]): number {
  const size = (at: number) => (deltas[at]?.octets.length ?? 0) + (deltas[at + 1]?.octets.length ?? 0)
  let best = 0
  for (let at = 1; at < deltas.length - 1; at++) if (size(at) < size(best)) best = at
  return best
}
