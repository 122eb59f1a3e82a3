/** PTR records of an address that several services, endpoints or stanzas have: which names, and in which order. */
import { checkRows, corefile } from './rows.ts'

const service = (key: string, spec: string, replaced = '') => {
  const [namespace, name] = key.split('/')
  const asks = `zonecast.dev/name: ${replaced}, zonecast.dev/name-mode: replace`
  const annotations = replaced === '' ? '' : `, annotations: { ${asks} }`
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace}${annotations}, labels: { of: ${namespace} } }
spec: { ports: [{ name: http, port: 80 }], ${spec} }
---`
}
const slice = (key: string, number: number, ...addresses: readonly string[]) => {
  const [namespace, name] = key.split('/')
  return `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-${number}, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${name}, of: ${namespace} } }
ports: [{ name: http, port: 8080 }]
endpoints: [${addresses.map((address) => `{ addresses: [${address}] }`).join(', ')}]
---`
}

const SHARED = 'externalIPs: [203.0.113.1, "2001:db8::1"]'
/** In no order. */
const CLUSTER = [
  service('shop/web-admin', `clusterIP: 10.96.0.1, ${SHARED}`),
  service('blog/web', `clusterIP: 10.96.0.2, ${SHARED}`),
  service('shop/z', `clusterIP: 10.96.0.3, ${SHARED}`, 'web.api'),
  service('shop/web', `clusterIP: 10.96.0.4, ${SHARED}`),
  service('shop/web0', `clusterIP: None, ${SHARED}`),
  service('shop/quiet', 'clusterIP: 10.96.0.5'),
  service('blog/peers', 'clusterIP: None'),
  service('shop/peers', 'clusterIP: None'),
  slice('shop/peers', 1, '10.244.0.1', '203.0.113.1'),
  slice('blog/peers', 1, '10.244.0.1'),
  slice('blog/peers', 2, '10.244.0.2', '10.244.0.1'),
].join('')

/** As text: `-` goes before `.`, and that before letters and digits. */
const IN_ORDER = ['web.blog', 'web.shop', 'web-admin.shop', 'web.api.shop', 'web0.shop']
const V6 = `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa.`
const targets = (zone: string, names: readonly string[]) => names.map((name) => `PTR ${name}.svc.${zone}`)

checkRows(
  'several services of one stanza',
  corefile('iporder external', undefined, 'loadbalance off'),
  [
    {
      ask: '1.113.0.203.in-addr.arpa. PTR',
      is: targets('cluster.local.', IN_ORDER),
      ordered: true,
      why: 'all of them, by namespace and name; they go before an endpoint with that address',
    },
    { ask: `${V6} PTR`, is: targets('cluster.local.', IN_ORDER), ordered: true, why: 'IPv6 too' },
    {
      ask: '1.0.244.10.in-addr.arpa. PTR',
      is: targets('cluster.local.', ['10-244-0-1.peers.blog', '10-244-0-1.peers.shop']),
      ordered: true,
      why: 'endpoints likewise, each name once',
    },
    { ask: '4.0.96.10.in-addr.arpa. PTR', is: 'NXDOMAIN', why: 'ClusterIPs are not published' },
  ],
  CLUSTER,
)

const block = (keys: string, zones: string, options: string) =>
  `${keys} {\n kubernetes ${zones} {\n manifests cluster.yaml\n ${options}\n }\n loadbalance off\n}\n`

checkRows(
  'several stanzas that publish one address',
  block('shop.test 0.203.in-addr.arpa', 'shop.test 0.203.in-addr.arpa', 'labels of=shop\n iporder external internal') +
    block('blog.test', 'blog.test in-addr.arpa', 'labels of=blog\n iporder external') +
    block('all.test ip6.arpa', 'also.all.test all.test ip6.arpa', 'iporder internal, external') +
    block('in.test in-addr.arpa', 'in.test in-addr.arpa', ''),
  [
    {
      ask: '1.113.0.203.in-addr.arpa. PTR',
      is: targets('shop.test.', IN_ORDER.slice(1)),
      ordered: true,
      why: 'those of the stanza whose reverse zone is the closest, and of no other',
    },
    {
      ask: `${V6} PTR`,
      is: targets('also.all.test.', IN_ORDER),
      ordered: true,
      why: 'in the first forward zone of the stanza that has the reverse zone',
    },
    {
      ask: '4.0.96.10.in-addr.arpa. PTR',
      is: targets('in.test.', ['web.shop']),
      why: 'the server block that has the zone among its keys decides',
    },
    { ask: 'web.blog.svc.blog.test. A', is: ['A 203.0.113.1'], why: 'forward names are in each' },
    { ask: 'web.blog.svc.all.test. A', is: ['A 10.96.0.2', 'A 203.0.113.1'], why: 'and as each wants them' },
  ],
  CLUSTER,
)
