/**
 * The same stack of images in several threads of a process. The thread that follows the feed tells the others what changed;
 * images lie in shared memory and were checked once, so a thread only lays its views over them.
 */
import { type Image, type ImageStack, loadImage } from '@zonecast/image'

/** To another thread: the images of a feed, newest first, by number; those it has not seen come along. */
export interface StackUpdate {
  readonly feed: string
  readonly stack: readonly number[]
  readonly fresh: readonly { readonly id: number; readonly octets: Uint8Array }[]
}

/** Numbers images for one feed and says what changed. */
export class StackSender {
  readonly #feed: string
  #ids = new Map<Image, number>()
  #next = 1

  constructor(feed: string) {
    this.#feed = feed
  }

  /** What to tell threads that have had every update before. */
  update(images: ImageStack): StackUpdate {
    const ids = new Map<Image, number>()
    const fresh: { id: number; octets: Uint8Array }[] = []
    for (const image of images) {
      const known = this.#ids.get(image)
      const id = known ?? this.#next++
      if (known === undefined) fresh.push({ id, octets: image.octets })
      ids.set(image, id)
    }
    this.#ids = ids
    return { feed: this.#feed, stack: [...ids.values()], fresh }
  }
}

/** The other end. Images that are in no stack any more are let go. */
export class StackReplica {
  readonly #images = new Map<string, ReadonlyMap<number, Image>>()

  /** @returns the feed's images now, newest first. */
  apply({ feed, stack, fresh }: StackUpdate): ImageStack {
    const had = this.#images.get(feed)
    const [like] = had?.values() ?? []
    const made = new Map(fresh.map(({ id, octets }) => [id, loadImage(octets, undefined, like)]))
    const now = new Map<number, Image>()
    for (const id of stack) {
      const image = made.get(id) ?? had?.get(id)
      if (image === undefined) throw new Error(`image ${id} of feed ${feed} never came`)
      now.set(id, image)
    }
    this.#images.set(feed, now)
    return [...now.values()]
  }
}
