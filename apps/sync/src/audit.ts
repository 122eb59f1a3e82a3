/**
 * What is published, read back from Redis as a follower reads it, beside what the objects compile to. Between its steps, which
 * take up to a second with 100,000 services, a publisher can publish and renew its lease.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { type FeedError, FollowedStack, type Position, parsePosition } from '@zonecast/feed'
import { type Head, keysOf, loadPosition, openReader, type RedisFeedOptions, readHead } from '@zonecast/feed/redis'
import { sha256 } from '@zonecast/feed/sha256'
import { differenceOf, type ImageContent, loadImage, mergeImages, readContent } from '@zonecast/image'

/** What is published otherwise than it should be, in words; empty when all is well. */
export type Drift = readonly string[]

/**
 * @param position where `expected` is published
 * @param expected a base
 * @param build    as it was built to be published
 * @throws FeedError when Redis cannot be read now, or another publishes meanwhile
 */
export async function auditFeed(
  options: Pick<RedisFeedOptions, 'feed' | 'place' | 'credentials' | 'tls'>,
  position: Position,
  expected: ImageContent,
  build: (content: ImageContent) => Uint8Array,
): Promise<Drift> {
  const published = await readPublished(options, position)
  await breathe()
  return typeof published === 'string' ? [published] : driftBetween(published, expected, build)
}

/** @param published a base, too, as read back from images */
async function driftBetween(
  published: ImageContent,
  expected: ImageContent,
  build: (content: ImageContent) => Uint8Array,
): Promise<Drift> {
  const image = build(expected)
  await breathe()
  const content = readContent(loadImage(image))
  if (shapeText(published) !== shapeText(content)) return ['the options of the stanzas']
  await breathe()
  const difference = differenceOf(published, content)
  if (difference === undefined) return []
  const { namespaces, services, pods, rrsets } = difference
  const names = [
    ...namespaces.map(({ name }) => `namespace ${name}`),
    ...services.map(({ namespace, service }) => `service ${namespace}/${service}`),
    ...pods.map(({ namespace, address }) => `pod ${namespace}/${address.join('.')}`),
    ...rrsets.map(({ owner }) => `name ${owner}`),
  ]
  return [...new Set(names)]
}

/** @returns a base of all that is published there; or in words, why a follower cannot get there */
async function readPublished(
  options: Pick<RedisFeedOptions, 'feed' | 'place' | 'credentials' | 'tls'>,
  position: Position,
): Promise<ImageContent | string> {
  const keys = keysOf(options.feed)
  const client = await openReader(options)
  let head: Head | undefined
  try {
    head = await readHead(client, keys)
    if (head === undefined) return 'head is gone'
    const stack = new FollowedStack({ sha256, checkImages: true })
    await loadPosition(client, keys, head, position, stack)
    await breathe()
    return mergeImages(stack.images)
  } catch (error) {
    const { code, message } = error as FeedError
    const isOfThisEpoch = head !== undefined && epochText(head.position) === epochText(position)
    if (code === 'damaged' || (code === 'not-kept' && isOfThisEpoch)) return message
    throw error
  } finally {
    client.end()
  }
}

function epochText(position: Position): string | undefined {
  return parsePosition(position) === undefined ? undefined : position.split('-', 1)[0]
}

/** Serials apart: they tell when, not what. */
function shapeText({ stanzas }: ImageContent): string {
  return JSON.stringify(stanzas.map((stanza) => ({ ...stanza, zones: stanza.zones.map(({ name }) => name) })))
}
