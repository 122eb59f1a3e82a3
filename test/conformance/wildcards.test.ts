/** ANSWERS, "Wildcards in the question"; rows that CoreDNS 1.8 documents or tests are marked. */
import { checkRows, corefile } from './rows.ts'

/** One YAML document for each service and slice. */
const cluster = (...documents: string[]): string => documents.join('\n---\n')

const namespace = (name: string) => `{ apiVersion: v1, kind: Namespace, metadata: { name: ${name} } }`

function service(key: string, addresses: string, ports: string, more = ''): string {
  const [namespace, name] = key.split('/')
  const headless = addresses === 'None'
  const spec = `clusterIP: ${headless ? 'None' : `"${addresses.split(' ')[0]}"`}, clusterIPs: [${addresses
    .split(' ')
    .map((each) => `"${each}"`)
    .join(', ')}], ports: [${ports}] ${more}`
  return `{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: ${namespace} }, spec: { ${spec} } }`
}

function external(key: string, target: string): string {
  const [namespace, name] = key.split('/')
  return `{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: ${namespace} }, spec: { type: ExternalName, externalName: ${target} } }`
}

function slice(key: string, ports: string, endpoints: string): string {
  const [namespace, name] = key.split('/')
  return `{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: ${name}-1, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${name} } }, ports: [${ports}], endpoints: [${endpoints}] }`
}

const HTTP = '{ name: http, port: 80, protocol: TCP }'
const DNS = '{ name: dns, port: 53, protocol: UDP }'
const host = (address: string, hostname?: string) =>
  `{ addresses: ["${address}"]${hostname === undefined ? '' : `, hostname: ${hostname}`} }`

const CLUSTER = cluster(
  namespace('shop'),
  namespace('data'),
  namespace('empty'),
  namespace('links'),
  service('shop/web', '10.0.0.1', `${HTTP}, ${DNS}`),
  slice('shop/web', `${HTTP}, ${DNS}`, `${host('10.1.0.1')}, ${host('10.1.0.2', 'named')}`),
  service('shop/both', '10.0.0.2 fd00::2', HTTP),
  service('shop/portless', '10.0.0.3', ''),
  external('shop/out', 'example.org'),
  external('shop/aaa', 'example.com'),
  external('links/zzz', 'example.net'),
  service('data/web', '10.0.0.4', HTTP),
  service('data/db', 'None', ''),
  slice('data/db', HTTP, `${host('10.1.1.1', 'db-0')}, ${host('10.1.1.2', 'db-1')}`),
  slice('data/db', HTTP, host('fd00:1::1', 'db-0')).replace('name: db-1,', 'name: db-6,'),
  service('data/nowhere', 'None', HTTP),
)

checkRows(
  'wildcards zone',
  corefile('wildcards zone'),
  [
    {
      ask: '*.shop.svc A',
      is: ['A 10.0.0.1', 'A 10.0.0.2', 'A 10.0.0.3'],
      why: 'any service; ExternalName adds nothing',
    },
    { ask: 'any.shop.svc A', is: ['A 10.0.0.1', 'A 10.0.0.2', 'A 10.0.0.3'], why: 'the other spelling' },
    { ask: '*.shop.svc AAAA', is: ['AAAA fd00::2'], why: 'the other family' },
    { ask: '*.data.svc A', is: ['A 10.0.0.4', 'A 10.1.1.1', 'A 10.1.1.2'], why: 'headless ones by their endpoints' },
    { ask: '*.data.svc AAAA', is: ['AAAA fd00:1::1'], why: 'headless ones by their endpoints' },
    { ask: 'web.*.svc A', is: ['A 10.0.0.1', 'A 10.0.0.4'], why: 'CoreDNS 1.8: any namespace' },
    { ask: 'web.any.svc A', is: ['A 10.0.0.1', 'A 10.0.0.4'], why: 'any namespace' },
    {
      ask: '*.*.svc A',
      is: ['A 10.0.0.1', 'A 10.0.0.2', 'A 10.0.0.3', 'A 10.0.0.4', 'A 10.1.1.1', 'A 10.1.1.2'],
      why: 'any service anywhere',
    },
    { ask: '*.web.shop.svc A', is: ['A 10.1.0.1', 'A 10.1.0.2'], why: 'all endpoints, also of a ClusterIP service' },
    { ask: '*.db.data.svc A', is: ['A 10.1.1.1', 'A 10.1.1.2'], why: 'all endpoints' },
    { ask: 'db-0.*.data.svc A', is: ['A 10.1.1.1'], why: 'an endpoint of any service' },
    { ask: 'db-0.*.*.svc AAAA', is: ['AAAA fd00:1::1'], why: 'an endpoint of any service anywhere' },
    { ask: '10-1-0-1.web.*.svc A', is: ['A 10.1.0.1'], why: 'an endpoint of a service in any namespace' },
    {
      ask: '*.*.*.svc A',
      is: ['A 10.1.0.1', 'A 10.1.0.2', 'A 10.1.1.1', 'A 10.1.1.2'],
      why: 'any endpoint of any service anywhere',
    },
    { ask: '_http.*.web.shop.svc A', is: ['A 10.0.0.1'], why: 'the addresses of a service that has the port' },
    { ask: '_http._any.web.shop.svc A', is: ['A 10.0.0.1'], why: 'one underscore is stripped' },
    { ask: '*._udp.*.shop.svc A', is: ['A 10.0.0.1'], why: 'services that have any port of the protocol' },
    {
      ask: '_http._tcp.*.data.svc A',
      is: ['A 10.0.0.4', 'A 10.1.1.1', 'A 10.1.1.2'],
      why: 'endpoints that have the port',
    },
    { ask: '*.*.portless.shop.svc A', is: ['A 10.0.0.3'], why: 'CoreDNS 1.8: any port, even none' },
    { ask: '*.*.portless.shop.svc SRV', is: 'NODATA', why: 'CoreDNS 1.8: no port, no record' },
    { ask: '*._tcp.portless.shop.svc A', is: 'NXDOMAIN', why: 'it has no such port' },
    {
      ask: 'web.*.svc SRV',
      is: ['SRV 0 33 80 web.shop.svc', 'SRV 0 33 53 web.shop.svc', 'SRV 0 33 80 web.data.svc'],
      also: ['web.shop.svc 5 A 10.0.0.1', 'web.data.svc 5 A 10.0.0.4'],
      why: 'real names as targets, with their addresses; the weight counts all pairs',
    },
    {
      ask: '*.any.web.*.svc SRV',
      is: ['SRV 0 33 80 web.shop.svc', 'SRV 0 33 53 web.shop.svc', 'SRV 0 33 80 web.data.svc'],
      why: 'CoreDNS 1.8: any port of any protocol',
    },
    {
      ask: '_dns.*.*.*.svc SRV',
      is: ['SRV 0 100 53 web.shop.svc'],
      also: ['web.shop.svc 5 A 10.0.0.1'],
      why: 'a port of any service anywhere',
    },
    {
      ask: '*.*.*.*.svc SRV',
      is: [
        ...['SRV 0 12 80 web.shop.svc', 'SRV 0 12 53 web.shop.svc', 'SRV 0 12 80 web.data.svc'],
        ...['SRV 0 12 80 both.shop.svc', 'SRV 0 12 80 db-0.db.data.svc', 'SRV 0 12 80 db-1.db.data.svc'],
      ],
      why: 'every port of every service',
    },
    {
      ask: '*.db.data.svc SRV',
      is: ['SRV 0 33 80 db-0.db.data.svc', 'SRV 0 33 80 db-1.db.data.svc'],
      also: ['db-0.db.data.svc 5 A 10.1.1.1', 'db-0.db.data.svc 5 AAAA fd00:1::1', 'db-1.db.data.svc 5 A 10.1.1.2'],
      why: 'the endpoints by their names',
    },
    { ask: '*._not-udp-or-tcp.web.shop.svc SRV', is: 'NXDOMAIN', why: 'CoreDNS 1.8: no such protocol' },
    { ask: '*.shop.svc CNAME', is: ['CNAME example.com.'], why: 'one CNAME, the first by name' },
    { ask: '*.*.svc CNAME', is: ['CNAME example.net.'], why: 'one CNAME, the first by namespace' },
    { ask: '*.data.svc CNAME', is: 'NODATA', why: 'there are services, none of them an alias' },
    { ask: '*.links.svc A', is: 'NODATA', why: 'ExternalName services alone' },
    { ask: 'out.*.svc A', is: 'NODATA', why: 'an ExternalName service alone, which is no missing name' },
    { ask: '*.shop.svc TXT', is: 'NODATA', why: 'there are services, without such data' },
    { ask: '*.empty.svc A', is: 'NODATA', why: 'no match, the service wild, the namespace exposed' },
    { ask: 'x.*.empty.svc A', is: 'NODATA', why: 'no match, the service wild, the namespace exposed' },
    { ask: 'nope.*.svc A', is: 'NXDOMAIN', why: 'no match, the namespace wild' },
    { ask: '*.none.svc A', is: 'NXDOMAIN', why: 'no such namespace' },
    { ask: '*.nope.shop.svc A', is: 'NXDOMAIN', why: 'no such service' },
    { ask: '*.svc A', is: 'NODATA', why: 'CoreDNS 1.8: namespaces exist without data' },
    { ask: '*.*.pod A', is: 'NXDOMAIN', why: 'no pods' },
    { ask: '* A', is: 'NXDOMAIN', why: 'not below svc' },
    { ask: 'w?b.*.svc A', is: ['A 10.0.0.1', 'A 10.0.0.4'], why: 'a pattern' },
    { ask: '*o*.shop.svc A', is: ['A 10.0.0.2', 'A 10.0.0.3'], why: 'a pattern' },
    { ask: 'b*.shop.svc A', is: ['A 10.0.0.2'], why: 'a pattern' },
    {
      ask: '_http._tcp.*b*.shop.svc SRV',
      is: ['SRV 0 33 80 web.shop.svc', 'SRV 0 33 80 both.shop.svc'],
      why: 'and a port',
    },
    { ask: '*zz*.shop.svc A', is: 'NXDOMAIN', why: 'no name is as the pattern says' },
    { ask: 'we.shop.svc A', is: 'NXDOMAIN', why: 'names are not searched unless the Corefile says so' },
  ],
  CLUSTER,
)

checkRows(
  'wildcards that services ask for go before those of questions',
  corefile('wildcards zone search'),
  [
    { ask: 'x.shop.svc A', is: ['A 10.0.0.1'], why: 'the name of nothing else' },
    { ask: '*.shop.svc A', is: ['A 10.0.0.1'], why: 'just its name' },
    { ask: 'any.shop.svc A', is: ['A 10.0.0.1'], why: 'a name that exists so' },
    { ask: '*p*.shop.svc A', is: ['A 10.0.0.1'], why: 'a name that exists so' },
    { ask: 'pi.shop.svc A', is: ['A 10.0.0.1'], why: 'so does what would be searched for' },
    { ask: 'pi.data.svc A', is: ['A 10.0.0.3'], why: 'not in another namespace' },
    { ask: '*p*.*.svc A', is: ['A 10.0.0.2', 'A 10.0.0.3'], why: 'nor of all namespaces' },
    { ask: '_http._tcp.*.shop.svc A', is: ['A 10.0.0.1', 'A 10.0.0.2'], why: 'nothing lies below a wildcard' },
  ],
  cluster(
    namespace('shop'),
    namespace('data'),
    service('shop/web', '10.0.0.1', HTTP).replace('name: web,', 'name: web, annotations: { zonecast.dev/name: "*" },'),
    service('shop/api', '10.0.0.2', HTTP),
    service('data/api', '10.0.0.3', HTTP),
  ),
)

const ANY_TCP = '{ name: any, port: 81, protocol: TCP }'
const ANY_UDP = '{ name: any, port: 82, protocol: UDP }'

checkRows(
  'what is called any',
  corefile('wildcards zone'),
  [
    {
      ask: 'any._tcp.*.shop.svc SRV',
      is: ['SRV 0 33 80 web.shop.svc', 'SRV 0 33 81 web.shop.svc', 'SRV 0 33 80 api.shop.svc'],
      why: 'CoreDNS 1.8: any port of any service, though one has a port of that name',
    },
    {
      ask: '_any._any.*.shop.svc SRV',
      is: [80, 81, 82].map((port) => `SRV 0 25 ${port} web.shop.svc`).concat('SRV 0 25 80 api.shop.svc'),
      why: 'any protocol too',
    },
    { ask: '_any._tcp.web.shop.svc SRV', is: ['SRV 0 100 81 web.shop.svc'], why: 'this name exists, and goes before' },
    { ask: '_any._udp.web.shop.svc A', is: ['A 10.0.0.1'], why: 'this one too' },
    { ask: '_any._udp.api.shop.svc SRV', is: 'NXDOMAIN', why: 'any port, of which there is none' },
    {
      ask: '_any._any.web.shop.svc SRV',
      is: [80, 81, 82].map((port) => `SRV 0 33 ${port} web.shop.svc`),
      why: 'no port has this name: any port of any protocol',
    },
    { ask: 'any.web.shop.svc A', is: ['A 10.1.0.2'], why: 'an endpoint that is called so goes before' },
    { ask: '*.web.shop.svc A', is: ['A 10.1.0.1', 'A 10.1.0.2'], why: 'the other spelling is no name' },
    {
      ask: 'any.*.shop.svc A',
      is: ['A 10.1.0.1', 'A 10.1.0.2', 'A 10.1.0.3'],
      why: 'CoreDNS 1.8: any endpoint of any service',
    },
    { ask: 'any.any.svc A', is: ['A 10.0.0.3'], why: 'a service that is called so, in a namespace that is' },
    { ask: 'any.*.svc A', is: ['A 10.0.0.3'], why: 'objects that are called so go before, wherever they are' },
    { ask: 'web.any.svc A', is: 'NXDOMAIN', why: 'the namespace goes before' },
    { ask: 'any.shop.svc A', is: ['A 10.0.0.1', 'A 10.0.0.2'], why: 'no service of this namespace is called so' },
  ],
  cluster(
    namespace('shop'),
    namespace('any'),
    service('shop/web', '10.0.0.1', `${HTTP}, ${ANY_TCP}, ${ANY_UDP}`),
    slice('shop/web', HTTP, `${host('10.1.0.1')}, ${host('10.1.0.2', 'any')}`),
    service('shop/api', '10.0.0.2', HTTP),
    slice('shop/api', HTTP, host('10.1.0.3')),
    service('any/any', '10.0.0.3', HTTP),
  ),
)

checkRows(
  'wildcards namespace',
  corefile('wildcards namespace'),
  [
    { ask: '*.shop.svc A', is: ['A 10.0.0.1', 'A 10.0.0.2', 'A 10.0.0.3'], why: 'in one namespace' },
    { ask: '*.*.shop.svc A', is: ['A 10.1.0.1', 'A 10.1.0.2'], why: 'in one namespace' },
    { ask: 'web.*.svc A', is: 'NXDOMAIN', why: 'a wild namespace matches nothing' },
    { ask: '*.*.svc A', is: 'NXDOMAIN', why: 'a wild namespace matches nothing' },
    { ask: '*.svc A', is: 'NXDOMAIN', why: 'a wild namespace matches nothing' },
  ],
  CLUSTER,
)

checkRows(
  'wildcards zone search',
  corefile('wildcards zone search'),
  [
    { ask: 'we.shop.svc A', is: ['A 10.0.0.1'], why: 'nothing has just that name' },
    { ask: 'eb.*.svc A', is: ['A 10.0.0.1', 'A 10.0.0.4'], why: 'in all namespaces' },
    {
      ask: 'e.*.svc SRV',
      is: ['SRV 0 33 80 web.shop.svc', 'SRV 0 33 53 web.shop.svc', 'SRV 0 33 80 web.data.svc'],
      why: 'SRV',
    },
    { ask: 'zz.shop.svc A', is: 'NXDOMAIN', why: 'no name holds it' },
    { ask: 'x.web.shop.svc A', is: 'NXDOMAIN', why: 'not the name of a service' },
  ],
  CLUSTER,
)

checkRows(
  'without wildcards',
  corefile(),
  [
    { ask: '*.shop.svc A', is: 'NXDOMAIN', why: 'off by default' },
    { ask: 'any.shop.svc A', is: 'NXDOMAIN', why: 'off by default' },
  ],
  CLUSTER,
)

checkRows(
  'namespaces that are not exposed',
  corefile('wildcards zone\nnamespaces data'),
  [
    { ask: 'web.*.svc A', is: ['A 10.0.0.4'], why: 'never match' },
    { ask: '*.shop.svc A', is: 'NXDOMAIN', why: 'do not exist' },
  ],
  CLUSTER,
)
