/** Where the small HTTP servers of a Corefile listen. */
import type { HostPort } from '@zonecast/corefile'
import { wildcards } from '@zonecast/responder-app'

export interface Place {
  readonly address: string
  readonly port: number
}

/** What a directive names: an address that is left out stands for all, which are `::` where there is IPv6. */
function placeOf({ host, port }: HostPort): Place {
  return { address: host || (wildcards().at(-1) ?? '0.0.0.0'), port }
}

/** Each place once, with all that was said of it. */
export function byPlace<T>(items: readonly T[], addressOf: (item: T) => HostPort): (Place & { readonly items: T[] })[] {
  const places = new Map<string, Place & { readonly items: T[] }>()
  for (const item of items) {
    const place = placeOf(addressOf(item))
    const key = `${place.address} ${place.port}`
    const known = places.get(key) ?? { ...place, items: [] }
    places.set(key, known)
    known.items.push(item)
  }
  return [...places.values()]
}
