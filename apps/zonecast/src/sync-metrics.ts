/** What a sync worker tells of a feed, as metrics. */
import type { Scrape } from '@zonecast/metrics'
import type { AuditReadings, JobReadings, SyncReadings } from '@zonecast/sync-app'
import { addErrors, addImages, addPosition, addSource } from './serve/feed-metrics.ts'

export function addSyncFeed(scrape: Scrape, feed: string, readings: SyncReadings): void {
  const { holdsLease, isPublishing, configurationDiffers, logLoad, heartbeatMs, publishedAtMs } = readings
  addSource(scrape, feed, readings)
  addPosition(scrape, feed, readings.position)
  addImages(scrape, feed, readings.images)
  addErrors(scrape, feed, readings.errors)
  scrape.add('zonecast_feed_lease_held', { feed }, holdsLease ? 1 : 0)
  scrape.add('zonecast_feed_publishing', { feed }, isPublishing ? 1 : 0)
  scrape.add('zonecast_feed_configuration_differs', { feed }, configurationDiffers ? 1 : 0)
  scrape.add('zonecast_feed_log_entries', { feed }, logLoad.entries)
  scrape.add('zonecast_feed_log_bytes', { feed }, logLoad.octets)
  if (heartbeatMs > 0) scrape.add('zonecast_feed_heartbeat_timestamp_seconds', { feed }, heartbeatMs / 1000)
  if (publishedAtMs > 0) scrape.add('zonecast_feed_published_timestamp_seconds', { feed }, publishedAtMs / 1000)
  scrape.addHistogram('zonecast_publish_duration_seconds', { feed }, readings.durations.publish)
  for (const [kind, { count, octets }] of readings.published) {
    scrape.add('zonecast_feed_published_total', { feed, kind }, count)
    scrape.add('zonecast_feed_published_bytes_total', { feed, kind }, octets)
  }
  if (readings.jobs !== undefined) addJobs(scrape, feed, readings.jobs, readings.audit)
}

function addJobs(scrape: Scrape, feed: string, jobs: JobReadings, audit: AuditReadings): void {
  scrape.add('zonecast_jobs_connected', { feed }, jobs.connected ? 1 : 0)
  for (const [job, tally] of Object.entries(jobs.tallies)) {
    for (const [result, count] of Object.entries(tally)) scrape.add('zonecast_jobs_total', { feed, job, result }, count)
  }
  for (const [state, count] of Object.entries(jobs.counts ?? {})) {
    scrape.add('zonecast_jobs_queued', { feed, state }, count)
  }
  scrape.add('zonecast_audit_drift_total', { feed }, audit.driftTotal)
  if (audit.atMs === 0) return
  scrape.add('zonecast_audit_timestamp_seconds', { feed }, audit.atMs / 1000)
  scrape.add('zonecast_audit_drift', { feed }, audit.drift)
}
