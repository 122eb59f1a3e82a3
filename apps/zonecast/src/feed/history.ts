/** `zonecast feed history`: each entry of the log since the oldest base that is kept, and what it changed. */
import type { Lack, Replayed } from '@zonecast/feed/redis'
import { sha256 } from '@zonecast/feed/sha256'
import {
  buildImage,
  differenceOf,
  type ImageContent,
  type ImageStack,
  loadImage,
  mergeImages,
  readContent,
} from '@zonecast/image'
import { timeText } from './format.ts'
import { Inventory } from './inventory.ts'
import { emptyStack, type OpenedFeed, replayed } from './opened-feed.ts'

/**
 * Lines of time, position, kind, octets and change.
 * @throws FeedError
 */
export async function* history(opened: OpenedFeed): AsyncGenerator<string> {
  const stack = emptyStack()
  const inventory = new Inventory()
  let before: ImageStack = []
  for await (const entry of replayed(opened, stack)) {
    const { position, kind, octets, publishedAtMs } = entry
    const time = publishedAtMs === undefined ? '-' : timeText(publishedAtMs)
    const change = changeOf(entry, before, stack.images, inventory)
    before = stack.images
    yield `${time.padEnd(24)}  ${position}  ${kind.padEnd(8)}  ${String(octets).padStart(8)}  ${change}\n`
  }
}

const LACKS: Record<Lack, string> = {
  'not-kept': 'a base that is not kept any more',
  gap: 'does not follow on what is before it',
  damaged: 'damaged: cannot be read',
}

function changeOf({ kind, step }: Replayed, before: ImageStack, after: ImageStack, inventory: Inventory): string {
  if (typeof step === 'string') return LACKS[step]
  if (kind === 'epoch') return 'a publisher began'
  if (kind === 'handover') return 'the publisher left'
  if (kind === 'delta') return inventory.take(readContent(loadImage(step.image)))
  if (before.length === 0) return inventory.take(contentOf(after))
  const difference = differenceOf(contentOf(before), contentOf(after))
  return difference === undefined ? 'no record changed' : inventory.take(difference)
}

/** What images say together, as one base. */
function contentOf(images: ImageStack): ImageContent {
  const [only] = images
  const merged = images.length === 1 && only !== undefined ? only : loadImage(buildImage(mergeImages(images), sha256))
  return readContent(merged)
}
