import { expect, test } from 'vitest'
import { describe } from './describe.ts'
import { parseCorefile } from './parse.ts'

const lines = (text: string) => describe(parseCorefile(text))

test('a cluster and what lies around it', () => {
  const text = `cluster.local 10.96.0.0/16 tls://cluster.local https://cluster.local:8443 {
    bind 127.0.0.1 eth0 {
        except ::1
    }
    tls cert.pem key.pem
    multisocket 2
    errors {
        consolidate 5m timeout
    }
    log example.org {remote}{name} {
        class denial
    }
    ready
    health :8080 {
        lameduck 5s
    }
    loadbalance off
    kubernetes {
        manifests cluster/*.yaml
        namespaces shop billing
        labels app=web
        pods insecure
        endpoint_pod_names
        ignore empty_service
        fallthrough
    }
    whoami
}
`
  expect(lines(text)).toEqual([
    'Corefile: 1 server block',
    'server block at Corefile:1:1',
    '  UDP and TCP, port 53: cluster.local. 96.10.in-addr.arpa.',
    '  TLS with cert.pem, port 853: cluster.local.',
    '  HTTPS with cert.pem, port 8443: cluster.local.',
    '  addresses: 127.0.0.1 those of eth0 except ::1',
    '  UDP sockets for each address: 2',
    '  kubernetes: cluster.local. from cluster/*.yaml',
    '    namespaces shop billing, objects with app=web, pods insecure, ttl 5 s, endpoints named for their pods, services without endpoints do not exist, waits 5s for the objects at start',
    '    PTR records in 96.10.in-addr.arpa.',
    '    names that do not exist fall through in all zones',
    "  whoami: what falls through gets the client's address",
    '  addresses keep their order',
    '  logs questions in example.org. with denial answers: {remote}{name}',
    '  logs errors, /timeout/ every 5m',
    '  readiness: http :8181/ready, until-ready',
    '  health: http :8080/health, goes on for 5s after SIGTERM',
    '  not served: names outside of these zones (REFUSED)',
  ])
})

test('wildcards', () => {
  const line = (words: string) =>
    lines(`a {\n kubernetes {\n manifests a\n wildcards ${words}\n }\n}`).filter((each) => each.includes('wildcards'))
  expect(line('off')).toEqual([])
  expect(line('namespace')).toEqual(['    wildcards in one namespace at a time, at most 100 records'])
  expect(line('zone search limit 1 allow 10.0.0.0/8 ::1')).toEqual([
    '    wildcards in the whole zone, search for names that nothing has, at most 1 record, for clients in 10.0.0.0/8 ::1/128',
  ])
})

test('what is not served', () => {
  const text = '. https://example:0 {\n kubernetes a {\n  manifests a\n  noendpoints\n  fallthrough b\n }\n}\nb:54 {\n}'
  expect(lines(text)).toEqual([
    'Corefile: 2 server blocks',
    'server block at Corefile:1:1',
    '  UDP and TCP, port 53: .',
    '  plain HTTP, for a proxy that ends TLS, port that is free: example.',
    '  kubernetes: a. from a',
    '    all namespaces, pods disabled, ttl 5 s, waits 5s for the objects at start',
    '    names that do not exist fall through in b.',
    '  addresses rotate',
    '  not served: PTR records: no reverse zone is named',
    '  not served: names of pods: pods disabled',
    '  not served: endpoints and headless services: noendpoints',
    '  not served: what falls through: nothing follows',
    'server block at Corefile:8:1',
    '  UDP and TCP, port 54: b.',
    '  addresses rotate',
    '  not served: names outside of these zones (REFUSED)',
    '  not served: anything: neither kubernetes nor whoami is there',
  ])
})

test('clusters, feeds and metrics', () => {
  const text = `a {
    kubernetes {
        endpoint https://10.0.0.1
        apiserver_qps 5
    }
    feed rediss://b rediss://a:7 {
        name eu
        cluster
        cache /var/a
        max_staleness 1h servfail
        eviction warn
        user env REDIS_USER
        password file secret
    }
    prometheus
}
b {
    kubernetes
    feed redis://[::1] {
        sentinel main
        max_staleness 90s serve
        admin off
    }
}
`
  expect(lines(text).filter((line) => / (from|feed|changes|metrics)/.test(line))).toEqual([
    '  kubernetes: a. from https://10.0.0.1 qps=5',
    '  feed for sync and respond: eu at rediss://a:7 b:6379, cluster',
    '    changes gathered for at most 100ms, 2 bases kept, cache /var/a, SERVFAIL when older than 1h, only a warning when Redis may evict, jobs shown at http 127.0.0.1:9154',
    '  metrics: http :9153/metrics',
    '  kubernetes: b. from in-cluster',
    '  feed for sync and respond: default at [::1]:26379, sentinel main',
    '    changes gathered for at most 100ms, 2 bases kept, stale after 90s, which is logged, jobs are not shown',
  ])
})

test('many zones are not all listed', () => {
  expect(lines('10.0.0.0/12 {\n whoami\n}')[2]).toBe(
    '  UDP and TCP, port 53: 0.10.in-addr.arpa. 1.10.in-addr.arpa. 2.10.in-addr.arpa. 3.10.in-addr.arpa. 4.10.in-addr.arpa. and 11 more to 15.10.in-addr.arpa.',
  )
})
