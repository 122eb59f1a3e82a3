/**
 * What leads from a stack of images to another state, found in small steps: for a publisher, who has a lease to renew meanwhile and
 * memory to spare. Of each service no more than a digest is held; only those that differ are read to be compared.
 */
import type { ImageContent, ServiceRecord } from './content.ts'
import { differenceOf } from './difference.ts'
import type { ImageStack } from './find.ts'
import type { Image } from './image.ts'
import { mergeRest, newestOf } from './merge.ts'
import { ContentReader, readWithout, serviceOffsets } from './read.ts'

/** Services that are read at a time: some milliseconds. */
const AT_A_TIME = 1000

/**
 * A delta that makes `before` answer as `after` does; undefined when it does already.
 * @param after a base
 * @param breathe resolves when others have had their turn
 * @throws ImageError malformed, RangeError, when an image contradicts itself
 */
export async function differenceBetween(
  before: ImageStack,
  after: Image,
  breathe: () => Promise<unknown>,
): Promise<ImageContent | undefined> {
  const had = await digestsOf(before, breathe)
  const has = await digestsOf([after], breathe)
  const differing = new Set<string>()
  for (const [key, digest] of has) if (had.get(key) !== digest) differing.add(key)
  for (const [key, digest] of had) if (digest !== GONE && !has.has(key)) differing.add(key)
  return differenceOf(
    await restOf(before, await servicesOf(before, differing, breathe), breathe),
    await restOf([after], await servicesOf([after], differing, breathe), breathe),
  )
}

/** Of a service that an image says is gone. */
const GONE = 0

/** By `namespace/service`: the newest image that knows one decides. Several records of one service are summed up. */
async function digestsOf(images: ImageStack, breathe: () => Promise<unknown>): Promise<Map<string, number>> {
  const digests = new Map<string, number>()
  for (const [layer, image] of images.entries()) {
    const own = layer === 0 ? digests : new Map<string, number>()
    for await (const record of records(image, breathe)) {
      const key = keyOf(record)
      own.set(key, (own.get(key) ?? GONE) + (record.stanzas === 0 ? GONE : digestOf(record)))
    }
    if (own === digests) continue
    for (const [key, digest] of own) if (!digests.has(key)) digests.set(key, digest)
  }
  return digests
}

async function servicesOf(
  images: ImageStack,
  keys: ReadonlySet<string>,
  breathe: () => Promise<unknown>,
): Promise<ServiceRecord[]> {
  if (keys.size === 0) return []
  const layers: ServiceRecord[][] = []
  for (const image of images) {
    const layer: ServiceRecord[] = []
    for await (const record of records(image, breathe)) if (keys.has(keyOf(record))) layer.push(record)
    layers.push(layer)
  }
  return newestOf(layers, keyOf).filter(({ stanzas }) => stanzas !== 0)
}

/** A base with these services, and all else that the images hold. */
async function restOf(
  images: ImageStack,
  services: readonly ServiceRecord[],
  breathe: () => Promise<unknown>,
): Promise<ImageContent> {
  const contents: ReturnType<typeof readWithout>[] = []
  for (const image of images) {
    contents.push(readWithout(image))
    await breathe()
  }
  return { ...mergeRest(images, contents), services }
}

async function* records(image: Image, breathe: () => Promise<unknown>): AsyncGenerator<ServiceRecord> {
  const reader = new ContentReader(image)
  let read = 0
  for (const offset of serviceOffsets(image)) {
    yield reader.service(offset)
    read += 1
    if (read % AT_A_TIME === 0) await breathe()
  }
}

function keyOf({ namespace, service }: ServiceRecord): string {
  return `${namespace}/${service}`
}

/** 1..2^50: two hashes of all that the record says. Sums of some stay exact. */
function digestOf(record: ServiceRecord): number {
  const hashes = { a: 0x811c9dc5, b: 0x9747b28c }
  mix(hashes, record)
  return (hashes.a >>> 7) * 2 ** 25 + (hashes.b >>> 7) + 1
}

function mix(hashes: { a: number; b: number }, value: unknown): void {
  if (typeof value === 'number') {
    hashes.a = Math.imul(hashes.a ^ value, 0x01000193)
    hashes.b = Math.imul(((hashes.b << 13) | (hashes.b >>> 19)) ^ value, 0x5bd1e995)
  } else if (typeof value === 'string') {
    mix(hashes, value.length)
    for (let at = 0; at < value.length; at++) mix(hashes, value.charCodeAt(at))
  } else if (value instanceof Uint8Array || Array.isArray(value)) {
    mix(hashes, value.length)
    for (const each of value) mix(hashes, each)
  } else if (typeof value === 'boolean') {
    mix(hashes, value ? 1 : 0)
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) mix(hashes, member)
  }
}
