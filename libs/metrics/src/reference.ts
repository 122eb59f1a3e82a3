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

const tail = `## How long a change takes

A change goes through four steps, and each is timed by itself; together they are what \`coredns_kubernetes_dns_programming_duration_seconds\`
tells, where the endpoints' controller says when it began (\`endpoints.kubernetes.io/last-change-trigger-time\` on the EndpointSlice):

| from | to | metric | whose clock |
| --- | --- | --- | --- |
| what changed an endpoint | the watch told it to \`sync\` | \`zonecast_watch_duration_seconds\` | the controller's and the worker's |
| that | the delta is made | \`zonecast_compile_duration_seconds\` | the worker's |
| that | followers can read it | \`zonecast_publish_duration_seconds\` | the worker's |
| that | it is in the answers | \`zonecast_apply_duration_seconds\` | the worker's and the responder's |

The time of the trigger and of the publication travel with the delta, so where two clocks are named the durations are right as far as
these agree: keep them together (NTP). Where the other clock is ahead a duration is counted as 0, never as less; where it is ahead by more than 10 s,
or what it says is a day ago, nothing is counted. Responders count what is published while they run, not what they load at their start.

## What to watch

| expression | speaks of |
| --- | --- |
| \`zonecast_zones_pending > 0\` | zones that answer SERVFAIL |
| \`zonecast_source_up == 0\` | answers go on from an old state of the cluster |
| \`max by (feed) (zonecast_feed_publishing) == 0\` | no \`sync\` publishes |
| \`histogram_quantile(0.99, sum by (le) (rate(zonecast_apply_duration_seconds_bucket[5m]))) > 0.1\` | changes that take long from Redis to the answers |
| \`increase(zonecast_feed_loads_total{reason="refused"}[1h]) > 0\` | something in the feed that is damaged |
| \`zonecast_feed_configuration_differs == 1\` | a worker or responder has another Corefile than the worker that publishes, whose records count |
| \`increase(zonecast_source_drift_total[1h]) > 0\` | a watch that missed something; it is repaired |
| \`increase(zonecast_jobs_total{result="failed"}[1h]) > 0\` | a job that failed for good: see [Jobs](jobs.md) |
| \`increase(zonecast_audit_drift_total[1h]) > 0\` | what was published was not what it should be; it is repaired, but who wrote it? |
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
