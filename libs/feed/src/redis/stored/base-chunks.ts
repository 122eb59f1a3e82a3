/**
 * A base as Redis holds it: gzip in chunks. They are written with an expiry, which the script that names the base in head
 * takes away, so an attempt that died on its way leaves nothing.
 */
import { FeedError } from '../../errors.ts'
import type { RedisClient } from '../connection/client.ts'
import type { BaseEntry } from './bases.ts'
import type { FeedKeys } from './keys.ts'
import { packBase, unpackBase } from './payload.ts'

/** Longer than any base takes to be written. */
const ATTEMPT_MS = 10 * 60_000
/** An image ends with its SHA-256. */
const SHA256_OCTETS = 32

/** The keys of a base's chunks, in order. */
export function chunkKeysOf(keys: FeedKeys, { id, chunks }: Pick<BaseEntry, 'id' | 'chunks'>): string[] {
  return Array.from({ length: chunks }, (_, number) => keys.chunk(id, number))
}

/** A base that is not in head yet. */
export interface WrittenBase {
  readonly id: string
  readonly chunkKeys: readonly string[]
  /** Of the image, and of its chunks together. */
  readonly octets: number
  readonly sentOctets: number
  readonly sha256: string
}

/**
 * @param id new for each attempt
 * @param use runs commands; called for each chunk, so that a long write does not hold up a short one
 */
export async function writeChunks(
  use: <T>(run: (client: RedisClient) => Promise<T>) => Promise<T>,
  keys: FeedKeys,
  id: string,
  image: Uint8Array,
): Promise<WrittenBase> {
  const chunkKeys: string[] = []
  let sentOctets = 0
  try {
    for await (const chunk of packBase(image)) {
      const key = keys.chunk(id, chunkKeys.length)
      chunkKeys.push(key)
      await use((client) => client.call('set', [key, chunk, 'PX', ATTEMPT_MS]))
      sentOctets += chunk.length
    }
  } catch (error) {
    // Room for the next attempt; where this fails too, the expiry does it.
    await use((client) => client.call('unlink', chunkKeys)).catch(() => {})
    throw error
  }
  return { id, chunkKeys, octets: image.length, sentOctets, sha256: imageSha256(image) }
}

/**
 * @returns the image; that its octets have the SHA-256 at their end is for the caller to check
 * @throws FeedError damaged, and what `client` throws
 */
export function readChunks(
  client: RedisClient,
  keys: FeedKeys,
  base: BaseEntry,
  allocate: (octets: number) => ArrayBufferLike,
): Promise<Uint8Array> {
  async function* chunks() {
    for (let number = 0; number < base.chunks; number++) {
      const chunk = await client.callBuffer('get', [keys.chunk(base.id, number)])
      if (!(chunk instanceof Uint8Array)) {
        throw new FeedError('damaged', `chunk ${number} of ${base.chunks} of base ${base.id} is missing`)
      }
      yield chunk
    }
  }
  const named = (error: unknown) => {
    const isNamed = !(error instanceof FeedError) || error.code !== 'damaged' || error.message.includes(base.id)
    throw isNamed ? error : new FeedError('damaged', `base ${base.id}: ${error.message}`)
  }
  return unpackBase(chunks(), base.octets, allocate).then((image) => {
    if (imageSha256(image) !== base.sha256) {
      throw new FeedError('damaged', `base ${base.id} is not the one that head names`)
    }
    return image
  }, named)
}

function imageSha256(image: Uint8Array): string {
  return Array.from(image.subarray(-SHA256_OCTETS), (octet) => octet.toString(16).padStart(2, '0')).join('')
}
