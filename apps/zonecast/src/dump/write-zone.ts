/** A zone as text, record by record, as fast as whoever reads it. */
import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { recordToText } from '@zonecast/dns'
import { makeFolder } from '@zonecast/feed/make-folder'
import { writeText } from '../write-text.ts'
import type { ServedZone } from './zones-over.ts'

const CHUNK_CHARACTERS = 64 * 1024

/** @param isFollowing whether a zone stands before it */
export async function writeZone(zone: ServedZone, isFollowing: boolean, stream: NodeJS.WritableStream): Promise<void> {
  if (isFollowing) stream.write('\n')
  await writeText(chunks(zone), stream)
}

/** DIR/ZONE.zone, whole or not at all. @returns its path */
export async function writeZoneFile(zone: ServedZone, directory: string): Promise<string> {
  await makeFolder(directory)
  const path = join(directory, `${fileName(zone.name)}.zone`)
  await pipeline(chunks(zone), createWriteStream(`${path}.part`))
  await rename(`${path}.part`, path)
  return path
}

function* chunks(zone: ServedZone): Generator<string> {
  let chunk = ''
  for (const record of zone.records()) {
    chunk += `${recordToText(record)}\n`
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

/** A zone may have a slash in its name (RFC 2317). */
function fileName(zone: string): string {
  return zone === '' ? 'root' : zone.replaceAll(/[^a-z0-9._-]/g, '_')
}
