/** What we want to reach, and what a run reached. A row whose figure was not taken is left out. */
import type { Figures } from './compare.ts'
import { median, type Results } from './figures.ts'
import { wildcardAims } from './wildcard-runs.ts'

export interface Aim {
  readonly what: string
  readonly limit: number
  /** 'most': the figure is to be at most the limit. */
  readonly direction: 'most' | 'least'
  readonly unit: string
  readonly measured: number
}

const smallest = 1_000
const small = 10_000
const large = 100_000

export function aims(results: Results): Aim[] {
  const { udp, doh } = results
  const bun = 'zonecast, Bun'
  const node = 'zonecast, Node'
  const rows: Aim[] = []
  const add = (what: string, direction: Aim['direction'], limit: number, unit: string, measured: number): void => {
    if (Number.isFinite(measured)) rows.push({ what, direction, limit, unit, measured })
  }
  for (const services of udp.keys()) {
    const of = (name: string): number => cost(udp.get(services), name)
    const size = `UDP, ${services.toLocaleString('en')} services`
    add(`${size}, Bun: CPU per answer`, 'most', 1.0, '× NSD', of(bun) / of('NSD'))
    add(`${size}, Node: CPU per answer`, 'most', 1.0, '× NSD', of(node) / of('NSD'))
    add(`${size}, Bun: better than CoreDNS`, 'least', 4.5, '×', of('CoreDNS') / of(bun))
    add(`${size}, Node: better than CoreDNS`, 'least', 4.5, '×', of('CoreDNS') / of(node))
    add(`${size}, Bun, fallback sockets`, 'most', 1.1, '× NSD', of(`${bun}, fallback sockets`) / of('NSD'))
    add(`${size}, Node, fallback sockets`, 'most', 1.7, '× NSD', of(`${node}, fallback sockets`) / of('NSD'))
  }
  for (const services of doh.keys()) {
    const of = (name: string): number => cost(doh.get(services), name)
    const size = `DoH, ${services.toLocaleString('en')} services`
    add(`${size}, Bun: better than CoreDNS`, 'least', 7, '×', of('CoreDNS') / of(bun))
  }
  for (const [protocol, sizes] of [['UDP', udp] as const, ['DoH', doh] as const]) {
    for (const name of [bun, node]) {
      const growth = cost(sizes.get(large), name) / cost(sizes.get(small), name)
      add(`${protocol}, ${name.slice(10)}: 100,000 against 10,000 services`, 'most', 1.1, '×', growth)
    }
  }
  const start = results.startUp.rows.find(({ server }) => server === bun)
  add('from exec to the first right answer, 1,000 services, Bun', 'most', 250, 'ms', median(start?.times ?? []))
  for (const { server, p99Ms } of results.recompile.rows) {
    const size = `${results.recompile.services.toLocaleString('en')} services`
    add(`p99 of answers while ${size} are compiled afresh, ${server.slice(10)}`, 'most', 5, 'ms', p99Ms)
  }
  for (const figures of results.compile.filter(({ services }) => services === large)) {
    const where = `100,000 services, ${figures.runtime}`
    add(`compile, ${where}`, 'most', 500, 'ms', figures.compileMs)
    add(`JSON to image, ${where}`, 'most', 3_000, 'ms', figures.fromJsonMs)
    add(`peak memory of that, ${where}`, 'most', 300, 'MB', figures.peakOctets / 1e6)
    add(`image, ${where}`, 'most', 20, 'MB', figures.imageOctets / 1e6)
    add(`read and check the image, ${where}`, 'most', 25, 'ms', figures.loadMs)
    add(`one change, 3 endpoints, ${where}`, 'most', 100, 'µs', figures.deltaMicroseconds)
    add(`one change, 3 endpoints, ${where}`, 'most', 1, 'kB', figures.deltaOctets / 1e3)
    add(`one change, 1,000 endpoints, ${where}`, 'most', 20, 'kB', figures.largeDeltaOctets / 1e3)
  }
  rows.push(...wildcardAims(results.wildcards))
  for (const { services, rate, p50Ms, p99Ms } of results.propagation) {
    const what = `from the API server to every answer, ${services.toLocaleString('en')} services`
    if (rate === 0) add(`${what}, lone changes: p50`, 'most', 3, 'ms', p50Ms)
    if (rate === 0) add(`${what}, lone changes: p99`, 'most', 20, 'ms', p99Ms)
    else add(`${what}, ${rate} changes a second: p99`, 'most', 50, 'ms', p99Ms)
  }
  for (const { services, startTimes, cachedStartTimes, memory } of results.responders.filter(
    ({ runtime }) => runtime === 'bun',
  )) {
    const where = `${services.toLocaleString('en')} services, Bun`
    const limitMs = { [small]: 200, [large]: 300 }[services]
    const limitMb = { [smallest]: 70, [large]: 120 }[services]
    if (limitMs !== undefined) {
      add(`a responder's start, ${where}`, 'most', limitMs, 'ms', median(startTimes))
      add(`a responder's start from its cache file, ${where}`, 'most', limitMs, 'ms', median(cachedStartTimes))
    }
    if (limitMb !== undefined) {
      add(`memory of a responder, ${where}`, 'most', limitMb, 'MB', memory.restOctets / 1e6)
      add(`the same after two seconds of answers, ${where}`, 'most', limitMb, 'MB', memory.answeredOctets / 1e6)
      add(`the same after a million answers, ${where}`, 'most', limitMb, 'MB', memory.loadedOctets / 1e6)
    }
  }
  for (const { services, endpoints, peakOctets } of results.sync) {
    const limitMb = { [small]: 250, [large]: 450 }[services]
    const what = `peak memory of sync, compaction and audit included, ${services.toLocaleString('en')} services and ${endpoints.toLocaleString('en')} endpoints, Node`
    const { start, compact, audit } = peakOctets
    if (limitMb !== undefined) add(what, 'most', limitMb, 'MB', Math.max(start, compact, audit) / 1e6)
  }
  const [one, many] = results.apiLoad.rows
  if (one !== undefined && many !== undefined) {
    add('octets that the API server sends: 20 responders against 1', 'most', 1.01, '×', many.octets / one.octets)
    add('watches: 20 responders against 1', 'most', 1, '×', many.watches / one.watches)
  }
  return rows
}

export function isMet({ direction, limit, measured }: Aim): boolean {
  return direction === 'most' ? measured <= limit : measured >= limit
}

/** Median CPU time per answer in microseconds; NaN when the server was not there. */
export function cost(figures: readonly Figures[] | undefined, server: string): number {
  return median(figures?.find((each) => each.server === server)?.cpuPerAnswer ?? [])
}
