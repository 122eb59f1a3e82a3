/** What is published, and what is compiled, held against each other by who goes on from there. */
import { setImmediate as breathe } from 'node:timers/promises'
import { compareSerial } from '@zonecast/dns'
import {
  type Difference,
  differenceBetween,
  type Image,
  type ImageStack,
  loadImage,
  type StanzaRecord,
  sameRecords,
} from '@zonecast/image'

export interface UnpublishedImage {
  readonly image: Uint8Array
  /** The stack when it was made. */
  readonly images: ImageStack
}

/** Whether it can be published as it is. A mark, which each new term makes, changes no image of the stack. */
export function stillServes(
  { image, images }: UnpublishedImage,
  next: 'base' | 'repair' | 'resume',
  stack: ImageStack,
  serials: ReadonlyMap<string, number>,
): boolean {
  if (next === 'repair') return false
  const loaded = loadImage(image)
  if (next === 'resume') return loaded.kind === 'delta' && images === stack
  // Equal: those of the image itself, which the publisher has known since it tried.
  return loaded.kind === 'base' && !hasOldSerial(loaded, serials)
}

/** Whether a later serial than the image's was published for one of its zones. */
export function hasOldSerial({ stanzas }: Image, serials: ReadonlyMap<string, number>): boolean {
  return stanzas.some(({ zones }) => zones.some((zone) => isOld(zone, serials)))
}

/** By zone, those of an image that nobody has published a later one for. */
export function currentSerials(image: Image, serials: ReadonlyMap<string, number>): Map<string, number> {
  const zones = image.stanzas.flatMap((stanza) => stanza.zones)
  return new Map(zones.filter((zone) => !isOld(zone, serials)).map(({ name, serial }) => [name, serial]))
}

function isOld({ name, serial }: StanzaRecord['zones'][number], serials: ReadonlyMap<string, number>): boolean {
  const known = serials.get(name)
  return known !== undefined && !['greater', 'equal'].includes(compareSerial(serial, known))
}

/** A delta that makes the stack say what a base does; undefined when it does already. */
export async function differenceTo(stack: ImageStack, base: Image): Promise<Difference | undefined> {
  const [first, ...more] = stack
  if (first !== undefined && more.length === 0 && sameRecords(first, base)) return undefined
  return differenceBetween(stack, base, breathe)
}
