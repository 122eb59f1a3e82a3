/** Makes what is published next: the last changes, what differs from what is published, or a base of all there is. */
import { setImmediate as breathe } from 'node:timers/promises'
import type { Compiler, Stamp, StreamedContent } from '@zonecast/compile'
import type { FollowedStack } from '@zonecast/feed'
import type { Lead } from '@zonecast/feed/redis'
import { sha256 } from '@zonecast/feed/sha256'
import {
  beginImage,
  buildImage,
  type FinishImage,
  type FormatVersion,
  giveBack,
  type ImageContent,
  loadImage,
} from '@zonecast/image'
import { currentSerials, differenceTo, hasOldSerial, stillServes, type UnpublishedImage } from './published-state.ts'

export interface NextImageParts {
  readonly compiler: Compiler
  /** What is published, as far as anybody here knows. */
  readonly stack: FollowedStack
  readonly format: FormatVersion
  stamp(): Stamp
}

/** resume: what differs from the stack. repair: a base, also where nothing does. */
export type NextKind = 'base' | 'repair' | 'resume' | 'delta'

export class NextImage {
  readonly #parts: NextImageParts
  #kind: NextKind = 'base'
  #unpublished: UnpublishedImage | undefined

  constructor(parts: NextImageParts) {
    this.#parts = parts
  }

  get kind(): NextKind {
    return this.#kind
  }

  /** Whether the next one says what the objects say when it is made; not so one that was made before. */
  get isAsOfNow(): boolean {
    return this.#unpublished === undefined
  }

  want(kind: NextKind): void {
    this.#kind = kind
  }

  /** What took so long to make that the lease was lost may serve yet; what is made after it are the changes since. */
  keep(made: UnpublishedImage): void {
    this.#unpublished = made
  }

  /**
   * The next image; undefined when nothing has to be published. Of the objects as they are when it is called, or, with `isLate`, as
   * they were.
   */
  async make(lead: Lead): Promise<{ image: Uint8Array | undefined; isLate: boolean }> {
    const { compiler, stack, stamp } = this.#parts
    const [kind, unpublished] = [this.#kind, this.#unpublished]
    this.#kind = 'delta'
    this.#unpublished = undefined
    if (kind === 'delta') {
      const delta = compiler.compileDelta(stamp())
      return { image: delta && this.#build(delta), isLate: false }
    }
    if (unpublished !== undefined && stillServes(unpublished, kind, stack.images, lead.serials))
      return { image: unpublished.image, isLate: true }
    return { image: await this.#makeWhole(kind, lead), isLate: false }
  }

  /** All there is, as the last image said it. Compiles the services at once. */
  begin(): FinishImage {
    const { compiler, stamp } = this.#parts
    return this.#begin(compiler.streamAgain(stamp()))
  }

  /** With 100,000 services each step takes up to a second, and the lease has to be renewed meanwhile. */
  async #makeWhole(kind: Exclude<NextKind, 'delta'>, lead: Lead): Promise<Uint8Array | undefined> {
    const { compiler, stack, stamp } = this.#parts
    const finish = this.#begin(compiler.streamBase(stamp(), lead.serials))
    await breathe()
    // A base is shared with the thread that merges, which would need a copy of its own of other memory.
    const image = finish(sha256, kind === 'resume' ? undefined : (octets) => new SharedArrayBuffer(octets))
    const made = loadImage(image)
    await breathe()
    const { images } = stack
    const [newest] = images
    // What stanzas say of names and zones is in every image: a delta of another shape would fit nothing.
    if (kind === 'repair' || newest === undefined || made.shape !== newest.shape) return image
    const isBehind = hasOldSerial(newest, lead.serials)
    const isOfOtherFormat = images.some(({ version }) => version !== made.version)
    if (kind === 'base' && (isBehind || isOfOtherFormat)) return image
    const difference = await differenceTo(images, made)
    // Where nothing but serials would differ: a delta has none without records.
    if (kind === 'base' ? difference !== undefined : difference === undefined && isBehind) return image
    await breathe()
    const stanzas = compiler.keepSerials(difference, currentSerials(newest, lead.serials))
    // What Redis lost and nobody changed comes back under its serials.
    if (kind === 'base') return stack.merged()
    const delta = difference && this.#build({ ...difference, stanzas })
    giveBack(image)
    return delta
  }

  #begin(content: StreamedContent): FinishImage {
    return beginImage(content, content.services, this.#parts.format)
  }

  #build(content: ImageContent): Uint8Array {
    return buildImage(content, sha256, undefined, this.#parts.format)
  }
}
