/** Text to a stream, as fast as whoever reads it; the stream stays open. See heed-output.ts for when nobody does. */
import { pipeline } from 'node:stream/promises'

export function writeText(
  chunks: Iterable<string> | AsyncIterable<string>,
  stream: NodeJS.WritableStream,
): Promise<void> {
  return pipeline(chunks, stream, { end: false })
}
