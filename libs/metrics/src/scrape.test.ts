import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { addProcessMetrics } from './process-metrics.ts'
import { referencePage } from './reference.ts'
import { Scrape } from './scrape.ts'

test('samples stand by metric in the order of the table, with help and type once', () => {
  const scrape = new Scrape()
  scrape.add('zonecast_images', { feed: 'a' }, 3)
  scrape.add('coredns_panics_total', {}, 0)
  scrape.add('zonecast_images', { feed: 'b' }, 1)
  expect(
    scrape.text(),
  ).toBe(`# HELP coredns_panics_total Errors that nobody foresaw, met while answering; the query got SERVFAIL
# TYPE coredns_panics_total counter
coredns_panics_total 0
# HELP zonecast_images Images that are searched one after the other: a base and the deltas on it
# TYPE zonecast_images gauge
zonecast_images{feed="a"} 3
zonecast_images{feed="b"} 1
`)
})

test('labels stand in the order of the table, and what a value holds does not end it', () => {
  const scrape = new Scrape()
  scrape.add('zonecast_zone_serial', { zone: 'a"b\\c\nd', feed: 'x y' }, 2 ** 32 - 1)
  expect(scrape.text()).toContain('zonecast_zone_serial{feed="x y",zone="a\\"b\\\\c\\nd"} 4294967295\n')
})

test('buckets of a histogram add up', () => {
  const scrape = new Scrape()
  const value = { bounds: [0.1, 1], counts: [2, 0, 3], sum: 12.5 }
  scrape.addHistogram('coredns_dns_request_duration_seconds', { server: 's', zone: '.', view: '' }, value)
  const name = 'coredns_dns_request_duration_seconds'
  const labels = 'server="s",zone=".",view=""'
  expect(scrape.text().split('\n').slice(2)).toEqual([
    `${name}_bucket{${labels},le="0.1"} 2`,
    `${name}_bucket{${labels},le="1"} 2`,
    `${name}_bucket{${labels},le="+Inf"} 5`,
    `${name}_sum{${labels}} 12.5`,
    `${name}_count{${labels}} 5`,
    '',
  ])
})

test('an empty scrape is empty', () => expect(new Scrape().text()).toBe(''))

test('what is told of the process can be', () => {
  const scrape = new Scrape()
  addProcessMetrics(scrape)
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(scrape.text())?.[1])
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(value('process_start_time_seconds')).toBeLessThanOrEqual(Date.now() / 1000)
  if (process.platform !== 'linux') return
  expect(value('process_open_fds')).toBeGreaterThan(2)
  expect(value('process_max_fds')).toBeGreaterThan(value('process_open_fds'))
  expect(value('process_virtual_memory_bytes')).toBeGreaterThan(value('process_resident_memory_bytes'))
})

test('docs/metrics.md is what the table says: npm run reference --workspace libs/metrics', () => {
  expect(readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')).toBe(referencePage())
})
