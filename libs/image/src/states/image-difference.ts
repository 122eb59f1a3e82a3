/**
 * What leads from a stack of images to another state, found in small steps: for a publisher, who has a lease to renew meanwhile and
 * no memory to spare. Services are compared by digests, one by one; only those that differ are read to be told apart.
 */
import type { ImageContent, ServiceRecord } from '../content.ts'
import type { Image } from '../image.ts'
import type { ImageStack } from '../lookup/find.ts'
import { type Difference, differenceOf } from './difference.ts'
import { mergedServices, mergeRest, newestOf } from './merge.ts'
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
): Promise<Difference | undefined> {
  const differing = await differingKeys(before, [after], breathe)
  return differenceOf(
    await restOf(before, await servicesOf(before, differing, breathe), breathe),
    await restOf([after], await servicesOf([after], differing, breathe), breathe),
  )
}

/** Images hold services in order, so that both sides are gone through together and nothing is kept but what differs. */
async function differingKeys(
  before: ImageStack,
  after: ImageStack,
  breathe: () => Promise<unknown>,
): Promise<ReadonlySet<string>> {
  const differing = new Set<string>()
  const [olds, news] = [digests(before), digests(after)]
  let [had, has] = [next(olds), next(news)]
  for (let read = 1; had !== undefined || has !== undefined; read++) {
    const order = had === undefined ? 1 : has === undefined ? -1 : compare(had, has)
    const first = order > 0 ? has : had
    if (first !== undefined && (order !== 0 || had?.digest !== has?.digest)) differing.add(keyOf(first))
    if (order <= 0) had = next(olds)
    if (order >= 0) has = next(news)
    if (read % AT_A_TIME === 0) await breathe()
  }
  return differing
}

interface Digest extends Pick<ServiceRecord, 'namespace' | 'service'> {
  digest: number
}

/** Of each service; several records of one are summed up. */
function* digests(images: ImageStack): Generator<Digest, undefined> {
  let of: Digest | undefined
  for (const record of mergedServices(images, true)) {
    const { namespace, service } = record
    if (of !== undefined && of.namespace === namespace && of.service === service) {
      of.digest += digestOf(record)
      continue
    }
    if (of !== undefined) yield of
    of = { namespace, service, digest: digestOf(record) }
  }
  if (of !== undefined) yield of
}

function next(digests: Generator<Digest, undefined>): Digest | undefined {
  return digests.next().value
}

function compare(a: Digest, b: Digest): number {
  const [left, right] = a.namespace === b.namespace ? [a.service, b.service] : [a.namespace, b.namespace]
  return left < right ? -1 : left > right ? 1 : 0
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

function keyOf({ namespace, service }: Pick<ServiceRecord, 'namespace' | 'service'>): string {
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
