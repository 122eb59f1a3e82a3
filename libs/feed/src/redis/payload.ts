/** Images on the way: deltas whole, bases in chunks; gzip, the one compression that every runtime can undo. */

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip, createGzip, gunzip, gzip } from 'node:zlib'
import { FeedError } from '../errors.ts'

export const CHUNK_OCTETS = 2 ** 20
/** A delta that is larger than this, compressed, goes out as a base. */
export const DELTA_OCTETS_MAX = CHUNK_OCTETS
/** Below this, compression takes longer than what it saves. */
const PLAIN_OCTETS_MAX = 4096
/** The same, uncompressed: it is to be held beside all else. */
export const UNPACKED_OCTETS_MAX = 64 * 2 ** 20
/** What is compressed at a time. */
const PIECE_OCTETS = 2 ** 16

const gzipped = promisify(gzip)
const gunzipped = promisify(gunzip)

export async function packDelta(image: Uint8Array): Promise<Uint8Array> {
  return image.length <= PLAIN_OCTETS_MAX ? image : gzipped(copied(image))
}

/**
 * @returns the image in memory of its own
 * @throws FeedError damaged
 */
export async function unpackDelta(
  payload: Uint8Array,
  allocate: (octets: number) => ArrayBufferLike,
): Promise<Uint8Array> {
  let octets = payload
  // No image begins as gzip does (RFC 1952 §2.3.1).
  if (payload[0] === 0x1f && payload[1] === 0x8b) {
    try {
      octets = await gunzipped(payload, { maxOutputLength: UNPACKED_OCTETS_MAX })
    } catch (cause) {
      throw new FeedError('damaged', `a delta cannot be uncompressed: ${String(cause)}`)
    }
  }
  const image = new Uint8Array(allocate(octets.length))
  image.set(octets)
  return image
}

/** Compresses as the chunks are taken, so there is little more than one in memory beside the image. */
export async function* packBase(image: Uint8Array): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = []
  let octets = 0
  const chunk = (size: number) => {
    const whole = Buffer.concat(pieces)
    pieces = [whole.subarray(size)]
    octets = whole.length - size
    return whole.subarray(0, size)
  }
  for await (const piece of Readable.from(piecesOf(image)).pipe(createGzip())) {
    pieces.push(piece)
    octets += piece.length
    while (octets >= CHUNK_OCTETS) yield chunk(CHUNK_OCTETS)
  }
  if (octets > 0) yield chunk(octets)
}

function* piecesOf(image: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < image.length; at += PIECE_OCTETS) yield copied(image.subarray(at, at + PIECE_OCTETS))
}

/**
 * Uncompresses as the chunks come, so there is one chunk in memory beside the image.
 * @param octets that the image shall have
 * @throws FeedError damaged, and what `chunks` throws
 */
export async function unpackBase(
  chunks: AsyncIterable<Uint8Array>,
  octets: number,
  allocate: (octets: number) => ArrayBufferLike,
): Promise<Uint8Array> {
  const image = new Uint8Array(allocate(octets))
  let at = 0
  const gather = async (pieces: AsyncIterable<Uint8Array>) => {
    for await (const piece of pieces) {
      if (at + piece.length > octets)
        throw new FeedError('damaged', `a base is larger than the ${octets} octets it says`)
      image.set(piece, at)
      at += piece.length
    }
  }
  try {
    await pipeline(chunks, createGunzip(), gather)
  } catch (cause) {
    const isZlib = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')
    throw isZlib ? new FeedError('damaged', `a base cannot be uncompressed: ${cause.message}`) : cause
  }
  if (at !== octets) throw new FeedError('damaged', `a base has ${at} octets where head says ${octets}`)
  return image
}

/** zlib takes no shared memory on every runtime. */
function copied(image: Uint8Array): Uint8Array<ArrayBuffer> {
  return image.buffer instanceof ArrayBuffer ? (image as Uint8Array<ArrayBuffer>) : new Uint8Array(image)
}
