/** `names`: how names of services are made, and which of several things that have one name is answered. */
import { checkRows, corefile } from './rows.ts'

const SHORT = '{service}.{namespace}.{zone}'
const SPECIFIED = '{service}.{namespace}.svc.{zone}'

checkRows('the mapping of 2016', corefile(`names ${SHORT}`), [
  { ask: 'web.shop A', is: ['A 10.96.0.10'], why: 'a service' },
  { ask: 'web.shop.svc A', is: 'NXDOMAIN', why: 'the specified name is not there' },
  { ask: 'shop A', is: 'NODATA', why: 'a namespace' },
  { ask: 'svc A', is: 'NXDOMAIN', why: 'nothing lies below it' },
  { ask: 'nope A', is: 'NXDOMAIN', why: 'no namespace' },
  { ask: 'dns-version TXT', is: ['dns-version 28800 TXT "1.1.0"'], why: 'fixed names stay' },
  { ask: 'pod A', is: 'NODATA', why: 'so do those of pods' },
  { ask: 'named.web.shop A', is: ['A 10.244.0.12'], why: 'an endpoint' },
  {
    ask: '_http._tcp.web.shop SRV',
    is: ['SRV 0 100 80 web.shop'],
    also: ['web.shop 5 A 10.96.0.10'],
    why: 'SRV targets follow the template',
  },
  { ask: '_tcp.web.shop A', is: 'NODATA', why: 'above ports' },
  { ask: 'db-0.db.data A', is: ['A 10.244.1.1'], why: 'an endpoint of a headless service' },
  { ask: 'out.shop A', is: ['CNAME example.org.'], why: 'ExternalName' },
  { ask: '10.0.96.10.in-addr.arpa. PTR', is: ['PTR web.shop'], why: 'so do PTR targets' },
  { ask: '1.1.244.10.in-addr.arpa. PTR', is: ['PTR db-0.db.data', 'PTR other.shared.data'], why: 'of endpoints too' },
])

checkRows('two templates', corefile(`names ${SHORT} ${SPECIFIED}\npods insecure`), [
  { ask: 'web.shop A', is: ['A 10.96.0.10'], why: 'by the first' },
  { ask: 'web.shop.svc A', is: ['A 10.96.0.10'], why: 'by the second' },
  { ask: 'named.web.shop.svc A', is: ['A 10.244.0.12'], why: 'endpoints by the second' },
  { ask: '_http._tcp.web.shop.svc SRV', is: ['SRV 0 100 80 web.shop'], why: 'the first names targets' },
  { ask: '10.0.96.10.in-addr.arpa. PTR', is: ['PTR web.shop'], why: 'the first names targets' },
  { ask: 'svc A', is: 'NODATA', why: 'above the second' },
  { ask: '1-2-3-4.shop.pod A', is: ['A 1.2.3.4'], why: 'pods stay where they are' },
])

checkRows('static labels', corefile(`names {service}.apps.{namespace}.Corp.{zone}`), [
  { ask: 'web.apps.shop.corp A', is: ['A 10.96.0.10'], why: 'a service' },
  { ask: 'apps.shop.corp A', is: 'NODATA', why: 'between service and namespace' },
  { ask: 'shop.corp A', is: 'NODATA', why: 'a namespace' },
  { ask: 'corp A', is: 'NODATA', why: 'above namespaces' },
  { ask: 'apps.nope.corp A', is: 'NXDOMAIN', why: 'no namespace' },
  { ask: 'web.shop.corp A', is: 'NXDOMAIN', why: 'a label is missing' },
  {
    ask: '1.1.244.10.in-addr.arpa. PTR',
    is: ['PTR db-0.db.apps.data.corp', 'PTR other.shared.apps.data.corp'],
    why: 'PTR targets',
  },
])

checkRows('a template without namespace', corefile(`namespaces shop\nnames {service}.{zone} {service}.svc.{zone}`), [
  { ask: 'web A', is: ['A 10.96.0.10'], why: 'a service of the one namespace' },
  { ask: 'web.svc A', is: ['A 10.96.0.10'], why: 'by the second' },
  { ask: 'svc A', is: 'NODATA', why: 'above services' },
  { ask: 'named.web A', is: ['A 10.244.0.12'], why: 'an endpoint' },
  { ask: '_http._tcp.web SRV', is: ['SRV 0 100 80 web'], why: 'a target' },
  { ask: '10.0.96.10.in-addr.arpa. PTR', is: ['PTR web'], why: 'a PTR target' },
  { ask: 'shop A', is: 'NXDOMAIN', why: 'the namespace is no label' },
])

const COLLIDING = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: svc }
spec: { clusterIP: 10.96.1.1, ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, namespace: svc, labels: { kubernetes.io/service-name: web } }
ports: [{ name: http, port: 80 }]
endpoints: [{ addresses: [10.244.1.1], hostname: c1 }, { addresses: [10.244.1.2], hostname: c2 }]
---
apiVersion: v1
kind: Service
metadata: { name: c1, namespace: web }
spec: { clusterIP: 10.96.1.2 }
---
apiVersion: v1
kind: Service
metadata: { name: dns-version, namespace: web }
spec: { clusterIP: 10.96.1.3 }
---
apiVersion: v1
kind: Service
metadata: { name: ns, namespace: dns }
spec: { clusterIP: 10.96.1.4 }
`

for (const names of [`${SHORT} ${SPECIFIED}`, `${SPECIFIED} ${SHORT}`]) {
  checkRows(
    `what goes before what: ${names}`,
    corefile(`names ${names}`, 'cluster.local'),
    [
      { ask: 'web.svc A', is: ['A 10.96.1.1'], why: 'a service, and a namespace above another' },
      { ask: 'c1.web.svc A', is: ['A 10.96.1.2'], why: 'a service goes before an endpoint' },
      { ask: 'c2.web.svc A', is: ['A 10.244.1.2'], why: 'an endpoint' },
      { ask: 'dns-version.web.svc A', is: ['A 10.96.1.3'], why: 'not the fixed name' },
      { ask: '_http._tcp.web.svc A', is: ['A 10.96.1.1'], why: 'a port' },
      { ask: 'ns.dns A', is: ['A 192.0.2.53'], why: 'a fixed name goes before a service' },
      { ask: 'ns.dns.svc A', is: ['A 10.96.1.4'], why: 'the service by the other template' },
    ],
    COLLIDING,
  )
}
