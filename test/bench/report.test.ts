import { expect, it } from 'vitest'
import { aims, isMet } from './aims.ts'
import type { Figures } from './compare.ts'
import { median, type Results } from './figures.ts'
import { report } from './report.ts'

function figures(server: string, ...cpuPerAnswer: number[]): Figures {
  return { server, cpuPerAnswer, answersPerSecond: [100_000], memoryOctets: 1e8 }
}

const results: Results = {
  date: '2026-01-01',
  machine: 'a machine',
  quick: false,
  versions: [['NSD', '4.6.1']],
  udp: new Map([
    [
      10_000,
      [figures('NSD', 5, 4, 9), figures('zonecast, Bun', 4.5), figures('zonecast, Node', 6), figures('CoreDNS', 20)],
    ],
  ]),
  doh: new Map(),
  startUp: { services: 1_000, rows: [{ server: 'zonecast, Bun', times: [200, 300, 240] }] },
  recompile: { services: 0, rows: [] },
  compile: [],
  wildcards: [],
  propagation: [],
  responders: [],
  sync: [],
  apiLoad: { services: 0, rows: [] },
}

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => expect(median(values)).toBe(expected))

it('holds what was measured against the aims, and leaves out what was not measured', () => {
  expect(aims(results).map((aim) => [aim.what, aim.measured, isMet(aim)])).toEqual([
    ['UDP, 10,000 services, Bun: CPU per answer', 0.9, true],
    ['UDP, 10,000 services, Node: CPU per answer', 1.2, false],
    ['UDP, 10,000 services, Bun: better than CoreDNS', 20 / 4.5, false],
    ['UDP, 10,000 services, Node: better than CoreDNS', 20 / 6, false],
    ['from exec to the first right answer, 1,000 services, Bun', 240, true],
  ])
})

it('writes tables', () => {
  const text = report(results)
  expect(text).toContain('| NSD | **5.00** (4.00–9.00) | 1.00 | 4.0 × | 100,000 | 100 |')
  expect(text).toContain('| zonecast, Bun | 240 | 200 | 300 |')
  expect(text).not.toContain('NaN')
  expect(text).not.toContain('## Compiling')
})
