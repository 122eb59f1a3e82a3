/** `namespace_records`: TXT records of namespaces, and the meta-query of RFC 6763 section 9. */
import { checkRows, corefile } from './rows.ts'

const CLUSTER = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, annotations: { zonecast.dev/name: c1.web } }
spec: { clusterIP: 10.96.0.1, ports: [{ name: http, port: 80 }, { name: dns, port: 53, protocol: UDP }, { port: 9 }] }
---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: shop, annotations: { zonecast.dev/name: v2.api, zonecast.dev/name-mode: replace } }
spec: { clusterIP: 10.96.0.2, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: None }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, namespace: shop, labels: { kubernetes.io/service-name: db } }
ports: [{ name: sql, port: 5432 }]
endpoints: [{ addresses: [10.244.0.1] }]
---
apiVersion: v1
kind: Service
metadata: { name: idle, namespace: shop }
spec: { clusterIP: None }
---
apiVersion: v1
kind: Service
metadata: { name: out, namespace: shop }
spec: { type: ExternalName, externalName: example.org }
---
apiVersion: v1
kind: Service
metadata: { name: idle, namespace: empty }
spec: { clusterIP: None, ports: [{ name: http, port: 80 }] }
`

checkRows(
  'namespace_records',
  corefile('namespace_records txt\nnamespace_records dnssd\nttl 30'),
  [
    {
      ask: 'shop.svc TXT',
      is: ['shop.svc 30 TXT "db" "out" "v2.api" "web"'],
      why: 'one string for each service that has a name, the one that PTR records lead to',
    },
    { ask: 'shop.svc A', is: 'NODATA', why: 'a namespace still has no address' },
    { ask: 'empty.svc TXT', is: 'NODATA', why: 'a namespace without services that have names' },
    { ask: 'nope.svc TXT', is: 'NXDOMAIN', why: 'no namespace' },
    {
      ask: '_services._dns-sd._udp.shop.svc PTR',
      is: ['_http._tcp', '_dns._udp', '_sql._tcp'].map(
        (type) => `_services._dns-sd._udp.shop.svc 30 PTR ${type}.shop.svc`,
      ),
      why: 'one for each type of port, of ClusterIPs and endpoints',
    },
    { ask: '_services._dns-sd._udp.shop.svc A', is: 'NODATA', why: 'no data of this type' },
    { ask: '_dns-sd._udp.shop.svc PTR', is: 'NODATA', why: 'above it' },
    { ask: '_udp.shop.svc PTR', is: 'NODATA', why: 'above that' },
    { ask: '_services._dns-sd._udp.empty.svc PTR', is: 'NXDOMAIN', why: 'no ports' },
    { ask: '_tcp.shop.svc PTR', is: 'NXDOMAIN', why: 'nothing lies there' },
    { ask: 'web.shop.svc A', is: ['web.shop.svc 30 A 10.96.0.1'], why: 'services as ever' },
  ],
  CLUSTER,
)

checkRows(
  'namespace_records with limits, by the first template',
  corefile(
    'names {service}.{namespace}.{zone} {service}.{namespace}.svc.{zone}\nnamespace_records txt limit 2\nnamespace_records dnssd limit 1',
  ),
  [
    { ask: 'shop TXT', is: ['TXT "db" "out"'], why: 'the first two' },
    { ask: 'shop.svc TXT', is: 'NODATA', why: 'not by the other template' },
    { ask: '_services._dns-sd._udp.shop PTR', is: ['PTR _dns._udp.shop'], why: 'the first one' },
    { ask: '_udp.shop A', is: 'NODATA', why: 'above it' },
  ],
  CLUSTER,
)

checkRows(
  'namespace_records where the name of a namespace is another',
  corefile('names {service}.{namespace}.svc.{zone} {service}.{namespace}.{zone}\nnamespace_records txt'),
  [
    { ask: 'shop.svc A', is: ['A 10.96.0.9'], why: 'the service shop of the namespace svc goes before' },
    { ask: 'shop.svc TXT', is: 'NODATA', why: 'so it does for TXT' },
    { ask: 'dns-version.svc TXT', is: ['TXT "one"'], why: 'this one is no fixed name' },
    { ask: 'dns-version TXT', is: ['dns-version 28800 TXT "1.1.0"'], why: 'and this one is' },
  ],
  namesakes(),
)

checkRows(
  'namespace_records of namespaces that are called as a fixed name is',
  corefile('names {service}.{namespace}.{zone}\nnamespace_records txt\nnamespace_records dnssd'),
  [
    { ask: 'dns-version TXT', is: ['dns-version 28800 TXT "1.1.0"'], why: 'the fixed one goes before' },
    { ask: '_services._dns-sd._udp.dns-version PTR', is: ['PTR _http._tcp.dns-version'], why: 'below it is room' },
    { ask: 'one.dns-version A', is: ['A 10.96.0.10'], why: 'for services too' },
    { ask: 'pod TXT', is: ['TXT "two"'], why: "it exists without data, which is in nobody's way" },
    { ask: 'pod A', is: 'NODATA', why: 'and has no other' },
  ],
  namesakes(),
)

checkRows('without namespace_records', corefile(), [
  { ask: 'shop.svc TXT', is: 'NODATA', why: 'they are opt-in' },
  { ask: '_services._dns-sd._udp.shop.svc PTR', is: 'NXDOMAIN', why: 'so are these' },
])

function namesakes(): string {
  const services = ['svc/shop', 'dns-version/one', 'pod/two'].map((key, at) => {
    const [namespace, name] = key.split('/')
    return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { clusterIP: 10.96.0.${9 + at}, ports: [{ name: http, port: 80 }] }
`
  })
  return [CLUSTER, ...services].join('')
}
