import { FollowedStack } from '@zonecast/feed'
import { sha256 } from '@zonecast/feed/sha256'
import { buildImage, type Image, type ImageContent, loadImage, triggersToMeta } from '@zonecast/image'
import { content, service } from '@zonecast/image/fixture'
import { Scrape } from '@zonecast/metrics'
import { expect, test } from 'vitest'
import { parseScrape } from '../../../../libs/metrics/src/testing/parse-scrape.ts'
import { ProgrammingDurations } from './programming-durations.ts'

const NOW = 1_700_000_000_000

function delta(meta: ImageContent['meta'], createdAtMs = NOW): Uint8Array {
  const services = [service('shop/web', { addresses: [Uint8Array.of(10, 96, 0, 1)] })]
  return buildImage({ ...content({ services }), kind: 'delta', createdAtMs, meta }, sha256)
}

/** By metric, the sum and the count. */
function read(durations: ProgrammingDurations): Record<string, number> {
  const scrape = new Scrape()
  durations.addMetrics(scrape)
  const samples = scrape.text() === '' ? [] : parseScrape(scrape.text())
  const shown = samples.filter(({ name }) => /_(count|sum)$/.test(name))
  return Object.fromEntries(
    shown.map(({ name, labels, value }) => [`${name} ${labels['service_kind'] ?? ''}`.trim(), value]),
  )
}

/** Of a process that has run for so long. */
function runningFor(uptimeMs: number, nowMs = NOW): ProgrammingDurations {
  let monotonicMs = 0
  const durations = new ProgrammingDurations({ wallMs: () => nowMs, monotonicMs: () => monotonicMs })
  monotonicMs = uptimeMs
  return durations
}

const headless = (ageMs: number): ImageContent['meta'] =>
  triggersToMeta([{ serviceKind: 'headless_with_selector', atMs: NOW - ageMs }], NOW)

test('counts from the trigger, and from the publication', () => {
  const durations = runningFor(501, NOW + 500)
  durations.applied('shop', loadImage(delta(headless(250))), NOW + 100)
  expect(read(durations)).toEqual({
    'coredns_kubernetes_dns_programming_duration_seconds_count headless_with_selector': 1,
    'coredns_kubernetes_dns_programming_duration_seconds_sum headless_with_selector': 0.75,
    zonecast_apply_duration_seconds_count: 1,
    zonecast_apply_duration_seconds_sum: 0.4,
  })
})

test.each([
  ['what was published before the process began', NOW - 5000],
  ['what does not say when it was published', Number.NaN],
])('passes over %s', (_, publishedAtMs) => {
  const durations = runningFor(500, NOW + 500)
  durations.applied('shop', loadImage(delta(headless(250))), publishedAtMs)
  expect(read(durations)).toEqual({})
})

test('counts from the first on where the clock was wrong when the process began', () => {
  let [wallMs, monotonicMs] = [NOW + 3_600_000, 0]
  const durations = new ProgrammingDurations({ wallMs: () => wallMs, monotonicMs: () => monotonicMs })
  wallMs = NOW + 500
  monotonicMs = 1000
  durations.applied('shop', loadImage(delta(headless(250))), NOW + 100)
  expect(read(durations)).toMatchObject({ zonecast_apply_duration_seconds_sum: 0.4 })
})

test('clocks that differ never make it less', () => {
  const durations = runningFor(1)
  durations.applied('shop', loadImage(delta(headless(0), NOW + 3000)), NOW + 3000)
  expect(Object.values(read(durations))).toEqual([0, 1, 0, 1])
})

test.each(['', '[]', 'x'.repeat(1000), '-1 -1', '1e9'])('a delta may say anything: "%s"', (text) => {
  const durations = runningFor(0)
  durations.applied('shop', loadImage(delta({ 'triggered:headless_with_selector': text })), NOW)
  expect(read(durations)).toEqual({ zonecast_apply_duration_seconds_count: 1, zonecast_apply_duration_seconds_sum: 0 })
})

test('the newest image tells of the last delta, also where deltas are merged', () => {
  const stack = new FollowedStack({ sha256, checkImages: true })
  stack.apply({ kind: 'base', position: '1-0', previous: '', image: buildImage(content({}), sha256) })
  const durations = runningFor(0)
  for (let n = 1; n <= 12; n++) {
    stack.apply({ kind: 'delta', position: `1-${n}`, previous: `1-${n - 1}`, image: delta(headless(n * 1000)) })
    durations.applied('shop', stack.images[0] as Image, NOW)
  }
  expect(Object.values(read(durations)).slice(0, 2)).toEqual([78, 12])
})
