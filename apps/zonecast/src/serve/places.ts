/** Where the small HTTP servers of a Corefile listen. */
import type { HostPort } from '@zonecast/corefile'
import { wildcards } from '@zonecast/responder-app'

export interface Place {
  readonly address: string
  readonly port: number
}

/** What a directive names: an address that is left out stands for all. */
export function placesOf({ host, port }: HostPort): Place[] {
  return (host === '' ? wildcards() : [host]).map((address) => ({ address, port }))
}

/** Each place once, with all that was said of it. */
export function byPlace<T>(items: readonly T[], addressOf: (item: T) => HostPort): (Place & { readonly items: T[] })[] {
  const places = new Map<string, Place & { readonly items: T[] }>()
  for (const item of items) {
    for (const place of placesOf(addressOf(item))) {
      const key = `${place.address} ${place.port}`
      const known = places.get(key) ?? { ...place, items: [] }
      places.set(key, known)
      known.items.push(item)
    }
  }
  return [...places.values()]
}
