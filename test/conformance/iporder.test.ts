/** `iporder`: which addresses services publish, and in which order. */
import { describe, expect, test } from 'vitest'
import { createResponders } from './responder.ts'
import { ask, checkRows, corefile, type Row } from './rows.ts'

const service = (name: string, spec: string, status = '') => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
${status === '' ? '' : `status: { loadBalancer: { ingress: ${status} } }`}
---`

const slice = (name: string, endpoints: string) => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }
ports: [{ name: http, port: 8080 }]
endpoints: ${endpoints}
---`

const HTTP = 'ports: [{ name: http, port: 80 }]'
const CLUSTER = [
  'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---',
  service('plain', `{ clusterIP: 10.96.0.1, ${HTTP} }`),
  service(
    'lb',
    `{ clusterIP: 10.96.0.2, clusterIPs: [10.96.0.2, "fd00:96::2"], externalIPs: [203.0.113.3, 203.0.113.2], ${HTTP} }`,
    '[{ ip: 203.0.113.1 }, { ip: 203.0.113.2 }, { ip: "2001:db8::1" }, { hostname: lb.example }]',
  ),
  slice('lb', '[{ addresses: [10.244.0.1] }]'),
  service('named', `{ clusterIP: 10.96.0.4, ${HTTP} }`, '[{ hostname: first.example }, { hostname: second.example }]'),
  service('nameless', `{ clusterIP: 10.96.0.5, ${HTTP} }`, '[{ hostname: not_a_host! }, { hostname: 192.0.2.7 }]'),
  service('waiting', `{ ${HTTP} }`, '[{ hostname: waiting.example }]'),
  service('peers', `{ clusterIP: None, externalIPs: [203.0.113.8], ${HTTP} }`),
  slice('peers', '[{ addresses: [10.244.0.2], hostname: p-0 }, { addresses: [203.0.113.8], hostname: p-1 }]'),
  service('gone', `{ clusterIP: None, externalIPs: [203.0.113.9], ${HTTP} }`),
  service('bare', `{ clusterIP: None, ${HTTP} }`),
  service('both', `{ clusterIP: 203.0.113.20, externalIPs: [203.0.113.21, 203.0.113.20], ${HTTP} }`),
  service('away', '{ type: ExternalName, externalName: away.example, externalIPs: [203.0.113.30] }'),
].join('')

const ZONES = 'cluster.local in-addr.arpa ip6.arpa'

function check(iporder: string, rows: readonly Row[], options = ''): void {
  const text = corefile(`${iporder}\n${options}`, ZONES, 'loadbalance off')
  checkRows(
    [iporder, options].join(' '),
    text,
    rows.map((row) => ({ ordered: true, ...row })),
    CLUSTER,
  )
}

const internal: readonly Row[] = [
  { ask: 'lb.shop.svc A', is: ['A 10.96.0.2'], why: 'the ClusterIP alone' },
  { ask: 'lb.shop.svc AAAA', is: ['AAAA fd00:96::2'], why: 'the ClusterIP alone' },
  { ask: 'named.shop.svc A', is: ['A 10.96.0.4'], why: 'no CNAME' },
  { ask: 'waiting.shop.svc A', is: 'NODATA', why: 'no ClusterIP yet' },
  { ask: 'gone.shop.svc A', is: 'NXDOMAIN', why: 'headless without endpoints' },
  { ask: 'peers.shop.svc A', is: ['A 10.244.0.2', 'A 203.0.113.8'], why: 'its endpoints' },
  { ask: 'lb.shop.svc SRV', is: ['SRV 0 50 80 lb.shop.svc'], why: 'two ClusterIPs' },
  { ask: '1.113.0.203.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'not published' },
]
check('', internal)
check('iporder internal', internal)

const endpoints: readonly Row[] = [
  { ask: '10-244-0-1.lb.shop.svc A', is: ['A 10.244.0.1'], why: 'endpoints have internal addresses' },
  { ask: 'p-1.peers.shop.svc A', is: ['A 203.0.113.8'], why: 'endpoints have their own address' },
  { ask: 'p-0.peers.shop.svc SRV', is: ['SRV 0 100 8080 p-0.peers.shop.svc'], why: 'of one endpoint' },
  { ask: '1.0.244.10.in-addr.arpa. PTR', is: ['PTR 10-244-0-1.lb.shop.svc'], why: 'of an endpoint' },
  { ask: 'away.shop.svc A', is: ['CNAME away.example.'], why: 'an ExternalName has no addresses' },
  { ask: '30.113.0.203.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'an ExternalName has no addresses' },
]
const published: readonly Row[] = [
  ...endpoints,
  { ask: '1.113.0.203.in-addr.arpa. PTR', is: ['PTR lb.shop.svc'], why: 'of a load balancer' },
  { ask: '3.113.0.203.in-addr.arpa. PTR', is: ['PTR lb.shop.svc'], why: 'of externalIPs' },
  {
    ask: '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR',
    is: ['PTR lb.shop.svc'],
    why: 'IPv6',
  },
  {
    ask: '8.113.0.203.in-addr.arpa. PTR',
    is: ['PTR peers.shop.svc'],
    why: 'of a headless service: before its endpoint',
  },
  { ask: '113.0.203.in-addr.arpa. PTR', is: 'NODATA', why: 'the node above' },
]

check('iporder external', [
  ...published,
  {
    ask: 'lb.shop.svc A',
    is: ['A 203.0.113.1', 'A 203.0.113.2', 'A 203.0.113.3'],
    why: 'load balancers first, each once',
  },
  { ask: 'lb.shop.svc AAAA', is: ['AAAA 2001:db8::1'], why: 'of a load balancer' },
  { ask: 'plain.shop.svc A', is: 'NODATA', why: 'it is there, without an external address' },
  { ask: 'plain.shop.svc SRV', is: 'NODATA', why: 'nothing is published' },
  { ask: '_http._tcp.plain.shop.svc A', is: 'NODATA', why: 'its port is there' },
  { ask: '_x._tcp.plain.shop.svc A', is: 'NXDOMAIN', why: 'no such port' },
  { ask: 'named.shop.svc A', is: ['CNAME first.example.'], why: 'the first name of a load balancer' },
  { ask: 'named.shop.svc SRV', is: ['CNAME first.example.'], why: 'for every type' },
  { ask: '_http._tcp.named.shop.svc SRV', is: 'NXDOMAIN', why: 'nothing lies below a CNAME' },
  { ask: 'nameless.shop.svc A', is: 'NODATA', why: 'what is no host name is left out' },
  { ask: 'waiting.shop.svc A', is: ['CNAME waiting.example.'], why: 'of a load balancer' },
  { ask: 'peers.shop.svc A', is: ['A 203.0.113.8'], why: 'no endpoints' },
  {
    ask: 'peers.shop.svc SRV',
    is: ['SRV 0 100 80 peers.shop.svc'],
    also: ['peers.shop.svc 5 A 203.0.113.8'],
    why: 'with the ports of the service',
  },
  { ask: 'gone.shop.svc A', is: ['A 203.0.113.9'], why: 'endpoints do not matter' },
  { ask: 'bare.shop.svc A', is: 'NODATA', why: 'endpoints do not matter' },
  {
    ask: '_http._tcp.lb.shop.svc SRV',
    is: ['SRV 0 25 80 lb.shop.svc'],
    also: [
      'lb.shop.svc 5 A 203.0.113.1',
      'lb.shop.svc 5 A 203.0.113.2',
      'lb.shop.svc 5 A 203.0.113.3',
      'lb.shop.svc 5 AAAA 2001:db8::1',
    ],
    why: 'four addresses are published',
  },
  { ask: '2.0.96.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'the ClusterIP is not published' },
])

const SRV_BOTH = 'SRV 0 16 80 lb.shop.svc'
check('iporder = external, internal', [
  ...published,
  {
    ask: 'lb.shop.svc A',
    is: ['A 203.0.113.1', 'A 203.0.113.2', 'A 203.0.113.3', 'A 10.96.0.2'],
    why: 'external before internal',
  },
  { ask: 'lb.shop.svc AAAA', is: ['AAAA 2001:db8::1', 'AAAA fd00:96::2'], why: 'external before internal' },
  {
    ask: 'lb.shop.svc SRV',
    is: [SRV_BOTH],
    also: [
      'lb.shop.svc 5 A 203.0.113.1',
      'lb.shop.svc 5 A 203.0.113.2',
      'lb.shop.svc 5 A 203.0.113.3',
      'lb.shop.svc 5 A 10.96.0.2',
      'lb.shop.svc 5 AAAA 2001:db8::1',
      'lb.shop.svc 5 AAAA fd00:96::2',
    ],
    why: 'six addresses, in the same order',
  },
  { ask: 'named.shop.svc A', is: ['A 10.96.0.4'], why: 'something else is published' },
  { ask: 'waiting.shop.svc A', is: ['CNAME waiting.example.'], why: 'nothing else is published' },
  { ask: 'plain.shop.svc A', is: ['A 10.96.0.1'], why: 'nothing external' },
  { ask: 'peers.shop.svc A', is: ['A 203.0.113.8', 'A 10.244.0.2'], why: 'an address that is both stands once' },
  {
    ask: '_http._tcp.peers.shop.svc SRV',
    is: ['SRV 0 33 80 peers.shop.svc', 'SRV 0 33 8080 p-0.peers.shop.svc', 'SRV 0 33 8080 p-1.peers.shop.svc'],
    also: [
      'peers.shop.svc 5 A 203.0.113.8',
      'peers.shop.svc 5 A 10.244.0.2',
      'p-0.peers.shop.svc 5 A 10.244.0.2',
      'p-1.peers.shop.svc 5 A 203.0.113.8',
    ],
    why: 'the service stands for its external address',
  },
  { ask: 'gone.shop.svc A', is: ['A 203.0.113.9'], why: 'no endpoints' },
  { ask: 'bare.shop.svc A', is: 'NXDOMAIN', why: 'headless, and nothing is published' },
  { ask: 'both.shop.svc A', is: ['A 203.0.113.21', 'A 203.0.113.20'], why: 'an address that is both stands once' },
  { ask: '2.0.96.10.in-addr.arpa. PTR', is: ['PTR lb.shop.svc'], why: 'of a ClusterIP' },
])

check('iporder internal external', [
  ...published,
  {
    ask: 'lb.shop.svc A',
    is: ['A 10.96.0.2', 'A 203.0.113.1', 'A 203.0.113.2', 'A 203.0.113.3'],
    why: 'internal before external',
  },
  { ask: 'peers.shop.svc A', is: ['A 10.244.0.2', 'A 203.0.113.8'], why: 'an address that is both stands once' },
  {
    ask: 'peers.shop.svc SRV',
    is: ['SRV 0 33 8080 p-0.peers.shop.svc', 'SRV 0 33 8080 p-1.peers.shop.svc', 'SRV 0 33 80 peers.shop.svc'],
    why: 'endpoints before the service',
  },
])

check(
  'iporder external internal',
  [
    { ask: 'plain.shop.svc A', is: 'NXDOMAIN', why: 'no endpoints' },
    { ask: 'gone.shop.svc A', is: 'NXDOMAIN', why: 'no endpoints' },
    { ask: '9.113.0.203.in-addr.arpa. PTR', is: ['PTR gone.shop.svc'], why: 'the PTR record stays' },
    {
      ask: 'lb.shop.svc A',
      is: ['A 203.0.113.1', 'A 203.0.113.2', 'A 203.0.113.3', 'A 10.96.0.2'],
      why: 'it has endpoints',
    },
  ],
  'ignore empty_service',
)

check(
  'iporder external internal',
  [
    { ask: 'peers.shop.svc A', is: ['A 203.0.113.8'], why: 'what is left without endpoints' },
    { ask: 'bare.shop.svc A', is: 'NXDOMAIN', why: 'nothing is left' },
    { ask: 'p-0.peers.shop.svc A', is: 'NXDOMAIN', why: 'an endpoint' },
  ],
  'noendpoints',
)

describe('rotation', () => {
  test('keeps to each class', async () => {
    const [responder] = await createResponders(corefile('iporder external internal'), CLUSTER)
    const seen = new Set<string>()
    for (let round = 0; round < 200; round++) {
      const { answer } = await ask(responder as NonNullable<typeof responder>, 'lb.shop.svc.cluster.local.', 'A')
      const addresses = answer.map((line) => line.split(' ').at(-1) ?? '')
      expect(addresses[3]).toBe('10.96.0.2')
      seen.add(addresses.join(' '))
    }
    expect(seen.size).toBe(3)
  })
})

describe('stanzas of one cluster', () => {
  const zone = (name: string, iporder: string) =>
    `${name} {\n kubernetes ${name} {\n manifests cluster.yaml\n ${iporder}\n }\n loadbalance off\n}\n`
  const text =
    zone('in.local', '') +
    zone('out.local', 'iporder external') +
    zone('all.local', 'iporder external internal') +
    zone('lla.local', 'iporder internal external')

  test('each publish what they say', async () => {
    for (const responder of await createResponders(text, CLUSTER)) {
      const addresses = async (name: string) =>
        (await ask(responder, `lb.shop.svc.${name}.`, 'A')).answer.map((line) => line.split(' ').at(-1)).join(' ')
      expect(await addresses('in.local')).toBe('10.96.0.2')
      expect(await addresses('out.local')).toBe('203.0.113.1 203.0.113.2 203.0.113.3')
      expect(await addresses('all.local')).toBe('203.0.113.1 203.0.113.2 203.0.113.3 10.96.0.2')
      expect(await addresses('lla.local')).toBe('10.96.0.2 203.0.113.1 203.0.113.2 203.0.113.3')
    }
  })
})
