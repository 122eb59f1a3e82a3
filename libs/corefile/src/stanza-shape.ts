/** What of a `kubernetes` stanza shapes records: stanzas of one cluster that are alike in that are one stanza of a feed. */
import type { KubernetesStanza, ServerBlock } from './config.ts'
import type { FaultList } from './errors.ts'
import { feedId } from './feeds.ts'
import { limits } from './limits.ts'
import { sourceName } from './object-source.ts'

/** Of a stanza, what shapes records. */
export type ShapingKey = Exclude<
  keyof KubernetesStanza,
  'position' | 'source' | 'fallthrough' | 'startupTimeoutMs' | 'wildcardLimit' | 'wildcardClients' | 'beyondFormat1'
>

/** Everything that shapes records, sorted. Where the objects come from is not part of it, nor is what the responder alone heeds. */
export function shapeEntries(stanza: KubernetesStanza): readonly (readonly [string, unknown])[] {
  const {
    position: _position,
    source: _source,
    fallthrough: _fallthrough,
    startupTimeoutMs: _startupTimeoutMs,
    wildcardLimit: _wildcardLimit,
    wildcardClients: _wildcardClients,
    beyondFormat1: _beyondFormat1,
    ...rest
  } = stanza
  const shape: Pick<KubernetesStanza, ShapingKey> = rest
  return Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** A feed has a bit for each; where there is no `feed`, all of one source of objects are one. */
export function checkStanzaCounts(blocks: readonly ServerBlock[], faults: FaultList): void {
  const shapes = new Map<string, Set<string>>()
  for (const { feed, kubernetes } of blocks) {
    if (kubernetes === undefined) continue
    const of = feed === undefined ? sourceName(kubernetes.source) : feedId(feed)
    const known = shapes.get(of) ?? new Set()
    shapes.set(of, known.add(JSON.stringify(shapeEntries(kubernetes))))
    if (known.size <= limits.stanzas) continue
    const expected = `at most ${limits.stanzas} different stanzas of one cluster`
    faults.add('too-large', kubernetes.position, 'kubernetes', { expected })
    return
  }
}
