/** From a Corefile to zones whose records can be read: objects, images, and who answers for what. */
import { createHash } from 'node:crypto'
import { Answerer, servedZones, zoneRecords } from '@zonecast/answer'
import { Compiler } from '@zonecast/compile'
import type { Configuration } from '@zonecast/corefile'
import type { ResourceRecord } from '@zonecast/dns'
import { buildImage, type Image, loadImage } from '@zonecast/image'
import { type FeedStanzas, feedsOf, ownAddresses, planListeners, wildcards } from '@zonecast/responder-app'
import { compileWarningText, readObjects, stanzaOf } from '@zonecast/sync-app/objects'

export interface DumpedZone {
  /** Lower case, no root dot. */
  readonly name: string
  records(): Iterable<ResourceRecord>
}

/**
 * The zones of all `kubernetes` stanzas, in the order of the Corefile. One that several server blocks have is that of the
 * first.
 * @throws AggregateError of what is wrong with the objects' source
 */
export async function loadZones(
  configuration: Configuration,
  warn: (text: string) => void,
): Promise<readonly DumpedZone[]> {
  const images = new Map<string, Image>()
  for (const feed of feedsOf(configuration.blocks)) images.set(feed.feed, await compileFeed(feed, warn))
  const own = ownAddresses(wildcards())
  const nameserverAddresses = own.length > 0 ? own : [Uint8Array.of(127, 0, 0, 1)]
  const zones = new Map<string, DumpedZone>()
  // Where listeners are bound does not matter here; an interface need not be there.
  for (const { blocks } of planListeners(configuration.blocks, { wildcards: [''], interfaceAddresses: () => [''] })) {
    const answerer = new Answerer(blocks)
    for (const [feed, image] of images) answerer.setImages(feed, [image])
    for (const zone of servedZones(answerer)) {
      if (zones.has(zone.name)) continue
      const records = () => zoneRecords(answerer, zone, nameserverAddresses)
      zones.set(zone.name, { name: zone.name, records })
    }
  }
  return [...zones.values()]
}

async function compileFeed(source: FeedStanzas, warn: (text: string) => void): Promise<Image> {
  const compiler = new Compiler(source.stanzas.map(stanzaOf), { warn: (warning) => warn(compileWarningText(warning)) })
  compiler.apply(await readObjects(source, warn))
  const content = compiler.compileBase({ nowMs: Date.now(), meta: { feed: source.feed } })
  return loadImage(buildImage(content, (octets) => createHash('sha256').update(octets).digest()))
}
