/** Several images of one feed made one: small deltas on a base, or deltas and base to a new base. */
import type { ImageContent } from './content.ts'
import { ImageError } from './errors.ts'
import type { ImageStack } from './find.ts'
import type { Image } from './image.ts'
import { readContent } from './read.ts'

/**
 * The content that answers as these images do together. With a base among them it is a base, which holds no tombstones.
 * @param images newest first, adjacent in their stack, at least one
 * @throws ImageError other-shape, malformed
 */
export function mergeImages(images: ImageStack): ImageContent {
  const newest = images[0] as Image
  if (images.some((image) => image.shape !== newest.shape)) {
    throw new ImageError('other-shape', 'images of different configurations cannot be merged')
  }
  const contents = images.map(readContent)
  const kind = images.some((image) => image.kind === 'base') ? 'base' : 'delta'
  const layers = <T>(of: (content: ImageContent) => readonly T[]) => contents.map(of)
  const keep = <T extends { readonly stanzas: number }>(entries: T[]) =>
    kind === 'base' ? entries.filter((entry) => entry.stanzas !== 0) : entries
  return {
    kind,
    createdAtMs: newest.createdAtMs,
    meta: newest.meta(),
    stanzas: newest.stanzas,
    namespaces: keep(
      newestOf(
        layers((content) => content.namespaces),
        (entry) => entry.name,
      ),
    ),
    services: keep(
      newestOf(
        layers((content) => content.services),
        (entry) => `${entry.namespace}/${entry.service}`,
      ),
    ),
    pods: keep(
      newestOf(
        layers((content) => content.pods),
        (entry) => `${entry.namespace}/${entry.address.join()}`,
      ),
    ),
    rrsets: keep(
      newestOf(
        layers((content) => content.rrsets),
        (entry) => entry.owner,
      ),
    ),
  }
}

/** Of each key the entries of the newest layer that has it. */
export function newestOf<T>(layers: readonly (readonly T[])[], keyOf: (entry: T) => string): T[] {
  const seen = new Set<string>()
  const merged: T[] = []
  for (const layer of layers) {
    const fresh = layer.filter((entry) => !seen.has(keyOf(entry)))
    merged.push(...fresh)
    for (const entry of fresh) seen.add(keyOf(entry))
  }
  return merged
}
