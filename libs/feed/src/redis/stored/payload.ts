/**
 * Images on the way: deltas whole, bases in chunks; gzip, the one compression that every runtime can undo. It is undone by the
 * runtime's own DecompressionStream, which takes half of the time of `node:zlib` on Bun; only who publishes loads that.
 */

import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { FeedError } from '../../errors.ts'

export const CHUNK_OCTETS = 2 ** 20
/** A delta that is larger than this, compressed, goes out as a base. */
export const DELTA_OCTETS_MAX = CHUNK_OCTETS
/** Below this, compression takes longer than what it saves. */
const PLAIN_OCTETS_MAX = 4096
/** The same, uncompressed: it is to be held beside all else. */
export const UNPACKED_OCTETS_MAX = 64 * 2 ** 20
/** What is compressed at a time. */
const PIECE_OCTETS = 2 ** 16

export async function packDelta(image: Uint8Array): Promise<Uint8Array> {
  if (image.length <= PLAIN_OCTETS_MAX) return image
  const { gzip } = await import('node:zlib')
  return promisify(gzip)(copied(image))
}

/**
 * @returns the image in memory of its own
 * @throws FeedError damaged
 */
export async function unpackDelta(
  payload: Uint8Array,
  allocate: (octets: number) => ArrayBufferLike,
): Promise<Uint8Array> {
  let pieces = [payload]
  // No image begins as gzip does (RFC 1952 §2.3.1).
  if (payload[0] === 0x1f && payload[1] === 0x8b)
    pieces = await Array.fromAsync(uncompressed([payload], UNPACKED_OCTETS_MAX))
  const image = new Uint8Array(allocate(pieces.reduce((octets, { length }) => octets + length, 0)))
  let at = 0
  for (const piece of pieces) {
    image.set(piece, at)
    at += piece.length
  }
  return image
}

/** Compresses as the chunks are taken, so there is little more than one in memory beside the image. */
export async function* packBase(image: Uint8Array): AsyncGenerator<Uint8Array> {
  const { createGzip } = await import('node:zlib')
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
  for await (const piece of uncompressed(chunks, octets)) {
    image.set(piece, at)
    at += piece.length
  }
  if (at !== octets) throw new FeedError('damaged', `a base has ${at} octets where head says ${octets}`)
  return image
}

/** @throws FeedError damaged, when there are more than `octetsMax` too; and what `chunks` throws */
async function* uncompressed(chunks: Chunks, octetsMax: number): AsyncGenerator<Uint8Array> {
  let octets = 0
  try {
    // The streams hold back, so that of what swells beyond measure there is never much in memory.
    for await (const piece of streamOf(chunks).pipeThrough(new DecompressionStream('gzip'))) {
      octets += piece.length
      if (octets > octetsMax) throw new FeedError('damaged', `an image has more than ${octetsMax} octets`)
      yield piece
    }
  } catch (cause) {
    // What the Compression Streams standard has for what is no gzip, or not all of it.
    throw cause instanceof TypeError ? new FeedError('damaged', 'an image cannot be uncompressed') : cause
  }
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

function streamOf(chunks: Chunks): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = (async function* () {
    for await (const chunk of chunks) yield copied(chunk)
  })()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await iterator.return()
    },
  })
}

/** Compression takes no shared memory on every runtime. */
function copied(image: Uint8Array): Uint8Array<ArrayBuffer> {
  return image.buffer instanceof ArrayBuffer ? (image as Uint8Array<ArrayBuffer>) : new Uint8Array(image)
}
