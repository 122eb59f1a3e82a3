/**
 * A file of steps: the file carrier, and the cache from which a process starts when nothing else is there. It begins with a
 * base; deltas and marks are appended; when a new base comes, another file takes its place by renaming.
 *
 *     file   magic, 8 octets "ZCSTEPS1", then frames
 *     frame  u32 octets of the header │ u32 octets of the image │ header: JSON, spaces to a multiple of 4 │
 *            SHA-256 of all that is before it in the frame │ image, a multiple of 4
 *
 * Images carry a SHA-256 of their own. Reading ends at the first frame that is not whole and right: one that is being
 * written, or was when the machine went down.
 */
import { constants } from 'node:fs'
import { open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FeedError } from './errors.ts'
import { makeFolder } from './make-folder.ts'
import { sha256 } from './sha256.ts'
import type { Position, Step } from './step.ts'

const MAGIC = new TextEncoder().encode('ZCSTEPS1')
const LENGTHS_OCTETS = 8
const SHA256_OCTETS = 32
const HEADER_OCTETS_MAX = 4096
/** More than any base and what is appended to it; what claims more is read by nobody. */
const FILE_OCTETS_MAX = 2 ** 31 - 1

export interface StepFrame extends Step {
  /** Name of the feed. */
  readonly feed: string
  readonly publishedAtMs?: number | undefined
}

export interface ReadFrames {
  readonly frames: readonly StepFrame[]
  /** Where the next frame begins. */
  readonly end: number
}

/** @param allocate memory for each image */
export function readFrames(
  octets: Uint8Array,
  start: number,
  allocate: (octets: number) => ArrayBufferLike = (size) => new ArrayBuffer(size),
): ReadFrames {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const frames: StepFrame[] = []
  let at = start
  while (at + LENGTHS_OCTETS <= octets.length) {
    const headerOctets = view.getUint32(at, true)
    const imageOctets = view.getUint32(at + 4, true)
    const headerEnd = at + LENGTHS_OCTETS + headerOctets
    const imageStart = headerEnd + SHA256_OCTETS
    const end = imageStart + imageOctets
    if (headerOctets > HEADER_OCTETS_MAX || end > octets.length) break
    const sum = sha256(octets.subarray(at, headerEnd))
    if (sum.some((octet, index) => octet !== octets[headerEnd + index])) break
    const header = readHeader(octets.subarray(at + LENGTHS_OCTETS, headerEnd))
    if (header === undefined) break
    const image = new Uint8Array(allocate(imageOctets))
    image.set(octets.subarray(imageStart, end))
    frames.push({ ...header, image })
    at = end
  }
  return { frames, end: at }
}

export function writeFrame({ feed, kind, position, previous, publishedAtMs, image }: StepFrame): Uint8Array[] {
  const json = JSON.stringify({ feed, kind, position, previous, publishedAtMs })
  const header = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4))
  const front = new Uint8Array(LENGTHS_OCTETS + header.length + SHA256_OCTETS)
  const view = new DataView(front.buffer)
  view.setUint32(0, header.length, true)
  view.setUint32(4, image.length, true)
  front.set(header, LENGTHS_OCTETS)
  const sumAt = LENGTHS_OCTETS + header.length
  front.set(sha256(front.subarray(0, sumAt)), sumAt)
  return [front, image]
}

/**
 * All frames of a file.
 * @returns undefined when there is no such file
 * @throws FeedError damaged, when it is none of ours; system errors
 */
export async function readStepFile(
  path: string,
  allocate?: (octets: number) => ArrayBufferLike,
): Promise<ReadFrames | undefined> {
  let octets: Uint8Array
  try {
    const file = await stat(path)
    if (!file.isFile()) throw new FeedError('damaged', 'it is no file')
    if (file.size > FILE_OCTETS_MAX) throw new FeedError('damaged', 'it is larger than 2 GiB')
    octets = await readFile(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  if (MAGIC.some((octet, at) => octets[at] !== octet)) throw new FeedError('damaged', 'it is none that zonecast wrote')
  return readFrames(octets, MAGIC.length, allocate)
}

/** Writes the file anew: aside, to the disk, then in place of the old one. A folder that is not there is made. */
export async function replaceStepFile(path: string, frames: readonly StepFrame[]): Promise<void> {
  await makeFolder(dirname(path))
  const aside = `${path}.${process.pid}.tmp`
  const file = await open(aside, 'w', 0o644)
  try {
    await file.write(MAGIC)
    for (const frame of frames) for (const part of writeFrame(frame)) await writeAll(file, part)
    await file.sync()
  } catch (error) {
    await file.close()
    await unlink(aside).catch(() => {})
    throw error
  }
  await file.close()
  await rename(aside, path)
}

/** @throws system errors; the file may end with part of a frame then, so it has to be replaced before more is appended */
export async function appendToStepFile(path: string, frames: readonly StepFrame[]): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND)
  try {
    for (const frame of frames) for (const part of writeFrame(frame)) await writeAll(file, part)
  } finally {
    await file.close()
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

export const STEP_FILE_START = MAGIC.length

async function writeAll(file: { write(part: Uint8Array): Promise<{ bytesWritten: number }> }, part: Uint8Array) {
  for (let at = 0; at < part.length; ) at += (await file.write(part.subarray(at))).bytesWritten
}

function readHeader(octets: Uint8Array): Omit<StepFrame, 'image'> | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(octets))
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { feed, kind, position, previous, publishedAtMs } = value as Record<string, unknown>
  if (kind !== 'base' && kind !== 'delta' && kind !== 'mark') return undefined
  if (typeof feed !== 'string' || !isPosition(position) || !isPosition(previous)) return undefined
  return {
    feed,
    kind,
    position,
    previous,
    publishedAtMs: typeof publishedAtMs === 'number' ? publishedAtMs : undefined,
  }
}

function isPosition(value: unknown): value is Position {
  return typeof value === 'string'
}
