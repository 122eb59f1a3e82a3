/** The configuration that shapes a feed's records, as head names it: workers whose hashes differ must not share the feed. */
import { createHash } from 'node:crypto'
import { shapeEntries } from '@zonecast/corefile'
import type { FeedStanzas } from '@zonecast/responder-app'

/** 16 digits of lower-case hex. Where the objects come from is not part of it: two workers may reach one cluster by two ways. */
export function configHash({ stanzas }: Pick<FeedStanzas, 'stanzas'>): string {
  const shapes = stanzas.map(shapeEntries)
  return createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 16)
}
