/** The tables of the Kubernetes DNS specification 1.1.0, section by section, with its names and addresses. */
import { checkRows, corefile } from './rows.ts'

const MANIFESTS = `
apiVersion: v1
kind: Namespace
metadata: { name: default }
---
apiVersion: v1
kind: Service
metadata: { name: kubernetes, namespace: default }
spec: { clusterIPs: [10.3.0.1, "2001:db8::1"], ports: [{ name: https, port: 443, protocol: TCP }] }
---
apiVersion: v1
kind: Service
metadata: { name: headless, namespace: default }
spec: { clusterIP: None, ports: [{ name: https, port: 443, protocol: TCP }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: headless-1, namespace: default, labels: { kubernetes.io/service-name: headless } }
addressType: IPv4
ports: [{ name: https, port: 443, protocol: TCP }]
endpoints:
  - { addresses: [10.3.0.100], hostname: my-pet }
  - { addresses: [10.3.0.101] }
  - { addresses: [10.3.0.102], conditions: { ready: false } }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: headless-2, namespace: default, labels: { kubernetes.io/service-name: headless } }
addressType: IPv6
ports: [{ name: https, port: 443, protocol: TCP }]
endpoints:
  - { addresses: ["2001:db8::2:1"], hostname: my-pet }
---
apiVersion: v1
kind: Service
metadata: { name: idle, namespace: default }
spec: { clusterIP: None, ports: [{ name: https, port: 443, protocol: TCP }] }
---
apiVersion: v1
kind: Service
metadata: { name: foo, namespace: default }
spec: { type: ExternalName, externalName: www.example.com }
`

checkRows(
  'Kubernetes DNS specification 1.1.0',
  corefile(),
  [
    { ask: 'dns-version TXT', is: ['dns-version 28800 TXT "1.1.0"'], why: '2.2, schema version' },

    { ask: 'kubernetes.default.svc A', is: ['A 10.3.0.1'], why: '2.3.1, ClusterIP, IPv4' },
    { ask: 'kubernetes.default.svc AAAA', is: ['AAAA 2001:db8::1'], why: '2.3.1, ClusterIP, IPv6' },
    {
      ask: '_https._tcp.kubernetes.default.svc SRV',
      is: ['SRV 0 50 443 kubernetes.default.svc'],
      also: ['kubernetes.default.svc 5 A 10.3.0.1', 'kubernetes.default.svc 5 AAAA 2001:db8::1'],
      why: '2.3.2, each named port; addresses may be in additional',
    },
    { ask: '_http._tcp.kubernetes.default.svc SRV', is: 'NXDOMAIN', why: '2.3.2, no such port' },
    { ask: '1.0.3.10.in-addr.arpa. PTR', is: ['PTR kubernetes.default.svc'], why: '2.3.3, IPv4' },
    {
      ask: `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa. PTR`,
      is: ['PTR kubernetes.default.svc'],
      why: '2.3.3, IPv6',
    },

    { ask: 'headless.default.svc A', is: ['A 10.3.0.100', 'A 10.3.0.101'], why: '2.4.1, all ready endpoints' },
    { ask: 'headless.default.svc AAAA', is: ['AAAA 2001:db8::2:1'], why: '2.4.1, all ready endpoints, IPv6' },
    { ask: 'my-pet.headless.default.svc A', is: ['A 10.3.0.100'], why: '2.4.1, an endpoint with a hostname' },
    { ask: 'my-pet.headless.default.svc AAAA', is: ['AAAA 2001:db8::2:1'], why: '2.4.1, the same hostname, IPv6' },
    { ask: 'idle.default.svc A', is: 'NXDOMAIN', why: '2.4.1, no ready endpoint' },
    {
      ask: '_https._tcp.headless.default.svc SRV',
      is: ['SRV 0 33 443 my-pet.headless.default.svc', 'SRV 0 33 443 10-3-0-101.headless.default.svc'],
      also: [
        'my-pet.headless.default.svc 5 A 10.3.0.100',
        'my-pet.headless.default.svc 5 AAAA 2001:db8::2:1',
        '10-3-0-101.headless.default.svc 5 A 10.3.0.101',
      ],
      why: '2.4.2, each ready endpoint under its name',
    },
    { ask: '_https._tcp.idle.default.svc SRV', is: 'NXDOMAIN', why: '2.4.2, no ready endpoint' },
    { ask: '100.0.3.10.in-addr.arpa. PTR', is: ['PTR my-pet.headless.default.svc'], why: '2.4.3, by its hostname' },
    { ask: '101.0.3.10.in-addr.arpa. PTR', is: ['PTR 10-3-0-101.headless.default.svc'], why: '2.4.3, without one' },
    { ask: '102.0.3.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: '2.4.3, not ready' },

    { ask: 'foo.default.svc CNAME', is: ['CNAME www.example.com.'], why: '2.5.1, an external name' },
    { ask: 'foo.default.svc A', is: ['CNAME www.example.com.'], why: '2.5.1, whatever type is asked for' },
  ],
  MANIFESTS,
)
