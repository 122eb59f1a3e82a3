/** Tells the results as Markdown: the same text goes to the terminal and to docs/benchmarks.md. */
import { type Aim, aims, cost, isMet } from './aims.ts'
import type { Figures } from './compare.ts'
import { type CompileFigures, median, type Results } from './figures.ts'
import { wildcardCosts, wildcardTable } from './wildcard-runs.ts'

export function report(results: Results): string {
  const sections = [
    head(results),
    comparison('UDP', udpText, results.udp),
    comparison('DNS over HTTPS', dohText, results.doh),
    startUp(results.startUp),
    recompile(results.recompile),
    results.compile.length === 0 ? '' : `## Compiling\n\n${compileTable(results.compile)}`,
    wildcards(results.wildcards),
    propagation(results.propagation),
    responders(results.responders),
    sync(results.sync),
    apiLoad(results.apiLoad),
    `## Aims\n\n${aimTable(aims(results))}`,
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function head({ date, quick, machine, versions }: Results): string {
  return `# Benchmarks

\`script/bench\` wrote this page on ${date}${quick ? ' in its quick mode, whose figures are rough' : ''}.

Machine: ${machine}. Versions: ${versions.map((each) => each.join(' ')).join(', ')}.

The figure that counts is the **CPU time per answer**: user and system time of all processes and threads of the server,
from /proc, divided by the answers. One core is the server's and another the load generator's. All servers run at once and
are loaded in turn, in an order that turns around each round; the table shows the median and, in brackets, the extremes.

**Memory** is what a server's processes hold (from /proc), with the files that they map, their own program above all, in full: as
if nobody else on the machine had the same program mapped. What forked processes share counts once.`
}

const udpText = `dnsperf with 8 clients and at most 200 questions in flight; a quarter of the questions names nothing (the mix is described
in \`test/bench/queries.ts\`). NSD and Knot DNS serve what \`zonecast dump\` prints. CoreDNS has \`kubernetes\` and
\`loadbalance\` and no cache.`

const dohText = 'h2load POSTs one question over HTTP/2 and TLS: 8 connections with 32 requests in flight each.'

function comparison(title: string, text: string, sizes: ReadonlyMap<number, readonly Figures[]>): string {
  if (sizes.size === 0) return ''
  const tables = [...sizes].map(
    ([services, figures]) => `${title}, ${count(services)} services:\n\n${comparisonTable(figures)}`,
  )
  return [`## ${title}`, text, ...tables].join('\n\n')
}

function startUp({ services, rows }: Results['startUp']): string {
  if (rows.length === 0) return ''
  const cells = rows.map(({ server, times }) => [
    server,
    fixed(median(times), 0),
    fixed(Math.min(...times), 0),
    fixed(Math.max(...times), 0),
  ])
  return `## Start

From exec to the first right answer with ${count(services)} services, read from JSON files (CoreDNS: from an API server that
speaks JSON).

${table(['server', 'ms, median', 'fastest', 'slowest'], cells)}`
}

function recompile({ services, rows }: Results['recompile']): string {
  if (rows.length === 0) return ''
  const cells = rows.map(({ server, seconds, answers, p50Ms, p99Ms, maxMs }) => [
    server,
    fixed(seconds, 1),
    count(answers),
    fixed(p50Ms, 2),
    fixed(p99Ms, 2),
    fixed(maxMs, 1),
  ])
  return `## Answers while everything changes

${count(services)} services are compiled afresh, because each of their endpoints got another address; meanwhile one question
after the other is asked.

${table(['server', 'turned over after, s', 'answers', 'p50, ms', 'p99, ms', 'slowest, ms'], cells)}`
}

function propagation(rows: Results['propagation']): string {
  if (rows.length === 0) return ''
  const cells = rows.map(({ services, responders, rate, changes, p50Ms, p99Ms, maxMs }) => [
    `${count(services)} services, ${rate === 0 ? 'lone changes' : `${rate} changes a second`}`,
    count(changes),
    count(responders),
    ...[p50Ms, p99Ms, maxMs].map((ms) => fixed(ms, 1)),
  ])
  return `## From the API server to the answer

A service gets another address; each responder is asked twice a millisecond until its answer has it. API server
(in memory), \`sync\` on Node, Redis, the responders on Bun and who asks share the machine. Time from the event to the answer of
each responder.

${table(['', 'changes', 'responders', 'p50, ms', 'p99, ms', 'slowest, ms'], cells)}`
}

function wildcards(figures: Results['wildcards']): string {
  const [first] = figures
  if (first === undefined) return ''
  const times = wildcardTable(figures)
  const costs = wildcardCosts(figures)
  return `## Wildcards

Questions with wildcards among ${count(first.services)} services: microseconds of processor time to find 0 to 100 services (or endpoints of one),
and in brackets to answer, with as many A records over TCP. In process, the same question again and again.

${table(times.heads, times.rows)}

What it costs to have them, without the option → with it:

${table(costs.heads, costs.rows)}`
}

function responders(rows: Results['responders']): string {
  if (rows.length === 0) return ''
  const names = { bun: 'Bun', node: 'Node', CoreDNS: 'CoreDNS' }
  const cells = rows.map(({ runtime, services, startTimes, cachedStartTimes, memory }) => [
    `${count(services)} services, ${names[runtime]}`,
    ...[startTimes, cachedStartTimes].map((times) =>
      times.length === 0
        ? '–'
        : `**${fixed(median(times), 0)}** (${fixed(Math.min(...times), 0)}–${fixed(Math.max(...times), 0)})`,
    ),
    ...[memory.restOctets, memory.answeredOctets, memory.loadedOctets].map((octets) => fixed(octets / 1e6, 0)),
  ])
  return `## Responders

From exec to the first right answer, the image loaded from Redis or from the cache file; and memory with two packet threads:
after the first answer, after one client was answered for two seconds, and after a million answers more.

${table(['', 'start, ms', 'with cache file, ms', 'memory, MB', 'after 2 s of answers', 'after a million'], cells)}`
}

function sync(rows: Results['sync']): string {
  if (rows.length === 0) return ''
  const cells = rows.map(({ services, endpoints, publishedAfterMs, peakOctets, memoryOctets }) => [
    `${count(services)} services, ${count(endpoints)} endpoints`,
    fixed(publishedAfterMs / 1000, 1),
    ...[peakOctets.start, peakOctets.compact, peakOctets.audit, memoryOctets].map((octets) => fixed(octets / 1e6, 0)),
  ])
  return `## The sync worker

On Node, from an API server that speaks JSON. Peaks are of the resident set, the pages of Node's own program included: of the
start (all objects read, the first base published, and the jobs that come by themselves then, an audit among them); while
the log is compacted into a new base; and while an audit compiles everything again and compares it with what Redis holds. At
rest: after the start.

${table(['', 'from exec to published, s', 'start: peak, MB', 'compaction: peak, MB', 'audit: peak, MB', 'at rest, MB'], cells)}`
}

function apiLoad({ services, rows }: Results['apiLoad']): string {
  if (rows.length === 0) return ''
  const cells = rows.map(({ who, watches, requests, octets }) => [
    who,
    count(watches),
    count(requests),
    fixed(octets / 1e6, 1),
  ])
  return `## Load on the API server

What it has open and has sent when all have answered, ${count(services)} services; each change costs one event for each watch.

${table(['', 'watches', 'requests', 'MB sent'], cells)}`
}

function comparisonTable(figures: readonly Figures[]): string {
  const nsd = cost(figures, 'NSD')
  const coredns = cost(figures, 'CoreDNS')
  return table(
    ['server', 'CPU per answer, µs', '× NSD', 'better than CoreDNS', 'answers/s', 'memory, MB'],
    figures.map(({ server, cpuPerAnswer, answersPerSecond, memoryOctets }) => [
      server,
      `**${fixed(median(cpuPerAnswer), 2)}** (${fixed(Math.min(...cpuPerAnswer), 2)}–${fixed(Math.max(...cpuPerAnswer), 2)})`,
      fixed(median(cpuPerAnswer) / nsd, 2),
      `${fixed(coredns / median(cpuPerAnswer), 1)} ×`,
      count(Math.round(median(answersPerSecond))),
      fixed(memoryOctets / 1e6, 0),
    ]),
  )
}

function compileTable(compile: readonly CompileFigures[]): string {
  const heads = ['', ...compile.map(({ services, runtime }) => `${count(services)} services, ${runtime}`)]
  const row = (what: string, value: (figures: CompileFigures) => string): string[] => [what, ...compile.map(value)]
  return table(heads, [
    row('JSON files, MB', ({ jsonOctets }) => fixed(jsonOctets / 1e6, 0)),
    row('objects in memory to image, ms', ({ compileMs }) => fixed(compileMs, 0)),
    row('JSON files to image, ms', ({ fromJsonMs }) => fixed(fromJsonMs, 0)),
    row('peak memory of that, MB', ({ peakOctets }) => fixed(peakOctets / 1e6, 0)),
    row('image, MB', ({ imageOctets }) => fixed(imageOctets / 1e6, 2)),
    row('read and check the image, ms', ({ loadMs }) => fixed(loadMs, 1)),
    row('one change, 3 endpoints, µs', (figures) => fixed(figures.deltaMicroseconds, 0)),
    row('its delta, octets', (figures) => count(figures.deltaOctets)),
    row('one change, 1,000 endpoints, µs', (figures) => fixed(figures.largeDeltaMicroseconds, 0)),
    row('its delta, octets', (figures) => count(figures.largeDeltaOctets)),
    row('one change, 1,000 endpoints with hostnames, µs', (figures) => fixed(figures.hostnamesDeltaMicroseconds, 0)),
    row('its delta, octets', (figures) => count(figures.hostnamesDeltaOctets)),
  ])
}

function aimTable(rows: readonly Aim[]): string {
  return table(
    ['aim', 'limit', 'measured', ''],
    rows.map((aim) => [
      aim.what,
      `${aim.direction === 'most' ? '≤' : '≥'} ${aim.limit} ${aim.unit}`,
      `${fixed(aim.measured, aim.measured < 100 ? 2 : 0)} ${aim.unit}`,
      isMet(aim) ? 'met' : '**missed**',
    ]),
  )
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–'
}

function count(value: number): string {
  return value.toLocaleString('en')
}
