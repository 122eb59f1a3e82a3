/** Several images of one feed made one: small deltas on a base, or deltas and base to a new base. */
import { buildFrom } from '../build/build.ts'
import type { ImageContent, ServiceRecord } from '../content.ts'
import { ImageError } from '../errors.ts'
import type { Image } from '../image.ts'
import { type FormatVersion, RECORD, type Sha256 } from '../layout.ts'
import type { ImageStack } from '../lookup/find.ts'
import { ContentReader, readContent, readWithout, serviceOffsets } from './read.ts'

/**
 * The content that answers as these images do together. With a base among them it is a base, which holds no tombstones.
 * @param images newest first, adjacent in their stack, at least one
 * @throws ImageError other-shape, malformed
 */
export function mergeImages(images: ImageStack): ImageContent {
  const contents = images.map(readContent)
  const rest = mergeRest(images, contents)
  const services = newestOf(
    contents.map((content) => content.services),
    (entry) => `${entry.namespace}/${entry.service}`,
  )
  return { ...rest, services: rest.kind === 'base' ? services.filter(({ stanzas }) => stanzas !== 0) : services }
}

/**
 * The image of what `mergeImages` gives, octet for octet, without all services as objects at once: for a base that is most
 * of the memory.
 * @param allocate, version see `buildImage`
 * @throws ImageError other-shape, malformed, too-large, not-in-version
 */
export function buildMerged(
  images: ImageStack,
  sha256: Sha256,
  allocate?: (octets: number) => ArrayBufferLike,
  version?: FormatVersion,
): Uint8Array {
  const rest = mergeRest(images, images.map(readWithout))
  return buildFrom(rest, mergedServices(images, rest.kind === 'base'), sha256, allocate, version)
}

type Rest = Omit<ImageContent, 'services'>

/** All but the services. @param contents of the images, in their order. @throws ImageError other-shape */
export function mergeRest(images: ImageStack, contents: readonly Rest[]): Rest {
  const newest = images[0] as Image
  if (images.some((image) => image.shape !== newest.shape)) {
    throw new ImageError('other-shape', 'images of different configurations cannot be merged')
  }
  const kind = images.some((image) => image.kind === 'base') ? 'base' : 'delta'
  const layers = <T>(of: (content: Rest) => readonly T[]) => contents.map(of)
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

/** In the order in which images hold them, so that one look at each record is enough. @param isBase without tombstones. @throws ImageError malformed */
export function* mergedServices(images: ImageStack, isBase: boolean): Generator<ServiceRecord> {
  const layers = images.map((image) => new ServiceCursor(image))
  for (;;) {
    let least: ServiceCursor | undefined
    for (const layer of layers) if (layer.isThere && (least === undefined || layer.isBefore(least))) least = layer
    if (least === undefined) return
    const { namespace, service } = least
    for (const layer of layers) {
      // The first layer that has it is the newest, and that is `least`.
      for (; layer.isAt(namespace, service); layer.next()) {
        if (layer === least && !(isBase && layer.stanzas === 0)) yield layer.record()
      }
    }
  }
}

/** What a reader keeps of so many services is little memory, and spares most of reading again what they share. */
const READ_AT_ONCE = 4096

/** Goes through the service records of an image by namespace and service. */
class ServiceCursor {
  readonly #image: Image
  /** It keeps what it has read, so it is another after some records. */
  #reader: ContentReader
  readonly #offsets: Uint32Array
  #at = -1
  namespace = ''
  service = ''

  constructor(image: Image) {
    this.#image = image
    this.#reader = new ContentReader(image)
    // They were added in that order.
    this.#offsets = Uint32Array.from(serviceOffsets(image)).sort()
    this.next()
  }

  get isThere(): boolean {
    return this.#at < this.#offsets.length
  }

  get stanzas(): number {
    return this.#image.view.getUint32((this.#offsets[this.#at] as number) + RECORD.stanzas, true)
  }

  isAt(namespace: string, service: string): boolean {
    return this.isThere && this.namespace === namespace && this.service === service
  }

  isBefore({ namespace, service }: ServiceCursor): boolean {
    return this.namespace === namespace ? this.service < service : this.namespace < namespace
  }

  record(): ServiceRecord {
    return this.#reader.service(this.#offsets[this.#at] as number)
  }

  /** @throws ImageError malformed, when they are not in order */
  next(): void {
    const { namespace, service } = this
    this.#at += 1
    if (!this.isThere) return
    if (this.#at % READ_AT_ONCE === 0) this.#reader = new ContentReader(this.#image)
    const { view } = this.#image
    const record = this.#offsets[this.#at] as number
    this.namespace = this.#image.fragmentText(view.getUint32(record + RECORD.namespace, true))
    this.service = this.#image.fragmentText(view.getUint32(record + RECORD.service, true))
    const isBack = this.namespace === namespace ? this.service < service : this.namespace < namespace
    if (this.#at > 0 && isBack) throw new ImageError('malformed', 'the records of services are not in order')
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
