/** Who answers for which zone when the feeds have these images, and with which records. */
import { Answerer, servedZones, zoneRecords } from '@zonecast/answer'
import type { Configuration } from '@zonecast/corefile'
import type { ResourceRecord } from '@zonecast/dns'
import type { ImageStack } from '@zonecast/image'
import { type FeedNaming, ownAddresses, planListeners, wildcards } from '@zonecast/responder-app'

export interface ServedZone {
  /** Lower case, no root dot. */
  readonly name: string
  /** Of the server blocks that serve it at one listener. */
  readonly answerer: Answerer
  records(): Iterable<ResourceRecord>
}

/** The zones that these feeds hold, in the order of the Corefile. One that several server blocks have is that of the first. */
export function zonesOver(
  { blocks: serverBlocks }: Configuration,
  images: ReadonlyMap<string, ImageStack>,
  nameFeed?: FeedNaming,
): readonly ServedZone[] {
  const addresses = nameserverAddresses()
  const zones = new Map<string, ServedZone>()
  // Where listeners are bound does not matter here; an interface need not be there.
  const machine = { wildcards: [''], interfaceAddresses: () => [''] }
  for (const { blocks } of planListeners(serverBlocks, machine, nameFeed)) {
    const answerer = new Answerer(blocks)
    for (const [feed, stack] of images) answerer.setImages(feed, stack)
    for (const zone of servedZones(answerer)) {
      if (zones.has(zone.name)) continue
      zones.set(zone.name, { name: zone.name, answerer, records: () => zoneRecords(answerer, zone, addresses) })
    }
  }
  return [...zones.values()]
}

/** Those of `ns.dns.ZONE`: this machine's. */
export function nameserverAddresses(): readonly Uint8Array[] {
  const own = ownAddresses(wildcards())
  return own.length > 0 ? own : [Uint8Array.of(127, 0, 0, 1)]
}
