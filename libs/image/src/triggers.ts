/**
 * What made a delta: the times at which endpoints began to change, as the endpoints' controller writes them on an EndpointSlice.
 * They travel in the delta's meta, so that whoever answers can tell how long a change took to be answered:
 *
 *     triggered:cluster_ip               "35 120"    milliseconds before the image was made
 *     triggered:headless_with_selector   "4"
 */
import type { ImageContent } from './content.ts'
import type { Image } from './image.ts'

/** As CoreDNS labels its metric of them. */
export const SERVICE_KINDS = ['cluster_ip', 'headless_with_selector'] as const
export type TimedServiceKind = (typeof SERVICE_KINDS)[number]

export interface Trigger {
  readonly serviceKind: TimedServiceKind
  /** Milliseconds since 1970, by the controller's clock. */
  readonly atMs: number
}

/** Of a kind in one delta; those beyond are not told. */
const TRIGGERS_MAX = 128
/** What is older was not made by the change that brought it. */
const AGE_MS_MAX = 86_400_000
/** What a controller's clock may be ahead of ours without being taken for wrong. */
const AHEAD_MS_MAX = 10_000

/** The entries for `ImageContent.meta`; of a controller whose clock is a little ahead the change is taken to be of now. */
export function triggersToMeta(triggers: readonly Trigger[], createdAtMs: number): ImageContent['meta'] {
  const entries = SERVICE_KINDS.flatMap((serviceKind) => {
    const ages = triggers
      .filter((trigger) => trigger.serviceKind === serviceKind)
      .map(({ atMs }) => Math.round(createdAtMs - atMs))
      .filter((ageMs) => ageMs >= -AHEAD_MS_MAX && ageMs <= AGE_MS_MAX)
      .slice(0, TRIGGERS_MAX)
      .map((ageMs) => Math.max(0, ageMs))
    return ages.length === 0 ? [] : [[keyOf(serviceKind), ages.join(' ')]]
  })
  return Object.fromEntries(entries)
}

/**
 * What an image says; what cannot be read is passed over.
 * @throws ImageError malformed, when the image has no meta
 */
export function triggersOf(image: Pick<Image, 'meta' | 'createdAtMs'>): Trigger[] {
  const meta = image.meta()
  return SERVICE_KINDS.flatMap((serviceKind) => {
    const text = meta[keyOf(serviceKind)] ?? ''
    return text
      .split(' ', TRIGGERS_MAX)
      .filter((word) => /^\d{1,8}$/.test(word) && Number(word) <= AGE_MS_MAX)
      .map((word) => ({ serviceKind, atMs: image.createdAtMs - Number(word) }))
  })
}

function keyOf(serviceKind: TimedServiceKind): string {
  return `triggered:${serviceKind}`
}
