/**
 * What is published, read back from Redis as a follower reads it, beside what the objects compile to. Between its steps, which
 * take up to a second with 100,000 services, a publisher can publish and renew its lease.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { type FeedError, FollowedStack, type Position, parsePosition } from '@zonecast/feed'
import { type Head, keysOf, loadPosition, openReader, type RedisFeedOptions, readHead } from '@zonecast/feed/redis'
import { sha256 } from '@zonecast/feed/sha256'
import { differenceBetween, giveBack, type Image, type ImageStack, loadImage, sameRecords } from '@zonecast/image'

/** What is published otherwise than it should be, in words; empty when all is well. */
export type Drift = readonly string[]

/**
 * @param position where `expected` is published
 * @param expected a base; its memory is given back
 * @throws FeedError when Redis cannot be read now, or another publishes meanwhile
 */
export async function auditFeed(
  options: Pick<RedisFeedOptions, 'feed' | 'place' | 'credentials' | 'tls'>,
  position: Position,
  expected: Uint8Array,
): Promise<Drift> {
  let published: ImageStack | string = []
  try {
    published = await readPublished(options, position)
    return typeof published === 'string' ? [published] : await driftBetween(published, loadImage(expected))
  } finally {
    giveBack(expected)
    if (typeof published !== 'string') for (const { octets } of published) giveBack(octets)
  }
}

async function driftBetween(published: ImageStack, wanted: Image): Promise<Drift> {
  const [first, ...more] = published
  if (first?.shape !== wanted.shape) return ['the options of the stanzas']
  if (more.length === 0 && sameRecords(first, wanted)) return []
  const difference = await differenceBetween(published, wanted, breathe)
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

/** @returns what is published there; or in words, why a follower cannot get there */
async function readPublished(
  options: Pick<RedisFeedOptions, 'feed' | 'place' | 'credentials' | 'tls'>,
  position: Position,
): Promise<ImageStack | string> {
  const keys = keysOf(options.feed)
  const client = await openReader(options)
  let head: Head | undefined
  try {
    head = await readHead(client, keys)
    if (head === undefined) return 'head is gone'
    const stack = new FollowedStack({ sha256, checkImages: true })
    await loadPosition(client, keys, head, position, stack)
    return stack.images
  } catch (error) {
    const { code, message } = error as FeedError
    const isOfThisEpoch = head !== undefined && epochText(head.position) === epochText(position)
    // This worker publishes, in a format of its own.
    const isDamage = code === 'damaged' || code === 'unknown-format'
    if (isDamage || (code === 'not-kept' && isOfThisEpoch)) return message
    throw error
  } finally {
    client.end()
  }
}

function epochText(position: Position): string | undefined {
  return parsePosition(position) === undefined ? undefined : position.split('-', 1)[0]
}
