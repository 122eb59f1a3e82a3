/** The configuration that shapes a feed's records, as head names it: workers whose hashes differ must not share the feed. */
import { shapeOf } from '@zonecast/image'
import type { FeedStanzas } from '@zonecast/responder-app'
import { stanzaOf } from './stanza.ts'

/** Lower-case hex. */
export function configHash({ stanzas }: Pick<FeedStanzas, 'stanzas'>): string {
  const shapes = stanzas
    .map(stanzaOf)
    .map((stanza) => ({ ...stanza, zones: stanza.zones.map((name) => ({ name, serial: 0 })) }))
  return shapeOf(shapes).toString(16)
}
