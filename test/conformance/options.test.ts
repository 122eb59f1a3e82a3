/** ANSWERS, "`kubernetes` options" and "Objects written by hand". */
import { checkRows, corefile } from './rows.ts'

checkRows('ttl 300', corefile('ttl 300'), [
  { ask: 'web.shop.svc A', is: ['web.shop.svc 300 A 10.96.0.10'], why: 'of every record' },
  { ask: 'dns-version TXT', is: ['dns-version 28800 TXT "1.1.0"'], why: 'but this' },
])

checkRows('ttl 3600', corefile('ttl 3600'), [
  {
    ask: '@ SOA',
    is: ['@ 300 SOA ns.dns.cluster.local. hostmaster.cluster.local. 0 7200 1800 86400 3600'],
    why: 'min(ttl, 300), minimum is ttl',
  },
])

checkRows('ttl 0', corefile('ttl 0'), [
  { ask: 'web.shop.svc A', is: ['web.shop.svc 0 A 10.96.0.10'], why: 'not cached' },
])

checkRows('namespaces shop', corefile('namespaces shop\npods insecure'), [
  { ask: 'web.shop.svc A', is: ['A 10.96.0.10'], why: 'exposed' },
  { ask: 'db.data.svc A', is: 'NXDOMAIN', why: 'not exposed' },
  { ask: 'data.svc A', is: 'NXDOMAIN', why: 'not exposed' },
  { ask: '1-2-3-4.data.pod A', is: 'NXDOMAIN', why: 'not exposed' },
  { ask: '2.1.244.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'not exposed: no PTR' },
  { ask: '12.0.244.10.in-addr.arpa. PTR', is: ['PTR named.web.shop.svc'], why: 'exposed' },
])

checkRows('namespace_labels', corefile('namespace_labels team=back'), [
  { ask: 'db-1.db.data.svc A', is: ['A 10.244.1.2'], why: 'selected' },
  { ask: 'web.shop.svc A', is: 'NXDOMAIN', why: 'not selected' },
  { ask: 'empty.svc A', is: 'NXDOMAIN', why: 'without labels' },
  { ask: '11.0.96.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'not selected: no PTR' },
])

checkRows('labels', corefile('labels app in (web, db)'), [
  { ask: 'web.shop.svc A', is: ['A 10.96.0.10'], why: 'selected' },
  { ask: 'named.web.shop.svc A', is: ['A 10.244.0.12'], why: 'its slice is selected too' },
  { ask: 'db.data.svc A', is: ['A 10.244.1.1', 'A 10.244.1.2'], why: 'selected' },
  { ask: 'dual.shop.svc A', is: 'NXDOMAIN', why: 'not selected' },
  { ask: 'bare.data.svc A', is: 'NXDOMAIN', why: 'neither it nor its slices are selected' },
  { ask: 'shop.svc A', is: 'NODATA', why: 'namespaces are not looked at' },
])

checkRows('endpoint_pod_names', corefile('endpoint_pod_names'), [
  { ask: 'web-7d9f.web.shop.svc A', is: ['A 10.244.0.10'], why: 'the name of the pod' },
  { ask: '10-244-0-10.web.shop.svc A', is: 'NXDOMAIN', why: 'exactly one name' },
  { ask: 'named.web.shop.svc A', is: ['A 10.244.0.12'], why: 'a hostname goes before' },
  { ask: 'fd00-244--2.bare.data.svc AAAA', is: ['AAAA fd00:244::2'], why: 'no pod: the address' },
  { ask: '10.0.244.10.in-addr.arpa. PTR', is: ['PTR web-7d9f.web.shop.svc'], why: 'PTR too' },
])

checkRows('noendpoints', corefile('noendpoints'), [
  { ask: 'web.shop.svc A', is: ['A 10.96.0.10'], why: 'a ClusterIP' },
  { ask: 'db.data.svc A', is: 'NXDOMAIN', why: 'headless' },
  { ask: 'db-0.db.data.svc A', is: 'NXDOMAIN', why: 'an endpoint' },
  { ask: 'named.web.shop.svc A', is: 'NXDOMAIN', why: 'an endpoint' },
  { ask: '11.0.96.10.in-addr.arpa. PTR', is: ['PTR dual.shop.svc'], why: 'a ClusterIP' },
])

checkRows('ignore empty_service', corefile('ignore empty_service'), [
  { ask: 'web.shop.svc A', is: ['A 10.96.0.10'], why: 'it has endpoints' },
  { ask: 'lb.shop.svc A', is: 'NXDOMAIN', why: 'it has none' },
  { ask: '_http._tcp.lb.shop.svc SRV', is: 'NXDOMAIN', why: 'it has none' },
  { ask: '15.0.96.10.in-addr.arpa. PTR', is: ['PTR lb.shop.svc'], why: 'the PTR record stays' },
])

const HAND = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: 10.96.1.1, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: data }
spec: { clusterIP: None }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, namespace: data, labels: { kubernetes.io/service-name: db } }
ports: [{ port: 5432 }]
endpoints: [{ addresses: ["fd00::1"] }]
---
apiVersion: v1
kind: Service
metadata: { name: old, namespace: data }
spec: { clusterIP: None }
---
apiVersion: v1
kind: Endpoints
metadata: { name: old, namespace: data }
subsets: [{ addresses: [{ ip: 10.0.0.1, hostname: one }], ports: [{ name: x, port: 1 }] }]
---
apiVersion: v1
kind: Endpoints
metadata: { name: db, namespace: data }
subsets: [{ addresses: [{ ip: 10.0.0.2 }] }]
`

checkRows(
  'objects written by hand',
  corefile(),
  [
    {
      ask: 'web.default.svc A',
      is: ['A 10.96.1.1'],
      why: 'namespace default, type ClusterIP, clusterIPs from clusterIP',
    },
    { ask: '_http._tcp.web.default.svc SRV', is: ['SRV 0 100 80 web.default.svc'], why: 'protocol TCP' },
    { ask: 'data.svc A', is: 'NODATA', why: 'no Namespace object: all that objects name exist' },
    { ask: 'db.data.svc AAAA', is: ['AAAA fd00::1'], why: 'addressType from the addresses' },
    { ask: 'db.data.svc A', is: 'NODATA', why: 'Endpoints do not count beside slices' },
    { ask: 'old.data.svc A', is: ['A 10.0.0.1'], why: 'Endpoints count where there are no slices' },
    { ask: '_x._tcp.old.data.svc SRV', is: ['SRV 0 100 1 one.old.data.svc'], why: 'with their ports' },
  ],
  HAND,
)
