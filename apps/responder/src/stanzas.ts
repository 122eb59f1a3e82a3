/**
 * The `kubernetes` stanzas of a Corefile as feeds carry them. Stanzas of one source of objects are one feed; those of a
 * feed that say the same (an imported snippet, say) are one stanza of it.
 */
import { type KubernetesStanza, type ObjectSource, type ServerBlock, sourceName } from '@zonecast/corefile'

export interface FeedStanzas {
  readonly feed: string
  readonly source: ObjectSource
  readonly stanzas: readonly KubernetesStanza[]
}

export function feedsOf(blocks: readonly ServerBlock[]): FeedStanzas[] {
  const feeds = new Map<string, { source: ObjectSource; stanzas: Map<string, KubernetesStanza> }>()
  for (const { kubernetes } of blocks) {
    if (kubernetes === undefined) continue
    const { source } = kubernetes
    const feed = feeds.get(feedOf(kubernetes)) ?? { source, stanzas: new Map<string, KubernetesStanza>() }
    feeds.set(feedOf(kubernetes), feed)
    const shape = shapeOf(kubernetes)
    if (!feed.stanzas.has(shape)) feed.stanzas.set(shape, kubernetes)
  }
  return [...feeds].map(([feed, { source, stanzas }]) => ({ feed, source, stanzas: [...stanzas.values()] }))
}

export function feedOf({ source }: KubernetesStanza): string {
  return sourceName(source)
}

/** Which of its feed's stanzas with just these zones it is, from 0: what `KubernetesPlugin.ordinal` wants. */
export function ordinalOf(stanza: KubernetesStanza, feeds: readonly FeedStanzas[]): number {
  const { stanzas = [] } = feeds.find(({ feed }) => feed === feedOf(stanza)) ?? {}
  const zones = stanza.zones.join(' ')
  const alike = stanzas.filter((other) => other.zones.join(' ') === zones)
  return alike.findIndex((other) => shapeOf(other) === shapeOf(stanza))
}

/** Everything that shapes records. */
function shapeOf(stanza: KubernetesStanza): string {
  const { position: _position, fallthrough: _fallthrough, startupTimeoutMs: _startupTimeoutMs, ...shape } = stanza
  return JSON.stringify(Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1)))
}
