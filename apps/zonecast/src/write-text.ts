/** Text to a stream, as fast as whoever reads it. */
import { pipeline } from 'node:stream/promises'

/** @returns false when nobody reads any more */
export async function writeText(
  chunks: Iterable<string> | AsyncIterable<string>,
  stream: NodeJS.WritableStream,
): Promise<boolean> {
  try {
    await pipeline(chunks, stream, { end: false })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return false
    throw error
  }
}
