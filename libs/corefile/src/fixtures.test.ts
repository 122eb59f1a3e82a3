/**
 * Every file in `fixtures/` has one fault and is named for it. A row says its code and the whole message: line, column,
 * what was found, what was expected, and the file where it is another.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CorefileError, codes, type Fault } from './errors.ts'
import { disk } from './load.ts'
import { parseCorefile } from './parse.ts'

const folder = new URL('../fixtures/', import.meta.url)

const rows = String.raw`
bind-bad-address | bad-value | 2:10: bad value "127.0.0.256" in bind, expected an IP address or the name of an interface
bind-except-nothing | missing-argument | 3:9: "except" lacks an argument, expected an IP address or the name of an interface
bind-mistyped-option | unknown-directive | 3:9: unknown directive "exept" in bind: did you mean "except"?
bind-too-many | too-large | 2:5: "bind" is too large, expected at most 64 addresses in a server block
bind-without-address | missing-argument | 2:5: "bind" lacks an argument, expected an IP address or the name of an interface
block-not-closed | missing-brace | 1:13: "{" is never closed, expected a "}" on a line of its own
blocks-too-deep | too-large | 18:8: "{" is too large, expected at most 16 blocks in each other
brace-behind-directive | unexpected-brace | 2:12: unexpected "}": put it on a line of its own
brace-closes-nothing | unexpected-brace | 4:1: unexpected "}": no block is open here
brace-glued-to-directive | unexpected-brace | 2:11: unexpected "}": put it on a line of its own
brace-glued-to-key | unexpected-brace | 1:12: unexpected "{": put a space before it
brace-on-next-line | unexpected-brace | 3:5: unexpected "{": put it at the end of the line above
brace-without-key | unexpected-brace | 1:1: unexpected "{", expected a zone before it, such as "."
comma-without-key | missing-argument | 1:1: "example.org," lacks an argument, expected a key after the comma
consolidate-bad-duration | bad-value | 3:21: bad value "5" in errors consolidate, expected a duration such as 5s, 1m30s or 300ms, at most 24h
consolidate-bad-level | bad-value | 3:32: bad value "waring" in errors consolidate, expected one of debug, info, warning, error: did you mean "warning"?
consolidate-bad-regexp | bad-value | 3:24: bad value "(timeout" in errors consolidate, expected a regular expression
consolidate-without-regexp | missing-argument | 3:9: "consolidate" lacks an argument, expected DURATION and REGEXP
consolidate-wrong-order | bad-value | 3:43: bad value "warning" in errors consolidate, expected [LEVEL] [show_first] in this order
directive-as-option | unknown-directive | 3:9: unknown directive "whoami" in health: it is a directive of the server block; is a "}" missing above?
directive-not-yet | not-yet | 3:5: zonecast does not do "forward" yet: CoreDNS knows it
duplicate-directive | duplicate-directive | 4:5: "errors" stands twice in a server block: it stands at duplicate-directive.corefile:3:5 too
duplicate-snippet | duplicate-snippet | 4:1: the snippet "logs" is defined twice
empty-file | empty | 1:1: no server block in "empty-file.corefile", expected one such as ". {"
errors-to-file | bad-value | 2:12: bad value "/var/log/errors" in errors, expected "stdout"
errors-unknown-option | unknown-directive | 3:9: unknown directive "stacktraces" in errors: did you mean "stacktrace"?
fault-in-import | unknown-directive | parts/mistyped:2:3: unknown directive "helth": did you mean "health"?
feed-bad-admin | bad-value | 4:15: bad value "9154" in feed admin, expected [HOST]:PORT, such as :8080, 127.0.0.1:8080 or [::1]:8080, or "off"
feed-bad-batch | bad-value | 4:15: bad value "1m" in feed batch, expected a duration such as 5s, 1m30s or 300ms, at most 10s
feed-bad-eviction | bad-value | 4:18: bad value "allow" in feed eviction, expected "warn"
feed-bad-history | bad-value | 4:17: bad value "1" in feed history, expected a whole number from 2 to 1000
feed-bad-name | bad-value | 4:14: bad value "{prod}" in feed name, expected a name of letters, digits, ".", "_" and "-", at most 63
feed-bad-port | bad-value | 3:10: bad value "redis://redis:66666" in feed, expected redis://HOST[:PORT], or rediss://HOST[:PORT] for TLS
feed-bad-staleness | bad-value | 4:27: bad value "drop" in feed max_staleness, expected one of serve, servfail
feed-database | bad-value | 3:10: bad value "redis://redis:6379/2" in feed, expected redis://HOST[:PORT], or rediss://HOST[:PORT] for TLS: leave out "/2": feeds in one Redis differ by their names
feed-format-1-and-iporder | conflict | 4:9: conflicting "iporder" in kubernetes: "format 1" of the feed at feed-format-1-and-iporder.corefile:6:5 has no words for it; leave one of them out, the format when no responder needs it any more
feed-format-1-and-names | conflict | 4:9: conflicting "names" in kubernetes: "format 1" of the feed at feed-format-1-and-names.corefile:6:5 has no words for it; leave one of them out, the format when no responder needs it any more
feed-format-1-and-wildcards | conflict | 4:9: conflicting "wildcards" in kubernetes: "format 1" of the feed at feed-format-1-and-wildcards.corefile:6:5 has no words for it; leave one of them out, the format when no responder needs it any more
feed-mixed-schemes | conflict | 3:20: conflicting "rediss://b:6379" in feed: all addresses of a feed are redis://, or all are rediss://
feed-not-redis | bad-value | 3:10: bad value "http://redis:6379" in feed, expected redis://HOST[:PORT], or rediss://HOST[:PORT] for TLS
feed-of-two-clusters | conflict | 6:5: conflicting "kubeconfig /etc/kubeconfig" in feed default: feed-of-two-clusters.corefile:2:5 takes its objects from in-cluster, and a feed carries one cluster
feed-password-in-broken-url | bad-value | 3:10: bad value "***@redis" in feed, expected redis://HOST[:PORT], or rediss://HOST[:PORT] for TLS: a Corefile holds no passwords: say where they stand with the options "user" and "password"
feed-password-in-url | bad-value | 3:10: bad value "redis://***@redis:6379" in feed, expected redis://HOST[:PORT], or rediss://HOST[:PORT] for TLS: a Corefile holds no passwords: say where they stand with the options "user" and "password"
feed-password-missing | missing-argument | 4:9: "password" lacks an argument, expected "file FILE" or "env NAME"
feed-password-written | bad-value | 4:18: bad value "***" in feed password, expected "file FILE" or "env NAME": a Corefile says where a secret stands and does not hold it
feed-sentinel-and-cluster | conflict | 5:9: conflicting "cluster" in feed: it excludes "sentinel"
feed-sentinel-password-alone | missing-directive | 4:9: "sentinel_password" is incomplete: it is for "sentinel NAME"
feed-shared-cache | conflict | 9:5: conflicting "/var/lib/zonecast/feed" in feed: the feed at feed-shared-cache.corefile:3:5 keeps its state there
feed-short-staleness | bad-value | 4:23: bad value "1s" in feed max_staleness, expected a duration such as 5s, 1m30s or 300ms, from 5s to 168h
feed-staleness-without-action | missing-argument | 4:9: "max_staleness" lacks an argument, expected DURATION, and one of serve, servfail
feed-tls-without-tls | conflict | 4:9: conflicting "tls" in feed: redis:// goes without TLS; rediss:// has it
feed-two-addresses | missing-directive | 3:5: "feed" is incomplete: several addresses are those of sentinels ("sentinel NAME") or of a Redis Cluster ("cluster")
feed-two-options | conflict | 9:5: conflicting "cache" in feed: feed-two-options.corefile:3:5 is the same feed and has it different; import a snippet for both
feed-without-address | missing-argument | 3:5: "feed" lacks an argument, expected redis://HOST[:PORT], or rediss://HOST[:PORT] for TLS
health-bad-ipv6 | bad-value | 2:12: bad value "::1:8080" in health, expected [HOST]:PORT, such as :8080, 127.0.0.1:8080 or [::1]:8080
health-bad-lameduck | bad-value | 3:18: bad value "5" in health lameduck, expected a duration such as 5s, 1m30s or 300ms, at most 24h
health-bad-port | bad-value | 2:12: bad value ":80800" in health, expected [HOST]:PORT, such as :8080, 127.0.0.1:8080 or [::1]:8080
health-endless-lameduck | bad-value | 3:18: bad value "25h" in health lameduck, expected a duration such as 5s, 1m30s or 300ms, at most 24h
health-negative-lameduck | bad-value | 3:18: bad value "-5s" in health lameduck, expected a duration such as 5s, 1m30s or 300ms, at most 24h
health-imported-twice | listener-conflict | 2:5: "health :8080" is taken: two server blocks import it; let one of them have it
health-on-a-dns-port | listener-conflict | 2:5: "health :5300" is taken: health-on-a-dns-port.corefile:1:1 listens on dns :5300
import-cycle | import-cycle | parts/cycle-b:2:8: "parts/cycle-a" imports itself: parts/cycle-a imports parts/cycle-b imports parts/cycle-a
import-of-itself | import-cycle | 4:8: "import-of-itself.corefile" imports itself: import-of-itself.corefile imports import-of-itself.corefile
import-of-missing-file | unreadable | 2:12: cannot read "parts/missing": there is no such file
import-of-mistyped-snippet | unreadable | 5:12: cannot read "loging": did you mean "logging"?
import-of-nothing | missing-argument | 2:5: "import" lacks an argument, expected a snippet, a file or a glob
import-of-two | extra-argument | 2:14: unexpected "b" in import, expected one name
import-with-block | unexpected-block | 2:25: "import" takes no block
key-in-brackets | bad-zone | 1:1: "[::1]:53" is not a zone: the address to listen on goes into a bind directive
key-is-an-address | bad-zone | 1:1: "10.96.0.1" is not a zone: write a prefix such as 10.96.0.1/32
key-is-an-ipv6-address | bad-zone | 1:1: "fd00::1" is not a zone: write a prefix such as fd00::1/128
keys-without-space | bad-zone | 1:1: "example.org,example.com" is not a zone: put a space after the comma
kubernetes-bad-endpoint | bad-value | 3:18: bad value "10.0.0.1:6443" in kubernetes endpoint, expected a URL with http:// or https://
kubernetes-bad-fallthrough | bad-zone | 4:21: "in-addr..arpa" is not a zone: a label is empty
kubernetes-bad-ignore | bad-value | 4:16: bad value "empty_services" in kubernetes ignore, expected "empty_service": did you mean "empty_service"?
kubernetes-bad-iporder | bad-value | 4:28: bad value "internl" in kubernetes iporder, expected one of internal, external: did you mean "internal"?
kubernetes-bad-label | bad-value | 4:42: bad value "tenant = customerB" in kubernetes label, expected pairs such as "environment" : "staging", "tenant" : "customerB"
kubernetes-bad-namespace | bad-value | 4:25: bad value "Billing" in kubernetes namespaces, expected the name of a namespace: letters in lower case, digits and "-", at most 63: did you mean "billing"?
kubernetes-bad-pods | bad-value | 4:14: bad value "verifed" in kubernetes pods, expected one of disabled, insecure, verified: did you mean "verified"?
kubernetes-bad-qps | bad-value | 3:23: bad value "-1" in kubernetes apiserver_qps, expected a number, 0 or more
kubernetes-bad-selector | bad-value | 4:16: bad value "environment in staging, qa" in kubernetes labels: a set stands in parentheses
kubernetes-bad-timeout | bad-value | 4:25: bad value "soon" in kubernetes startup_timeout, expected a duration such as 5s, 1m30s or 300ms, at most 24h
kubernetes-bad-zone | bad-zone | 2:16: "cluster..local" is not a zone: a label is empty
kubernetes-flag-with-argument | extra-argument | 4:28: unexpected "yes" in kubernetes endpoint_pod_names: endpoint_pod_names takes no argument
kubernetes-ignore-without-endpoints | conflict | 5:9: conflicting "ignore" in kubernetes: it excludes "noendpoints", as without endpoints every service would be empty
kubernetes-iporder-twice | bad-value | 4:37: bad value "external" in kubernetes iporder: it stands twice
kubernetes-iporder-without-class | missing-argument | 4:9: "iporder" lacks an argument, expected "internal", "external", or both in the order of answers
kubernetes-kubeconfig-and-endpoint | conflict | 3:9: conflicting "endpoint" in kubernetes: it excludes "kubeconfig", as a kubeconfig names the API server
kubernetes-kubeconfig-and-tls | conflict | 4:9: conflicting "tls" in kubernetes: it excludes "kubeconfig", as a kubeconfig names the certificates
kubernetes-label-and-labels | conflict | 5:9: conflicting "label" in kubernetes: it excludes "labels", as it is another spelling of it
kubernetes-label-bad-value | bad-value | 4:42: bad value "tenant : customer B" in kubernetes label, expected pairs such as "environment" : "staging", "tenant" : "customerB": "customer B" is no label value
kubernetes-label-ends-in-comma | bad-value | 4:35: bad value "," in kubernetes label, expected pairs such as "environment" : "staging", "tenant" : "customerB"
kubernetes-manifests-and-apiserver-burst | conflict | 4:9: conflicting "apiserver_burst" in kubernetes: it excludes "manifests", as objects come from files or from an API server
kubernetes-manifests-and-apiserver-max-inflight | conflict | 4:9: conflicting "apiserver_max_inflight" in kubernetes: it excludes "manifests", as objects come from files or from an API server
kubernetes-manifests-and-apiserver-qps | conflict | 4:9: conflicting "apiserver_qps" in kubernetes: it excludes "manifests", as objects come from files or from an API server
kubernetes-manifests-and-endpoint | conflict | 4:9: conflicting "endpoint" in kubernetes: it excludes "manifests", as objects come from files or from an API server
kubernetes-manifests-and-kubeconfig | conflict | 4:9: conflicting "kubeconfig" in kubernetes: it excludes "manifests", as objects come from files or from an API server
kubernetes-manifests-and-tls | conflict | 4:9: conflicting "tls" in kubernetes: it excludes "manifests", as objects come from files or from an API server
kubernetes-manifests-empty | bad-value | 3:19: bad value "" in kubernetes manifests, expected a file, a folder or a glob
kubernetes-manifests-missing | missing-argument | 3:9: "manifests" lacks an argument, expected a file, a folder or a glob
kubernetes-mistyped-option | unknown-directive | 4:9: unknown directive "pdos" in kubernetes: did you mean "pods"?
kubernetes-namespace-records-bad-kind | bad-value | 4:27: bad value "text" in kubernetes namespace_records, expected one of txt, dnssd: did you mean "txt"?
kubernetes-namespace-records-bad-limit | bad-value | 4:39: bad value "251" in kubernetes namespace_records, expected a whole number from 1 to 250
kubernetes-namespace-records-bad-word | bad-value | 4:31: bad value "50" in kubernetes namespace_records, expected "limit"
kubernetes-namespace-records-too-much | extra-argument | 4:39: unexpected "6" in kubernetes namespace_records: namespace_records takes at most 3 arguments
kubernetes-namespace-records-twice | conflict | 4:9: conflicting "namespace_records" in kubernetes: "txt" stands twice
kubernetes-namespace-records-without-kind | missing-argument | 4:9: "namespace_records" lacks an argument, expected one of txt, dnssd
kubernetes-namespace-records-without-namespace | conflict | 6:9: conflicting "namespace_records" in kubernetes: a template of "names" has no {namespace} that they could be records of
kubernetes-namespace-records-without-number | missing-argument | 4:31: "limit" lacks an argument, expected a whole number from 1 to 250
kubernetes-names-ambiguous | conflict | 4:48: conflicting "{service}.apps.{namespace}.{zone}" in kubernetes names: the names that it makes could also be of {service}.{namespace}.svc.{zone} at kubernetes-names-ambiguous.corefile:4:15
kubernetes-names-bad-label | bad-value | 4:37: bad value "my_svc" in kubernetes names: between the symbols stand labels: letters, digits and "-", at most 63
kubernetes-names-below-pod | bad-value | 4:37: bad value "pod" in kubernetes names: pod.{zone} is a fixed name of its own
kubernetes-names-empty-label | bad-value | 4:25: bad value "" in kubernetes names: between the symbols stand labels: letters, digits and "-", at most 63
kubernetes-names-half-symbol | bad-value | 4:25: bad value "{namespace" in kubernetes names: did you mean "{namespace}"?
kubernetes-names-same | conflict | 5:15: conflicting "{service}.{namespace}.{zone}" in kubernetes names: the names that it makes could also be of {service}.{namespace}.{zone} at kubernetes-names-same.corefile:4:15
kubernetes-names-service-not-first | bad-value | 4:17: bad value "{service}" in kubernetes names: it stands first: names of endpoints and ports lie below it
kubernetes-names-service-twice | bad-value | 4:25: bad value "{service}" in kubernetes names: it stands twice
kubernetes-names-too-long | bad-value | 4:15: bad value "{service}" in kubernetes names: a template has at most 200 characters
kubernetes-names-too-many | conflict | 4:533: conflicting "{service}.{namespace}.t16.{zone}" in kubernetes names: a stanza has at most 16 templates
kubernetes-names-unknown-symbol-inside | bad-value | 4:37: bad value "{port}" in kubernetes names: the symbols are {service}, {namespace}, {zone}
kubernetes-names-unknown-symbol | bad-value | 4:15: bad value "{servise}" in kubernetes names: did you mean "{service}"?
kubernetes-names-without-namespace-of-two | conflict | 5:15: conflicting "{service}.{zone}" in kubernetes names: without {namespace} it is not clear whose service is meant: name one namespace with "namespaces"
kubernetes-names-without-namespace | conflict | 4:15: conflicting "{service}.{zone}" in kubernetes names: without {namespace} it is not clear whose service is meant: name one namespace with "namespaces"
kubernetes-names-without-service | bad-value | 4:15: bad value "{namespace}" in kubernetes names: a template needs {service}
kubernetes-names-without-template | missing-argument | 4:9: "names" lacks an argument, expected labels such as {service}.{namespace}.svc.{zone}: {service} first, {zone} last, {namespace} and others between
kubernetes-names-without-zone | bad-value | 4:37: bad value "svc" in kubernetes names: a template ends with {zone}
kubernetes-multicluster-not-yet | not-yet | 4:9: zonecast does not do "multicluster" in kubernetes yet: CoreDNS knows it
kubernetes-namespaces-and-labels | conflict | 5:9: conflicting "namespace_labels" in kubernetes: it excludes "namespaces", as namespaces are listed or selected
kubernetes-namespaces-missing | missing-argument | 4:9: "namespaces" lacks an argument, expected the name of a namespace: letters in lower case, digits and "-", at most 63
kubernetes-only-reverse | bad-zone | 2:5: "96.10.in-addr.arpa. in-addr.arpa." is not a zone: at least one zone must not be a reverse zone
kubernetes-option-with-block | unexpected-block | 5:13: "ttl" takes no block
kubernetes-password-in-endpoint | bad-value | 3:18: bad value "https://***@10.0.0.1:6443" in kubernetes endpoint, expected a URL with http:// or https://: a Corefile holds no passwords: let a kubeconfig say who asks
kubernetes-pods-twice | duplicate-directive | 5:9: "pods" stands twice in kubernetes: it stands at kubernetes-pods-twice.corefile:4:9 too
kubernetes-selector-missing | missing-argument | 4:9: "labels" lacks an argument, expected a label selector
kubernetes-too-many-stanzas | too-large | 98:5: "kubernetes" is too large, expected at most 32 different stanzas of one cluster
kubernetes-ttl-missing | missing-argument | 4:9: "ttl" lacks an argument, expected a whole number from 0 to 3600
kubernetes-ttl-negative | bad-value | 4:13: bad value "-1" in kubernetes ttl, expected a whole number from 0 to 3600
kubernetes-ttl-too-long | bad-value | 4:13: bad value "3601" in kubernetes ttl, expected a whole number from 0 to 3600
kubernetes-ttl-two | extra-argument | 4:15: unexpected "6" in kubernetes ttl: ttl takes one argument
kubernetes-ttl-with-unit | bad-value | 4:13: bad value "5s" in kubernetes ttl, expected a whole number from 0 to 3600
kubernetes-wildcards-allow-nobody | missing-argument | 4:24: "allow" lacks an argument, expected an address or a prefix such as 10.0.0.0/8 or fd00::/8
kubernetes-wildcards-bad-client | bad-value | 4:41: bad value "10.0.0.0/33" in kubernetes wildcards, expected an address or a prefix such as 10.0.0.0/8 or fd00::/8
kubernetes-wildcards-bad-limit | bad-value | 4:30: bad value "0" in kubernetes wildcards, expected a whole number from 1 to 4000
kubernetes-wildcards-bad-scope | bad-value | 4:19: bad value "namespaces" in kubernetes wildcards, expected one of off, namespace, zone: did you mean "namespace"?
kubernetes-wildcards-missing | missing-argument | 4:9: "wildcards" lacks an argument, expected one of off, namespace, zone
kubernetes-wildcards-mistyped-word | bad-value | 4:24: bad value "serch" in kubernetes wildcards, expected one of search, limit, allow: did you mean "search"?
kubernetes-wildcards-word-twice | duplicate-directive | 4:31: "search" stands twice in kubernetes wildcards
kubernetes-wildcards-without-limit | missing-argument | 4:24: "limit" lacks an argument, expected a whole number from 1 to 4000
kubernetes-zonal-not-yet | not-yet | 4:9: zonecast does not do "zonal" in kubernetes yet: CoreDNS knows it
line-continuation | line-continuation | 2:20: "\" does not continue a line: put all arguments on one line
loadbalance-mistyped | bad-value | 2:17: bad value "round_robbin" in loadbalance, expected one of round_robin, off: did you mean "round_robin"?
loadbalance-prefer-not-yet | not-yet | 3:9: zonecast does not do "prefer" in loadbalance yet: CoreDNS knows it
loadbalance-weighted-not-yet | not-yet | 2:17: zonecast does not do "weighted" in loadbalance yet, expected one of round_robin, off: CoreDNS knows it
log-bad-class | bad-value | 3:15: bad value "denail" in log class, expected one of all, success, denial, error: did you mean "denial"?
log-bad-zone | bad-zone | 2:9: "exa..mple" is not a zone: a label is empty
log-class-without-name | missing-argument | 3:9: "class" lacks an argument, expected one of all, success, denial, error
log-format-without-zone | bad-value | 2:9: bad value "{combined}" in log, expected a zone before the format, such as "."
log-metadata-not-yet | not-yet | 2:11: zonecast does not do "{/geoip/city}" in log yet: CoreDNS takes labels of its metadata plugin
mistyped-directive | unknown-directive | 2:5: unknown directive "whoam": did you mean "whoami"?
mistyped-directive-not-yet | unknown-directive | 3:5: unknown directive "forwad": did you mean "forward"?
multisocket-none | bad-value | 2:17: bad value "0" in multisocket, expected a whole number from 1 to 1024
multisocket-not-a-number | bad-value | 2:17: bad value "two" in multisocket, expected a whole number from 1 to 1024
multisocket-too-many | bad-value | 2:17: bad value "1025" in multisocket, expected a whole number from 1 to 1024
option-as-directive | unknown-directive | 3:5: unknown directive "pods": it is an option of kubernetes
options-not-closed | missing-brace | 1:13: "{" is never closed, expected a "}" on a line of its own
overlapping-prefixes | duplicate-zone | 4:1: "dns://100.10.in-addr.arpa.:53" is claimed twice: overlapping-prefixes.corefile:1:1 claims it too
port-missing | bad-port | 1:1: "" is not a port, expected a number from 0 to 65535
port-not-a-number | bad-port | 1:1: "dns" is not a port, expected a number from 0 to 65535
port-out-of-range | bad-port | 1:1: "65536" is not a port, expected a number from 0 to 65535
prefix-too-long | bad-zone | 1:1: "10.96.0.0/33" is not a zone: a prefix length is 0 to 32
prometheus-and-health-on-a-port | listener-conflict | 3:5: "health :9153" is taken: prometheus-and-health-on-a-port.corefile:4:5 listens on prometheus :9153
prometheus-bad-address | bad-value | 3:16: bad value "9153" in prometheus, expected [HOST]:PORT, such as :8080, 127.0.0.1:8080 or [::1]:8080
prometheus-runtime-metrics-not-yet | not-yet | 4:9: zonecast does not do "runtime_metrics" in prometheus yet: CoreDNS knows it
quic-not-yet | not-yet | 1:13: zonecast does not do "quic://" in the key "quic://example.com" yet: CoreDNS knows it
ready-and-health-on-a-port | listener-conflict | 2:5: "health :8080" is taken: ready-and-health-on-a-port.corefile:3:5 listens on ready 127.0.0.1:8080
ready-bad-address | bad-value | 2:11: bad value "8181" in ready, expected [HOST]:PORT, such as :8080, 127.0.0.1:8080 or [::1]:8080
ready-bad-monitor | bad-value | 3:17: bad value "once" in ready monitor, expected one of until-ready, continuously
ready-duplicate-option | duplicate-directive | 4:9: "monitor" stands twice in ready: it stands at ready-duplicate-option.corefile:3:9 too
ready-two-monitors | listener-conflict | 7:5: "ready :8181" is taken: ready-two-monitors.corefile:3:5 shares it and monitors until-ready
same-key-twice | duplicate-zone | 1:13: "dns://example.org.:53" is claimed twice: same-key-twice.corefile:1:1 claims it too
same-zone-bound-and-unbound | duplicate-zone | 5:1: "dns://example.org.:53" is claimed twice: same-zone-bound-and-unbound.corefile:1:1 claims it too
same-zone-same-address | duplicate-zone | 5:1: "dns://example.org.:53 on ::1" is claimed twice: same-zone-same-address.corefile:1:1 claims it too
same-zone-twice | duplicate-zone | 4:1: "dns://example.org.:53" is claimed twice: same-zone-twice.corefile:1:1 claims it too
same-zone-unbound-and-bound | duplicate-zone | 4:1: "dns://example.org.:53 on ::1" is claimed twice: same-zone-unbound-and-bound.corefile:1:1 claims it too
scheme-not-yet | not-yet | 1:1: zonecast does not do "grpc://" in the key "grpc://example.org" yet: CoreDNS knows it
snippet-below-its-use | unreadable | 2:12: cannot read "logs": define the snippet (logs) above its first use
snippet-imports-itself | import-cycle | 3:12: "(logs)" imports itself: (logs) imports (logs)
snippet-without-brace | bad-zone | 1:1: "(logs)" is not a zone: a snippet is written "(name) {"
tls-acme-not-yet | not-yet | 2:5: zonecast does not do "tls without CERT and KEY" yet: CoreDNS obtains certificates by ACME; name CERT and KEY
tls-client-auth-mistyped | bad-value | 3:21: bad value "requist" in tls client_auth, expected one of nocert, request, require_and_verify: did you mean "request"?
tls-client-auth-not-yet | not-yet | 3:21: zonecast does not do "require" in tls client_auth yet, expected one of nocert, request, require_and_verify: CoreDNS knows it
tls-keylog-not-yet | not-yet | 3:9: zonecast does not do "keylog" in tls yet: CoreDNS knows it
tls-missing | missing-directive | 1:1: "tls://example.org." is incomplete: tls:// needs a certificate: add "tls CERT KEY"
tls-verify-without-ca | missing-directive | 2:5: "tls" is incomplete: client_auth require_and_verify checks client certificates against CA: name it after KEY
tls-with-too-much | extra-argument | 2:33: unexpected "more.pem" in tls: tls takes at most 3 arguments
tls-without-key | missing-argument | 2:5: "tls" lacks an argument, expected a file with its key (PEM)
too-many-zones | too-large | 1:850: "the list of zones" is too large, expected at most 10000 in a Corefile
two-certificates | listener-conflict | 5:1: "tls :853" is taken: two-certificates.corefile:1:1 shares it with another tls directive, or none
two-healths | listener-conflict | 6:5: "health :8080" is taken: two-healths.corefile:2:5 listens on health :8080
two-lines-of-keys | unknown-directive | 2:1: unknown directive "example.com", expected a directive, or a comma or "{" after the keys
two-schemes-on-a-port | listener-conflict | 1:17: "tls :853" is taken: two-schemes-on-a-port.corefile:1:1 listens on dns :853
two-stanzas | duplicate-directive | 5:5: "kubernetes" stands twice in a server block: it stands at two-stanzas.corefile:2:5 too
unknown-directive | unknown-directive | 3:5: unknown directive "frobnicate"
unknown-scheme | unknown-scheme | 1:1: unknown scheme "http://", expected dns://, tls:// or https://: did you mean "https"?
unset-percent-variable | unset-variable | 2:10: the environment variable "ADDRESS" is not set: set it, or write {${'$'}ADDRESS:default} or {${'$'}ADDRESS:} for an empty one
unset-variable | unset-variable | 2:10: the environment variable "ADDRESS" is not set: set it, or write {${'$'}ADDRESS:default} or {${'$'}ADDRESS:} for an empty one
unterminated-quote | unterminated-quote | 3:11: the quote that begins here is never closed
variable-not-closed | bad-variable | 2:10: broken variable in "{${'$'}ADDRESS", expected {${'$'}NAME}, {${'$'}NAME:default} or {%NAME%}
variable-without-name | bad-variable | 2:10: broken variable in "{${'$'}}", expected {${'$'}NAME}, {${'$'}NAME:default} or {%NAME%}
whoami-with-argument | extra-argument | 2:12: unexpected "please" in whoami: whoami takes no argument
whoami-with-block | unexpected-block | 3:9: "whoami" takes no block
words-after-brace | extra-argument | 4:7: unexpected ":8080", expected the end of the line after "}"
zone-missing | bad-zone | 1:1: ":53" is not a zone: write "." for all names, as in ".:53"
zone-too-long | bad-zone | 1:1: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaa..." is not a zone: a name has at most 253 characters
zone-with-empty-label | bad-zone | 1:1: "example..org" is not a zone: a label is empty
zone-with-foreign-letters | bad-zone | 1:1: "bücher.example" is not a zone: labels are of letters, digits, "-" and "_" (international ones in their xn-- form)
zone-with-long-label | bad-zone | 1:1: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.org" is not a zone: a label has at most 63 characters
`
  .trim()
  .split('\n')
  .map((row) => row.split(' | '))

function faultsOf(file: string): readonly Fault[] {
  const source = { read: (path: string) => disk.read(new URL(path, folder).pathname), glob: () => [] }
  const selectorProblem = (selector: string) =>
    selector.includes('in staging') ? 'a set stands in parentheses' : undefined
  try {
    parseCorefile(readFileSync(new URL(file, folder), 'utf8'), { file, source, selectorProblem })
    return []
  } catch (error) {
    if (error instanceof CorefileError) return error.faults
    throw error
  }
}

describe('one fault in a Corefile', () => {
  test.each(rows)('%s: %s', (fixture, code, message = '') => {
    const file = `${fixture}.corefile`
    const faults = faultsOf(file)
    expect(faults.map((fault) => fault.message)).toEqual([/^\d/.test(message) ? `${file}:${message}` : message])
    const [, line, column] = /(\d+):(\d+): /.exec(message) ?? []
    expect(faults[0]).toMatchObject({ code, position: { line: Number(line), column: Number(column) } })
  })

  test('every fixture has its row', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.corefile'))
    expect(files.sort()).toEqual(rows.map(([fixture]) => `${fixture}.corefile`).sort())
  })

  test('every code occurs', () => {
    expect(new Set(rows.map(([, code]) => code))).toEqual(new Set(Object.keys(codes)))
  })
})
