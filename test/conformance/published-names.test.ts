/** Names that annotations ask for, flattened names, and wildcard owners (RFC 4592). */
import { checkRows, corefile } from './rows.ts'

const CLUSTER = `
apiVersion: v1
kind: Service
metadata:
  name: one
  namespace: demo
  annotations: { zonecast.dev/name: "c1.nginx, www" }
spec: { clusterIP: 10.96.0.1, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata:
  name: two
  namespace: demo
  annotations: { zonecast.dev/name: "c2.nginx,c2-too", zonecast.dev/name-mode: replace }
spec: { clusterIP: 10.96.0.2, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata:
  name: db
  namespace: demo
  annotations: { zonecast.dev/name: "a.sql" }
spec: { clusterIP: None }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, namespace: demo, labels: { kubernetes.io/service-name: db } }
ports: [{ name: sql, port: 5432 }]
endpoints: [{ addresses: [10.244.0.1], hostname: db-0 }]
---
apiVersion: v1
kind: Service
metadata:
  name: out
  namespace: demo
  annotations: { zonecast.dev/name: "a.out" }
spec: { type: ExternalName, externalName: one.demo.svc.cluster.local }
---
apiVersion: v1
kind: Service
metadata: { name: My_Api, namespace: demo }
spec: { clusterIP: 10.96.0.3, ports: [{ name: Web_UI, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: api-1, namespace: demo, labels: { kubernetes.io/service-name: My_Api } }
ports: [{ name: Web_UI, port: 8080 }]
endpoints: [{ addresses: [10.244.0.2] }]
---
apiVersion: v1
kind: Service
metadata:
  name: platform
  namespace: demo
  annotations: { zonecast.dev/name: "*.apps, special.apps" }
spec: { clusterIPs: [10.96.0.4, "fd00:96::4"], ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata:
  name: pages
  namespace: demo
  annotations: { zonecast.dev/name: "*.pages" }
spec: { type: ExternalName, externalName: example.org }
---
apiVersion: v1
kind: Service
metadata:
  name: taken
  namespace: demo
  annotations: { zonecast.dev/name: "db-0.db, sql.tcp.db, one" }
spec: { clusterIP: 10.96.0.5 }
`

checkRows(
  'names that annotations ask for',
  corefile(),
  [
    { ask: 'one.demo.svc A', is: ['A 10.96.0.1'], why: 'its own' },
    { ask: 'c1.nginx.demo.svc A', is: ['A 10.96.0.1'], why: 'a dotted one beside it' },
    { ask: 'www.demo.svc A', is: ['A 10.96.0.1'], why: 'one of a single label' },
    { ask: 'nginx.demo.svc A', is: 'NODATA', why: 'above dotted names' },
    { ask: 'c3.nginx.demo.svc A', is: 'NXDOMAIN', why: 'nobody asks for it' },
    { ask: 'c1.nginx.demo.svc TXT', is: 'NODATA', why: 'no data of this type' },
    {
      ask: '_http._tcp.c1.nginx.demo.svc SRV',
      is: ['SRV 0 100 80 one.demo.svc'],
      also: ['one.demo.svc 5 A 10.96.0.1'],
      why: 'SRV records lead to its own name',
    },
    { ask: '_tcp.c1.nginx.demo.svc A', is: 'NODATA', why: 'above its ports' },
    { ask: '1.0.96.10.in-addr.arpa. PTR', is: ['PTR one.demo.svc'], why: 'so do PTR records' },
    { ask: 'two.demo.svc A', is: 'NXDOMAIN', why: 'its own is replaced' },
    { ask: 'c2.nginx.demo.svc A', is: ['A 10.96.0.2'], why: 'by the first' },
    { ask: 'c2-too.demo.svc A', is: ['A 10.96.0.2'], why: 'and the second' },
    { ask: 'c2-too.demo.svc SRV', is: ['SRV 0 100 80 c2.nginx.demo.svc'], why: 'the first is where SRV records lead' },
    { ask: '2.0.96.10.in-addr.arpa. PTR', is: ['PTR c2.nginx.demo.svc'], why: 'and PTR records' },
    { ask: 'a.sql.demo.svc A', is: ['A 10.244.0.1'], why: 'of a headless service' },
    { ask: 'db-0.a.sql.demo.svc A', is: ['A 10.244.0.1'], why: 'and of its endpoint' },
    {
      ask: 'a.sql.demo.svc SRV',
      is: ['SRV 0 100 5432 db-0.db.demo.svc'],
      also: ['db-0.db.demo.svc 5 A 10.244.0.1'],
      why: 'a target below its own name',
    },
    { ask: '1.0.244.10.in-addr.arpa. PTR', is: ['PTR db-0.db.demo.svc'], why: 'as PTR records do' },
    {
      ask: 'a.out.demo.svc A',
      is: ['CNAME one.demo.svc', 'one.demo.svc 5 A 10.96.0.1'],
      why: 'of an ExternalName',
    },
    { ask: 'out.demo.svc CNAME', is: ['CNAME one.demo.svc'], why: 'an ExternalName with a name below it' },
    { ask: 'x.out.demo.svc A', is: 'NXDOMAIN', why: 'and no other' },
    { ask: 'db-0.db.demo.svc A', is: ['A 10.244.0.1'], why: 'an endpoint goes before' },
    { ask: 'sql.tcp.db.demo.svc A', is: ['A 10.244.0.1'], why: 'so does a port, in that spelling too' },
    { ask: 'tcp.db.demo.svc A', is: 'NODATA', why: 'above a name that is asked for, hidden or not' },
  ],
  CLUSTER,
)

checkRows(
  'flattened names',
  corefile(),
  [
    { ask: 'my-api.demo.svc A', is: ['A 10.96.0.3'], why: 'a service' },
    { ask: 'my_api.demo.svc A', is: 'NXDOMAIN', why: 'not as it is written' },
    { ask: '10-244-0-2.my-api.demo.svc A', is: ['A 10.244.0.2'], why: 'its slices name it as it is written' },
    { ask: '_web-ui._tcp.my-api.demo.svc SRV', is: ['SRV 0 100 80 my-api.demo.svc'], why: 'a port' },
    { ask: '3.0.96.10.in-addr.arpa. PTR', is: ['PTR my-api.demo.svc'], why: 'PTR' },
  ],
  CLUSTER,
)

checkRows(
  'wildcard owners (RFC 4592)',
  corefile('names {service}.{namespace}.{zone}'),
  [
    { ask: 'shop.apps.demo A', is: ['A 10.96.0.4'], why: 'nothing has this name' },
    { ask: 'shop.apps.demo AAAA', is: ['AAAA fd00:96::4'], why: 'AAAA' },
    {
      ask: 'shop.apps.demo SRV',
      is: ['SRV 0 50 80 platform.demo'],
      also: ['platform.demo 5 A 10.96.0.4', 'platform.demo 5 AAAA fd00:96::4'],
      why: 'targets are names that are no wildcards',
    },
    { ask: 'shop.apps.demo TXT', is: 'NODATA', why: 'it exists' },
    { ask: 'a.b.c.apps.demo A', is: ['A 10.96.0.4'], why: 'of several labels' },
    { ask: '_http._tcp.shop.apps.demo A', is: ['A 10.96.0.4'], why: 'whatever these labels mean elsewhere' },
    { ask: '*.apps.demo A', is: ['A 10.96.0.4'], why: 'the owner itself' },
    { ask: 'x.*.apps.demo A', is: 'NXDOMAIN', why: 'below the owner, which exists' },
    { ask: 'apps.demo A', is: 'NODATA', why: 'above it' },
    { ask: 'special.apps.demo A', is: ['A 10.96.0.4'], why: 'a name of its own' },
    { ask: 'x.special.apps.demo A', is: 'NXDOMAIN', why: 'an existing name is the closest encloser' },
    { ask: 'x.platform.demo A', is: 'NXDOMAIN', why: 'no wildcard there' },
    { ask: 'nope.demo A', is: 'NXDOMAIN', why: 'nor there' },
    { ask: 'x.pages.demo A', is: ['CNAME example.org.'], why: 'CNAME' },
    { ask: 'x.pages.demo MX', is: ['CNAME example.org.'], why: 'for any type' },
    { ask: '4.0.96.10.in-addr.arpa. PTR', is: ['PTR platform.demo'], why: 'PTR' },
  ],
  CLUSTER,
)

checkRows(
  'with wildcards in questions',
  corefile('names {service}.{namespace}.{zone}\nwildcards namespace search'),
  [
    { ask: '*.nginx.demo A', is: ['A 10.96.0.1', 'A 10.96.0.2'], why: 'names below, of whoever asks for them' },
    { ask: '*.apps.demo A', is: ['A 10.96.0.4'], why: 'a name goes before a wildcard in the question' },
    { ask: 'shop.apps.demo A', is: ['A 10.96.0.4'], why: 'and so does what a wildcard owner answers' },
    { ask: 'c1.nginx.demo A', is: ['A 10.96.0.1'], why: 'a name' },
  ],
  CLUSTER,
)
