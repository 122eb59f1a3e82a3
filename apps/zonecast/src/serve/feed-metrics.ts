/** Where a follower of a feed stands, as metrics. */
import { type Position, parsePosition } from '@zonecast/feed'
import type { Scrape } from '@zonecast/metrics'

/** @param position '' while there is none */
export function addPosition(scrape: Scrape, feed: string, position: Position): void {
  const parsed = position === '' ? undefined : parsePosition(position)
  if (parsed === undefined) return
  scrape.add('zonecast_feed_epoch', { feed }, parsed.epoch)
  scrape.add('zonecast_feed_step', { feed }, parsed.n)
}
