/** What any process tells of a feed that it follows, compiles or publishes, as metrics. */
import type { NameProblemCode, ObjectCounts } from '@zonecast/compile'
import { type Position, parsePosition } from '@zonecast/feed'
import type { ImageStack } from '@zonecast/image'
import type { SourceStatus } from '@zonecast/kubernetes/watch'
import type { Scrape } from '@zonecast/metrics'
import type { DurationReadings } from '@zonecast/sync-app'

/** @param position '' while there is none */
export function addPosition(scrape: Scrape, feed: string, position: Position): void {
  const parsed = position === '' ? undefined : parsePosition(position)
  if (parsed === undefined) return
  scrape.add('zonecast_feed_epoch', { feed }, parsed.epoch)
  scrape.add('zonecast_feed_step', { feed }, parsed.n)
}

export function addImages(scrape: Scrape, feed: string, images: ImageStack): void {
  const [newest] = images
  scrape.add('zonecast_images', { feed }, images.length)
  scrape.add(
    'zonecast_images_bytes',
    { feed },
    images.reduce((sum, { octets }) => sum + octets.length, 0),
  )
  if (newest === undefined) return
  scrape.add('zonecast_image_created_timestamp_seconds', { feed }, newest.createdAtMs / 1000)
  // Stanzas may share a zone; it has one serial.
  const serials = new Map(newest.stanzas.flatMap(({ zones }) => zones.map(({ name, serial }) => [name, serial])))
  for (const [zone, serial] of serials) scrape.add('zonecast_zone_serial', { feed, zone: absolute(zone) }, serial)
}

/** Where the objects of a feed come from. */
export interface SourceReading {
  /** Whether the objects are known as they are now. */
  readonly isUp: boolean
  readonly objects: ObjectCounts
  readonly nameProblems: ReadonlyMap<NameProblemCode, number>
  readonly sources: readonly SourceStatus[]
  readonly durations: DurationReadings
}

/** @param reading undefined before anything was read */
export function addSource(scrape: Scrape, feed: string, reading: SourceReading | undefined): void {
  scrape.add('zonecast_source_up', { feed }, reading?.isUp ? 1 : 0)
  for (const [kind, count] of Object.entries(reading?.objects ?? {})) {
    scrape.add('zonecast_source_objects', { feed, kind }, count)
  }
  for (const [code, count] of reading?.nameProblems ?? []) scrape.add('zonecast_name_problems', { feed, code }, count)
  if (reading !== undefined) {
    scrape.addHistogram('zonecast_watch_duration_seconds', { feed }, reading.durations.watch)
    scrape.addHistogram('zonecast_compile_duration_seconds', { feed }, reading.durations.compile)
  }
  // One resource may be watched in several namespaces.
  for (const [resource, sources] of Map.groupBy(reading?.sources ?? [], (source) => source.resource)) {
    const sum = (count: keyof SourceStatus['counts']) => sources.reduce((all, { counts }) => all + counts[count], 0)
    scrape.add('zonecast_source_events_total', { feed, resource }, sum('events'))
    scrape.add('zonecast_source_received_bytes_total', { feed, resource }, sum('octets'))
    scrape.add('zonecast_source_watches_total', { feed, resource }, sum('watches'))
    scrape.add('zonecast_source_relists_total', { feed, resource }, sum('relists'))
    scrape.add('zonecast_source_failures_total', { feed, resource }, sum('failures'))
    scrape.add('zonecast_source_audits_total', { feed, resource }, sum('audits'))
    scrape.add('zonecast_source_drift_total', { feed, resource }, sum('drift'))
  }
}

export function addErrors(scrape: Scrape, feed: string, errors: ReadonlyMap<string, number>): void {
  for (const [code, count] of errors) scrape.add('zonecast_feed_errors_total', { feed, code }, count)
}

/** Zones as CoreDNS has them in labels. */
export function absolute(zone: string): string {
  return `${zone}.`
}
