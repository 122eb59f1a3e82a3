/** What a responder tells of itself, as metrics. */
import type { Block } from '@zonecast/answer'
import type { Scrape } from '@zonecast/metrics'
import type { ListenerReadings, ResponderReadings } from '@zonecast/responder-app'
import { absolute, addImages } from './feed-metrics.ts'

/** There are no views. */
const view = ''

export function addResponder(scrape: Scrape, { listeners, images, pendingZones }: ResponderReadings): void {
  scrape.add('zonecast_zones_pending', {}, pendingZones.length)
  for (const [feed, stack] of images) addImages(scrape, feed, stack)
  const tallies = listeners.flatMap(({ tally }) => tally ?? [])
  if (tallies.length > 0)
    scrape.add(
      'coredns_panics_total',
      {},
      tallies.reduce((sum, { panics }) => sum + panics, 0),
    )
  for (const listener of listeners) {
    for (const block of listener.blocks) if (block.counted) addPlugins(scrape, listener.server, block)
    addTally(scrape, listener)
    addUdp(scrape, listener)
  }
}

function addPlugins(
  scrape: Scrape,
  server: string,
  { zones, errors, log, nsid, rotate, kubernetes, whoami }: Block,
): void {
  const enabled = {
    prometheus: true,
    nsid: nsid !== undefined,
    errors: errors !== undefined,
    log: log.length > 0,
    loadbalance: rotate,
    kubernetes: kubernetes !== undefined,
    whoami,
  }
  for (const zone of zones) {
    for (const [name, isEnabled] of Object.entries(enabled)) {
      if (isEnabled) scrape.add('coredns_plugin_enabled', { server, zone: absolute(zone), view, name }, 1)
    }
  }
}

function addTally(scrape: Scrape, { server, tally }: ListenerReadings): void {
  if (tally !== undefined) scrape.add('zonecast_wildcards_limited_total', { server }, tally.limited)
  for (const reading of tally?.zones ?? []) {
    const labels = { server, zone: reading.zone === 'dropped' ? 'dropped' : absolute(reading.zone), view }
    for (const { count, ...request } of reading.requests) {
      scrape.add('coredns_dns_requests_total', { ...labels, ...request }, count)
    }
    if (reading.dnssecOk > 0) scrape.add('coredns_dns_do_requests_total', labels, reading.dnssecOk)
    for (const { count, ...response } of reading.responses) {
      scrape.add('coredns_dns_responses_total', { ...labels, ...response }, count)
    }
    scrape.addHistogram('coredns_dns_request_duration_seconds', labels, reading.durationSec)
    for (const { proto, requests, responses } of reading.sizes) {
      scrape.addHistogram('coredns_dns_request_size_bytes', { ...labels, proto }, requests)
      scrape.addHistogram('coredns_dns_response_size_bytes', { ...labels, proto }, responses)
    }
  }
}

function addUdp(scrape: Scrape, { server, udp }: ListenerReadings): void {
  if (udp === undefined) return
  scrape.add('zonecast_udp_received_total', { server }, udp.received)
  scrape.add('zonecast_udp_answered_total', { server }, udp.answered)
  scrape.add('zonecast_udp_slow_total', { server }, udp.slow)
  scrape.add('zonecast_udp_dropped_total', { server, reason: 'invalid' }, udp.dropped)
  scrape.add('zonecast_udp_dropped_total', { server, reason: 'overloaded' }, udp.overloaded)
  scrape.add('zonecast_udp_dropped_total', { server, reason: 'oversized' }, udp.oversized)
  scrape.add('zonecast_udp_send_errors_total', { server }, udp.sendErrors)
}
