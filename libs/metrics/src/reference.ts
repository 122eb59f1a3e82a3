/** The page of the metrics, made from their table; `docs/metrics.md` holds it. */
import { ABSENT, METRICS, type Metric } from './table.ts'

const head = `# Metrics

\`\`\`corefile
.:53 {
    prometheus :9153
    kubernetes cluster.local {
        manifests cluster/
    }
}
\`\`\`

\`prometheus [ADDRESS]\` answers \`GET /metrics\` in the text format of Prometheus. Queries are counted for the server blocks that
have it; all else is of the whole process. Several blocks may name one address, and a block without an address listens on
port 9153 of all addresses (CoreDNS: of localhost). \`serve\`, \`sync\` and \`respond\` have it; the column *only* names the commands
that have a metric where not all do. Where a \`sync\` and a \`respond\` share a host and a Corefile, \`prometheus {$METRICS}\` gives each its own port.

Names and labels are CoreDNS's where a metric means the same, so its dashboards and alerts go on working; the rest begin
with \`zonecast_\`. This page is made from the table that scrapes are typed by.

* \`server\` is a listener as in CoreDNS, \`dns://:53\` or, with \`bind\`, \`dns://127.0.0.1:53\`. Addresses that are bound
  together for the same server blocks are one server: \`dns://127.0.0.1,[::1]:53\`.
* \`zone\` is that of the server block's key. What reaches no server block, or cannot be read, is counted as \`dropped\`.
* \`proto\` is \`udp\` or \`tcp\`, which TLS and HTTPS are too; \`server\` tells them apart. \`family\` is 1 for IPv4, 2 for IPv6.
* \`type\` is the name of a common type, else \`other\`.
* \`feed\` is the feed's name and where it is, \`prod-eu at redis:6379\`; for \`serve\`, where its objects come from.
`

const tail = `## What to watch

| expression | speaks of |
| --- | --- |
| \`zonecast_zones_pending > 0\` | zones that answer SERVFAIL |
| \`zonecast_source_up == 0\` | answers go on from an old state of the cluster |
| \`max by (feed) (zonecast_feed_publishing) == 0\` | no \`sync\` publishes |
| \`zonecast_feed_configuration_differs == 1\` | two workers of a feed have Corefiles that do not make the same records |
| \`increase(zonecast_source_drift_total[1h]) > 0\` | a watch that missed something; it is repaired |
| \`time() - zonecast_feed_heartbeat_timestamp_seconds > 60\` | nobody publishes |
| \`max by (feed) (zonecast_feed_step) - zonecast_feed_step > 10\` | a responder that lags behind the others |
| \`rate(zonecast_udp_dropped_total{reason="overloaded"}[5m]) > 0\` | more slow queries than the control thread can answer |
| \`rate(coredns_panics_total[5m]) > 0\` | a fault in zonecast: please report the line of \`errors { stacktrace }\` |
`

export function referencePage(): string {
  const entries: readonly (readonly [string, Metric])[] = Object.entries(METRICS)
  const section = (title: string, prefix: string) => [
    `## ${title}\n`,
    row(['metric', 'type', 'labels', 'only', 'meaning']),
    row(['---', '---', '---', '---', '---']),
    ...entries.filter(([name]) => name.startsWith(prefix)).map(([name, metric]) => row(cells(name, metric))),
    '',
  ]
  return [
    head,
    ...section("CoreDNS's", 'coredns_'),
    ...section("zonecast's own", 'zonecast_'),
    ...section('Of the process', 'process_'),
    "## CoreDNS's that are not there\n",
    row(['metric', 'why']),
    row(['---', '---']),
    ...Object.entries(ABSENT).map(([name, why]) => row([code(name), why])),
    '',
    tail,
  ].join('\n')
}

function cells(name: string, { type, labels, help, differs, only = [] }: Metric): string[] {
  const note = differs === undefined ? '' : ` Unlike CoreDNS's: ${differs}.`
  const meaning = `${help}.${note}`.replaceAll('\n', ' ')
  return [code(name), type, labels.map(code).join(', '), only.map(code).join(', '), meaning]
}

function code(names: string): string {
  return names
    .split(', ')
    .map((name) => `\`${name}\``)
    .join(', ')
}

function row(columns: readonly string[]): string {
  return `| ${columns.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
