/** A feed's objects in full, its stanzas, and the image that they make: all that an explanation looks at. */
import { Compiler, KnownObjects, type Stanza } from '@zonecast/compile'
import type { ServerBlock } from '@zonecast/corefile'
import { sha256 } from '@zonecast/feed/sha256'
import { buildImage, type Image, loadImage } from '@zonecast/image'
import { diffObjects, type ObjectChange, ObjectMap, readManifests, type SlimObject } from '@zonecast/kubernetes'
import { type FeedStanzas, feedBySource } from '@zonecast/responder-app'
import { compileWarningText, readObjects, stanzaOf } from '@zonecast/sync-app/objects'

export interface KnownCluster {
  readonly stanzas: readonly Stanza[]
  readonly objects: KnownObjects
  readonly image: Image
}

/**
 * Made as `serve` makes it; what `sync` would leave out for the format of a feed is warned of.
 * @throws AggregateError of what is wrong with the objects' source
 */
export async function readCluster(
  source: FeedStanzas,
  blocks: readonly ServerBlock[],
  warn: (text: string) => void,
): Promise<KnownCluster> {
  const { changes, placeOf } = await readAll(source, warn)
  const stanzas = source.stanzas.map(stanzaOf)
  const compiler = new Compiler(stanzas, {
    warn: (warning) => warn(compileWarningText(warning)),
    format: formatOf(source, blocks),
  })
  compiler.apply(changes)
  const content = compiler.compileBase({ nowMs: Date.now(), meta: { feed: source.feed } })
  const objects = changes.flatMap(({ object }) => (object === undefined ? [] : [object]))
  return { stanzas, objects: new KnownObjects(objects, placeOf), image: loadImage(buildImage(content, sha256)) }
}

/** The oldest of those in which its stanzas are published. */
function formatOf({ feed }: FeedStanzas, blocks: readonly ServerBlock[]): 1 | 2 {
  return blocks.some((block) => block.feed?.format === 1 && feedBySource(block) === feed) ? 1 : 2
}

interface AllObjects {
  readonly changes: readonly ObjectChange[]
  readonly placeOf: (object: SlimObject) => string | undefined
}

async function readAll(source: FeedStanzas, warn: (text: string) => void): Promise<AllObjects> {
  if (source.source.kind !== 'manifests') {
    return { changes: await readObjects(source, warn), placeOf: () => undefined }
  }
  // With all labels, so that those can be told that no selector takes.
  const { objects, places, faults, warnings } = await readManifests(source.source.paths, {})
  if (faults.length > 0) throw new AggregateError(faults)
  for (const warning of warnings) warn(warning)
  const placed = places()
  return { changes: diffObjects(new ObjectMap(), objects), placeOf: (object) => placed.get(object) }
}
