/** One base of several images, without holding up the thread that asks for it. */
import { Worker } from 'node:worker_threads'
import { buildMerged, type FormatVersion, type ImageStack, loadImage } from '@zonecast/image'
import { sha256 } from './sha256.ts'

/** Below so many octets it takes less time than a thread takes to begin. */
const ASIDE_OCTETS_MIN = 512 * 1024

/** To the thread, which answers with the octets of the merged image. */
export interface MergeSetup {
  /** Newest first, the base last. */
  readonly images: readonly Uint8Array[]
  readonly format: FormatVersion
}

/** @throws ImageError other-shape, malformed; from a thread as an Error with the same text */
export function mergedAside(images: ImageStack, format: FormatVersion): Promise<Uint8Array> {
  const setup: MergeSetup = { images: images.map(({ octets }) => octets), format }
  const octets = setup.images.reduce((sum, image) => sum + image.length, 0)
  return octets < ASIDE_OCTETS_MIN ? Promise.resolve(mergeSetup(setup)) : inThread(setup)
}

export function mergeSetup({ images, format }: MergeSetup): Uint8Array<ArrayBuffer> {
  // It makes memory of its own, as it is given none.
  const merged = buildMerged(
    images.map((octets) => loadImage(octets)),
    sha256,
    undefined,
    format,
  )
  return merged as Uint8Array<ArrayBuffer>
}

function inThread(setup: MergeSetup): Promise<Uint8Array> {
  const isShared = ({ buffer }: Uint8Array) => buffer instanceof SharedArrayBuffer
  // Copies go when the thread ends; what is cloned would be copied twice.
  const copies = setup.images.map((octets) => (isShared(octets) ? octets : new Uint8Array(octets)))
  const workerData: MergeSetup = { ...setup, images: copies }
  const transferList = copies.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []))
  const thread = new Worker(new URL('./merge-thread.ts', import.meta.url), { workerData, transferList })
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', (code) => reject(new Error(`the thread that merges images ended with ${code}`)))
  return promise.finally(() => thread.terminate())
}
