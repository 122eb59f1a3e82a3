/** From a Corefile to zones whose records can be read: objects, images, and who answers for what. */

import { Compiler } from '@zonecast/compile'
import type { Configuration } from '@zonecast/corefile'
import { sha256 } from '@zonecast/feed/sha256'
import { buildImage, type Image, type ImageStack, loadImage } from '@zonecast/image'
import { type FeedStanzas, feedsOf } from '@zonecast/responder-app'
import { compileWarningText, readObjects, stanzaOf } from '@zonecast/sync-app/objects'
import { type ServedZone, zonesOver } from './zones-over.ts'

/**
 * The zones of all `kubernetes` stanzas, compiled.
 * @throws AggregateError of what is wrong with the objects' source
 */
export async function loadZones(
  configuration: Configuration,
  warn: (text: string) => void,
): Promise<readonly ServedZone[]> {
  const images = new Map<string, ImageStack>()
  for (const feed of feedsOf(configuration.blocks)) images.set(feed.feed, [await compileFeed(feed, warn)])
  return zonesOver(configuration, images)
}

async function compileFeed(source: FeedStanzas, warn: (text: string) => void): Promise<Image> {
  const compiler = new Compiler(source.stanzas.map(stanzaOf), { warn: (warning) => warn(compileWarningText(warning)) })
  compiler.apply(await readObjects(source, warn))
  const content = compiler.compileBase({ nowMs: Date.now(), meta: { feed: source.feed } })
  return loadImage(buildImage(content, sha256))
}
