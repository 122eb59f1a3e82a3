/**
 * Every metric there is: kind, labels and what it says. A scrape takes its types from this table, docs/metrics.md is made of
 * it, and a test holds a running server to it. To add one: an entry here, a line where it is known (`Scrape.add`), and
 * `npm run reference --workspace libs/metrics`.
 */

export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  /** One line, without a full stop at its end. */
  readonly help: string
  /** For the page: where it differs from CoreDNS's metric of that name, and why. */
  readonly differs?: string
  /** The commands that have it; undefined: all. */
  readonly only?: readonly Role[]
}

export type Role = 'serve' | 'sync' | 'respond'

const ANSWERING = ['serve', 'respond'] as const
const COMPILING = ['serve', 'sync'] as const
const IN_REDIS = ['sync', 'respond'] as const
const SYNC = ['sync'] as const
const RESPOND = ['respond'] as const

export const METRICS = {
  coredns_build_info: {
    type: 'gauge',
    labels: ['version', 'revision', 'goversion'],
    help: 'Always 1; the labels say what runs',
    differs: '`goversion` is the runtime, as in `bun 1.4.5`; `revision` is empty',
  },
  coredns_panics_total: {
    type: 'counter',
    labels: [],
    help: 'Errors that nobody foresaw, met while answering; the query got SERVFAIL',
    differs: 'counted where a server block of the listener has `prometheus`',
    only: ANSWERING,
  },
  coredns_plugin_enabled: {
    type: 'gauge',
    labels: ['server', 'zone', 'view', 'name'],
    help: 'Always 1; a directive that handles queries of this zone',
    differs: '`view` is always empty',
    only: ANSWERING,
  },
  coredns_dns_requests_total: {
    type: 'counter',
    labels: ['server', 'zone', 'view', 'proto', 'family', 'type'],
    help: 'Queries that were answered',
    differs: 'a query that meets with silence is in `zonecast_udp_dropped_total` only; `view` is always empty',
    only: ANSWERING,
  },
  coredns_dns_do_requests_total: {
    type: 'counter',
    labels: ['server', 'zone', 'view'],
    help: 'Queries with the DO bit',
    only: ANSWERING,
  },
  coredns_dns_responses_total: {
    type: 'counter',
    labels: ['server', 'zone', 'view', 'rcode', 'plugin'],
    help: 'Responses; the plugin is the one that made it, empty when it was the server itself',
    only: ANSWERING,
  },
  coredns_dns_request_duration_seconds: {
    type: 'histogram',
    labels: ['server', 'zone', 'view'],
    help: 'Time from the octets of a query to those of its response',
    differs: `on the fast path one query in 32 is measured and counts for those up to the next one (reading the clock for each would
take longer than counting everything else); sockets and queues are not part of it`,
    only: ANSWERING,
  },
  coredns_dns_request_size_bytes: {
    type: 'histogram',
    labels: ['server', 'zone', 'view', 'proto'],
    help: 'Octets of queries',
    only: ANSWERING,
  },
  coredns_dns_response_size_bytes: {
    type: 'histogram',
    labels: ['server', 'zone', 'view', 'proto'],
    help: 'Octets of responses',
    only: ANSWERING,
  },
  coredns_kubernetes_dns_programming_duration_seconds: {
    type: 'histogram',
    labels: ['service_kind'],
    help: "Time from what changed an endpoint (a pod became ready) until it is in the answers here, by the time that the endpoints' controller writes on the slice",
    differs: `changes that are there at the start, that a new list brings or that change no answer are not counted; of one delta, 128 of each kind at most; there
is no \`headless_without_selector\`, nor is there in CoreDNS`,
    only: ANSWERING,
  },
  zonecast_wildcards_limited_total: {
    type: 'counter',
    labels: ['server'],
    help: 'Answers to questions with wildcards that were but a part of what there is, for the limit',
    only: ANSWERING,
  },
  zonecast_zone_serial: {
    type: 'gauge',
    labels: ['feed', 'zone'],
    help: 'SOA serial of a zone',
  },
  zonecast_zones_pending: {
    type: 'gauge',
    labels: [],
    help: 'Zones that answer SERVFAIL, for no image holds them',
    only: ANSWERING,
  },
  zonecast_images: {
    type: 'gauge',
    labels: ['feed'],
    help: 'Images that are searched one after the other: a base and the deltas on it',
  },
  zonecast_images_bytes: {
    type: 'gauge',
    labels: ['feed'],
    help: 'Memory that these images take',
  },
  zonecast_image_created_timestamp_seconds: {
    type: 'gauge',
    labels: ['feed'],
    help: 'When the newest of these images was made: the last change of a record',
  },
  zonecast_feed_epoch: {
    type: 'gauge',
    labels: ['feed'],
    help: 'Epoch of the feed: when its present publisher began, in milliseconds since 1970',
  },
  zonecast_feed_step: {
    type: 'gauge',
    labels: ['feed'],
    help: 'Number of the last step of that epoch that is in service here; with the epoch it is the position EPOCH-N',
  },
  zonecast_feed_heartbeat_timestamp_seconds: {
    type: 'gauge',
    labels: ['feed'],
    help: 'When a publisher last said that it is there, by the clock of Redis; who publishes, by its own',
    only: IN_REDIS,
  },
  zonecast_feed_stale: {
    type: 'gauge',
    labels: ['feed'],
    help: '1 when no publisher was heard for longer than max_staleness',
    only: RESPOND,
  },
  zonecast_feed_lease_held: {
    type: 'gauge',
    labels: ['feed'],
    help: '1 while this worker has the lease: of all workers of a feed, one',
    only: SYNC,
  },
  zonecast_feed_publishing: {
    type: 'gauge',
    labels: ['feed'],
    help: '1 while this worker publishes what changes; with the lease held and 0 it is getting ready',
    only: SYNC,
  },
  zonecast_feed_configuration_differs: {
    type: 'gauge',
    labels: ['feed'],
    help: '1 while a worker publishes whose Corefile shapes records otherwise than that of this process; the log names the options',
    only: IN_REDIS,
  },
  zonecast_feed_published_timestamp_seconds: {
    type: 'gauge',
    labels: ['feed'],
    help: "When the last step was published that is in service here (sync: by this worker), by the publisher's clock",
    only: IN_REDIS,
  },
  zonecast_feed_published_total: {
    type: 'counter',
    labels: ['feed', 'kind'],
    help: 'What this worker published: delta; base (an epoch begins, responders load it); compaction (a base that nobody has to load)',
    only: SYNC,
  },
  zonecast_feed_published_bytes_total: {
    type: 'counter',
    labels: ['feed', 'kind'],
    help: 'Octets of these, as they went to Redis',
    only: SYNC,
  },
  zonecast_feed_log_entries: {
    type: 'gauge',
    labels: ['feed'],
    help: 'Deltas that the log holds since the newest base, as far as the publisher counts them',
    only: SYNC,
  },
  zonecast_feed_log_bytes: {
    type: 'gauge',
    labels: ['feed'],
    help: 'Octets of their images',
    only: SYNC,
  },
  zonecast_feed_loads_total: {
    type: 'counter',
    labels: ['feed', 'reason'],
    help: 'Whole states that were taken in: cache (the file of an earlier process), start (there was nothing), base (a publisher began with a base), gap (the log does not lead on from where we were), refused (an entry is not as it should be)',
    only: RESPOND,
  },
  zonecast_feed_errors_total: {
    type: 'counter',
    labels: ['feed', 'code'],
    help: 'Errors that were logged, by code; one that lasts is logged once',
    only: IN_REDIS,
  },
  zonecast_jobs_total: {
    type: 'counter',
    labels: ['feed', 'job', 'result'],
    help: 'Jobs that this worker took, by what became of them: done; retried (it is tried again); left (to the worker that publishes now); failed (for good)',
    only: SYNC,
  },
  zonecast_jobs_queued: {
    type: 'gauge',
    labels: ['feed', 'state'],
    help: 'Jobs in the queue of the feed, whoever takes them: waiting, active, delayed (one of each kind is always to come); failed and completed, as many as are kept',
    only: SYNC,
  },
  zonecast_jobs_connected: {
    type: 'gauge',
    labels: ['feed'],
    help: '0 while the queue in Redis cannot be reached; publishing does not need it',
    only: SYNC,
  },
  zonecast_audit_timestamp_seconds: {
    type: 'gauge',
    labels: ['feed'],
    help: 'When this worker last compared what is published with what the objects compile to',
    only: SYNC,
  },
  zonecast_audit_drift: {
    type: 'gauge',
    labels: ['feed'],
    help: 'What that found to differ',
    only: SYNC,
  },
  zonecast_audit_drift_total: {
    type: 'counter',
    labels: ['feed'],
    help: 'What all of them found to differ; it is repaired',
    only: SYNC,
  },
  zonecast_source_up: {
    type: 'gauge',
    labels: ['feed'],
    help: '1 while the objects are known as they are; 0 when the API server is away or denies them, or the manifests have faults',
    only: COMPILING,
  },
  zonecast_source_objects: {
    type: 'gauge',
    labels: ['feed', 'kind'],
    help: 'Namespaces, services and endpoint slices that are compiled',
    only: COMPILING,
  },
  zonecast_name_problems: {
    type: 'gauge',
    labels: ['feed', 'code'],
    help: 'Names that objects ask for and do not have, or that something hides; the log and `zonecast check` name them',
    only: COMPILING,
  },
  zonecast_source_events_total: {
    type: 'counter',
    labels: ['feed', 'resource'],
    help: 'Events of the watches on an API server',
    only: COMPILING,
  },
  zonecast_source_received_bytes_total: {
    type: 'counter',
    labels: ['feed', 'resource'],
    help: 'Octets that the API server sent',
    only: COMPILING,
  },
  zonecast_source_watches_total: {
    type: 'counter',
    labels: ['feed', 'resource'],
    help: 'Watches that were begun',
    only: COMPILING,
  },
  zonecast_source_relists_total: {
    type: 'counter',
    labels: ['feed', 'resource'],
    help: 'Lists that were read anew because a watch could not go on from where it was',
    only: COMPILING,
  },
  zonecast_source_failures_total: {
    type: 'counter',
    labels: ['feed', 'resource'],
    help: 'Requests to the API server that failed',
    only: COMPILING,
  },
  zonecast_source_audits_total: {
    type: 'counter',
    labels: ['feed', 'resource'],
    help: 'Lists that were compared with what the watch had told',
    only: COMPILING,
  },
  zonecast_source_drift_total: {
    type: 'counter',
    labels: ['feed', 'resource'],
    help: 'Objects that an audit found to differ, and repaired',
    only: COMPILING,
  },
  zonecast_watch_duration_seconds: {
    type: 'histogram',
    labels: ['feed'],
    help: "From what changed an endpoint until the watch told it: by the controller's clock and ours",
    only: COMPILING,
  },
  zonecast_compile_duration_seconds: {
    type: 'histogram',
    labels: ['feed'],
    help: 'From a change being told until the delta that holds it is made; gathering (batch) and waiting for the publish before are part of it',
    only: COMPILING,
  },
  zonecast_publish_duration_seconds: {
    type: 'histogram',
    labels: ['feed'],
    help: 'From a delta being made until followers can read it',
    only: SYNC,
  },
  zonecast_apply_duration_seconds: {
    type: 'histogram',
    labels: ['feed'],
    help: "From a delta being published (in serve: made) until it is in the answers here: by the publisher's clock and ours",
    only: ANSWERING,
  },
  zonecast_udp_received_total: {
    type: 'counter',
    labels: ['server'],
    help: 'Datagrams that came in',
    only: ANSWERING,
  },
  zonecast_udp_answered_total: {
    type: 'counter',
    labels: ['server'],
    help: 'Responses that were sent',
    only: ANSWERING,
  },
  zonecast_udp_slow_total: {
    type: 'counter',
    labels: ['server'],
    help: 'Queries that the packet threads handed to the control thread',
    only: ANSWERING,
  },
  zonecast_udp_dropped_total: {
    type: 'counter',
    labels: ['server', 'reason'],
    help: 'Datagrams that met with silence (invalid, overloaded) or were refused for their length (oversized)',
    only: ANSWERING,
  },
  zonecast_udp_send_errors_total: {
    type: 'counter',
    labels: ['server'],
    help: 'Responses that the system would not send',
    only: ANSWERING,
  },
  process_cpu_seconds_total: { type: 'counter', labels: [], help: 'Processor time, user and system' },
  process_resident_memory_bytes: { type: 'gauge', labels: [], help: 'Resident memory' },
  process_virtual_memory_bytes: { type: 'gauge', labels: [], help: 'Virtual memory' },
  process_start_time_seconds: { type: 'gauge', labels: [], help: 'When the process began, in seconds since 1970' },
  process_open_fds: { type: 'gauge', labels: [], help: 'Open file descriptors' },
  process_max_fds: { type: 'gauge', labels: [], help: 'How many file descriptors may be open' },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS

/** CoreDNS's metrics that are not there, and why. */
export const ABSENT = {
  'coredns_kubernetes_rest_client_*': "they are of Go's client, which zonecast does not use",
  coredns_dns_https_responses_total: 'responses over HTTPS are in coredns_dns_responses_total with the others',
  'coredns_dns_https3_*, coredns_dns_quic_*': 'there are no such listeners',
  'coredns_health_*': 'health does not ask itself; probe it from outside',
  'coredns_forward_*, coredns_cache_*, coredns_reload_*': 'the directives are not there',
  'go_*': 'there is no Go',
} as const
