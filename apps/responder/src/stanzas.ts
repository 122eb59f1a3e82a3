/**
 * The `kubernetes` stanzas of a Corefile as feeds carry them. Stanzas of one source of objects are one feed; those of a
 * feed that say the same (an imported snippet, say) are one stanza of it.
 */
import {
  type KubernetesStanza,
  type ObjectSource,
  type ServerBlock,
  shapeEntries,
  sourceName,
} from '@zonecast/corefile'

export interface FeedStanzas {
  readonly feed: string
  readonly source: ObjectSource
  readonly stanzas: readonly KubernetesStanza[]
}

/** Names the feed that carries a block's stanza. */
export type FeedNaming = (block: ServerBlock) => string

export function feedsOf(blocks: readonly ServerBlock[], nameFeed: FeedNaming = feedBySource): FeedStanzas[] {
  const feeds = new Map<string, { source: ObjectSource; stanzas: Map<string, KubernetesStanza> }>()
  for (const block of blocks) {
    const { kubernetes } = block
    if (kubernetes === undefined) continue
    const { source } = kubernetes
    const feed = feeds.get(nameFeed(block)) ?? { source, stanzas: new Map<string, KubernetesStanza>() }
    feeds.set(nameFeed(block), feed)
    const shape = shapeOf(kubernetes)
    if (!feed.stanzas.has(shape)) feed.stanzas.set(shape, kubernetes)
  }
  return [...feeds].map(([feed, { source, stanzas }]) => ({ feed, source, stanzas: [...stanzas.values()] }))
}

/** In one process: stanzas of one source of objects are one feed. */
export function feedBySource({ kubernetes }: ServerBlock): string {
  return kubernetes === undefined ? '' : sourceName(kubernetes.source)
}

/** Which of the stanzas with just these zones it is, from 0: what `KubernetesPlugin.ordinal` wants. */
export function ordinalOf(stanza: KubernetesStanza, { stanzas }: Pick<FeedStanzas, 'stanzas'>): number {
  const zones = stanza.zones.join(' ')
  const alike = stanzas.filter((other) => other.zones.join(' ') === zones)
  return alike.findIndex((other) => shapeOf(other) === shapeOf(stanza))
}

function shapeOf(stanza: KubernetesStanza): string {
  return JSON.stringify([stanza.source, shapeEntries(stanza)])
}
