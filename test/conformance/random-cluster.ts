/** Clusters that the API server would accept, small enough that names, ports and addresses meet. */
import fc from 'fast-check'
import { stringify } from 'yaml'

const port = fc.record({
  name: fc.constantFrom('http', 'dns', 'x', 'long-name-1'),
  protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
  port: fc.constantFrom(53, 80, 8080, 65535),
})

/** Several ports want names, all different; a single one may do without. */
const servicePorts = fc
  .tuple(fc.uniqueArray(port, { maxLength: 3, selector: ({ name }) => name }), fc.boolean())
  .map(([ports, unnamed]) => (ports.length === 1 && unnamed ? ports.map(({ name: _name, ...rest }) => rest) : ports))

/** A port of a slice may have no number. */
const slicePorts = fc
  .tuple(servicePorts, fc.nat(9))
  .map(([ports, at]) => ports.map((each, index) => (index === at ? { ...each, port: undefined } : each)))

/** Of endpoints; the last one may be a service's own. */
const ipv4 = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.1.1', '10.0.1.2', '10.96.0.2')
const ipv6 = fc.constantFrom('fd00::1', 'fd00::2', 'fd00:0:0:1::', 'fd00::1:0')

const services = ['s', 't', 'u']
const namespaces = ['a', 'b', 'c']

const spec = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ports: servicePorts, clusterIPs: fc.constant(['10.96.0.']) }) },
  { weight: 1, arbitrary: fc.record({ ports: servicePorts, clusterIPs: fc.constant(['10.96.0.', 'fd00:96::']) }) },
  { weight: 3, arbitrary: fc.record({ ports: servicePorts, clusterIPs: fc.constant(['None']) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('ExternalName'),
      externalName: fc.constantFrom('example.org', 's.a.svc.cluster.local', 't.b.svc.cluster.local'),
    }),
  },
)

/** Of load balancers; the second is an endpoint's too. */
const ingress = fc.constantFrom(
  [],
  [],
  [{ ip: '192.0.2.1' }],
  [{ hostname: 'known.a.svc.cluster.local' }, { ip: '10.0.0.2' }],
  [{ hostname: 'example.org' }],
)
const externalIPs = fc.constantFrom([], [], ['192.0.2.1', '192.0.2.2'], ['2001:db8::1'])

const service = fc.record({
  name: fc.constantFrom(...services),
  namespace: fc.constantFrom(...namespaces),
  spec,
  ingress,
  externalIPs,
})

const condition = fc.constantFrom({ ready: true }, { ready: true, serving: false }, { ready: false, serving: true }, {})

function slice(addressType: 'IPv4' | 'IPv6', address: fc.Arbitrary<string>) {
  const endpoint = fc.record(
    {
      addresses: fc.tuple(address),
      conditions: condition,
      hostname: fc.constantFrom('h-0', 'h-1', '10-0-0-1'),
      targetRef: fc.constantFrom('p-0', 'p-1').map((name) => ({ kind: 'Pod', name })),
    },
    { requiredKeys: ['addresses', 'conditions'] },
  )
  return fc.record({
    service: fc.constantFrom(...services),
    namespace: fc.constantFrom(...namespaces),
    ports: slicePorts,
    endpoints: fc.array(endpoint, { maxLength: 3 }),
    addressType: fc.constant(addressType),
  })
}

const slices = fc.array(
  fc.oneof({ weight: 3, arbitrary: slice('IPv4', ipv4) }, { weight: 1, arbitrary: slice('IPv6', ipv6) }),
  {
    maxLength: 12,
  },
)

/** As YAML. `known` in namespace `a` is always there; every namespace exists, since PTR records differ where one does not. */
export const randomCluster: fc.Arbitrary<string> = fc
  .record({
    services: fc.uniqueArray(service, {
      maxLength: 8,
      selector: ({ namespace, name }) => `${namespace}/${name}`,
    }),
    slices,
  })
  .map(({ services, slices }) => {
    const known = { clusterIP: '10.99.0.1', clusterIPs: ['10.99.0.1'], ports: [{ port: 1, protocol: 'TCP' }] }
    const objects: object[] = [
      ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'known', namespace: 'a' }, spec: known },
      ...services.map(serviceObject),
      ...slices.map(({ service, namespace, ...rest }, index) => ({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: `slice-${index}`, namespace, labels: { 'kubernetes.io/service-name': service } },
        ...rest,
      })),
    ]
    return objects.map((object) => stringify(object)).join('---\n')
  })

/** No two services have an address in common: theirs end in their number. */
function serviceObject(
  { name, namespace, spec, ingress, externalIPs }: typeof service extends fc.Arbitrary<infer T> ? T : never,
  index: number,
): object {
  const metadata = { name, namespace }
  const status = { loadBalancer: { ingress } }
  if (!('clusterIPs' in spec)) {
    return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...spec, externalIPs }, status }
  }
  const clusterIPs = spec.clusterIPs.map((address) => (address === 'None' ? address : `${address}${index + 1}`))
  const addresses = { clusterIPs, clusterIP: clusterIPs[0], externalIPs }
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...spec, ...addresses }, status }
}
