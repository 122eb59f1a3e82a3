import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SlimObject } from '../objects.ts'
import { Slimmer, type SlimOptions, type TypeMeta } from './slim.ts'

function slimmed(full: unknown, options: SlimOptions = {}, listed?: TypeMeta) {
  const warnings: string[] = []
  const slimmer = new Slimmer(options, ({ object, field, problem }) => warnings.push(`${object}: ${field}: ${problem}`))
  return { changes: slimmer.slim(full, listed), warnings }
}

const service = (spec: unknown, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec,
  ...rest,
})
const slice = (rest: object, labels: object = { 'kubernetes.io/service-name': 'web' }) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-x7k2p', namespace: 'shop', labels },
  ...rest,
})
const legacy = (subsets: unknown) => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'web', namespace: 'shop' },
  subsets,
})
const pod = (status: unknown, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'shop', ...metadata },
  status,
})
const serviceImport = (spec: unknown) => ({
  apiVersion: 'multicluster.x-k8s.io/v1alpha1',
  kind: 'ServiceImport',
  metadata: { name: 'web', namespace: 'shop' },
  spec,
})

const plainService = {
  kind: 'Service',
  namespace: 'shop',
  name: 'web',
  type: 'ClusterIP',
  clusterIPs: [],
  externalName: '',
  ports: [],
  labels: {},
  annotations: {},
  externalIPs: [],
  ingress: [],
  creationTimestamp: 0,
}
const plainSlice = {
  kind: 'EndpointSlice',
  namespace: 'shop',
  name: 'web-x7k2p',
  serviceName: 'web',
  legacy: false,
  sourceCluster: '',
  ports: [],
  endpoints: [],
  labels: { 'kubernetes.io/service-name': 'web' },
}
const endpoint = (address: string, rest: object = {}) => ({
  addresses: [address],
  hostname: '',
  podName: '',
  zone: '',
  ...rest,
})

/** A full object, the fields in which its slim object differs from the plain one of its kind, and what is warned of. */
interface Row {
  readonly name: string
  readonly full: object
  readonly slim: object | undefined
  readonly warnings?: readonly string[]
}

const services: Row[] = [
  { name: 'an empty spec takes every default', full: service({}), slim: {} },
  { name: 'a service without spec', full: service(undefined), slim: {} },
  {
    name: 'clusterIPs come from clusterIP',
    full: service({ clusterIP: '10.0.0.7' }),
    slim: { clusterIPs: ['10.0.0.7'] },
  },
  {
    name: 'clusterIPs go before clusterIP',
    full: service({ clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7', 'fd00::7'] }),
    slim: { clusterIPs: ['10.0.0.7', 'fd00::7'] },
  },
  { name: 'no address yet', full: service({ clusterIP: '', clusterIPs: null }), slim: {} },
  { name: 'None is headless', full: service({ clusterIP: 'None' }), slim: { type: 'Headless' } },
  { name: 'None in clusterIPs is headless', full: service({ clusterIPs: ['None'] }), slim: { type: 'Headless' } },
  { name: 'NodePort', full: service({ type: 'NodePort', clusterIP: '10.0.0.7' }), slim: { clusterIPs: ['10.0.0.7'] } },
  {
    name: 'LoadBalancer with ingress and external addresses',
    full: service(
      { type: 'LoadBalancer', clusterIP: '10.0.0.7', externalIPs: ['192.0.2.1'] },
      { status: { loadBalancer: { ingress: [{ ip: '192.0.2.2' }, { hostname: 'lb.example.com' }] } } },
    ),
    slim: { clusterIPs: ['10.0.0.7'], externalIPs: ['192.0.2.1'], ingress: ['192.0.2.2', 'lb.example.com'] },
  },
  {
    name: 'a load balancer without a good address',
    full: service(
      {},
      { status: { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: 'a_b' }, { hostname: '192.0.2.1' }, {}, 7] } } },
    ),
    slim: {},
    warnings: [
      'Service shop/web: status.loadBalancer.ingress[0].ip: "x" is no IP address',
      'Service shop/web: status.loadBalancer.ingress[1].hostname: "a_b" is no host name',
      'Service shop/web: status.loadBalancer.ingress[2].hostname: "192.0.2.1" is no host name',
      'Service shop/web: status.loadBalancer.ingress[4]: 7 is no object',
    ],
  },
  {
    name: 'ExternalName has no address and no ports',
    full: service({ type: 'ExternalName', externalName: 'db.example.com.', clusterIP: '', ports: [{ port: 1 }] }),
    slim: { type: 'ExternalName', externalName: 'db.example.com.' },
  },
  {
    name: 'ExternalName is kept as written',
    full: service({ type: 'ExternalName', externalName: '192.0.2.1' }),
    slim: { type: 'ExternalName', externalName: '192.0.2.1' },
  },
  {
    name: 'ExternalName without a name',
    full: service({ type: 'ExternalName' }),
    slim: { type: 'ExternalName' },
    warnings: ['Service shop/web: spec.externalName: no name is given; the service answers nothing'],
  },
  {
    name: 'ExternalName that is endless',
    full: service({ type: 'ExternalName', externalName: 'x'.repeat(300) }),
    slim: { type: 'ExternalName' },
    warnings: [
      `Service shop/web: spec.externalName: "${'x'.repeat(79)}…" is longer than a name can be; the service answers nothing`,
    ],
  },
  {
    name: 'protocol TCP and no port name by default',
    full: service({ ports: [{ port: 80 }, { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'x' }] }),
    slim: {
      ports: [
        { name: '', protocol: 'TCP', port: 80 },
        { name: 'dns', protocol: 'UDP', port: 53 },
      ],
    },
  },
  {
    name: 'a port with a fault is left out whole',
    full: service({
      ports: [
        { port: 0 },
        { port: 65536 },
        { port: '80' },
        { port: 1.5 },
        {},
        7,
        { port: 1, name: 7 },
        { port: 1, protocol: 'tcp' },
        { port: 2 },
      ],
    }),
    slim: { ports: [{ name: '', protocol: 'TCP', port: 2 }] },
    warnings: [
      'Service shop/web: spec.ports[0].port: 0 is no port number (1 to 65535)',
      'Service shop/web: spec.ports[1].port: 65536 is no port number (1 to 65535)',
      'Service shop/web: spec.ports[2].port: "80" is no port number (1 to 65535)',
      'Service shop/web: spec.ports[3].port: 1.5 is no port number (1 to 65535)',
      'Service shop/web: spec.ports[4].port: undefined is no port number (1 to 65535)',
      'Service shop/web: spec.ports[5]: 7 is no object',
      'Service shop/web: spec.ports[6].name: 7 is no string of at most 253 characters',
      'Service shop/web: spec.ports[7].protocol: "tcp" is none of TCP, UDP, SCTP',
    ],
  },
  {
    name: 'addresses with a fault are left out one by one',
    full: service({ clusterIPs: ['10.0.0.256', '10.0.0.7', 7, '010.0.0.1', 'fe80::1%eth0'], externalIPs: 'x' }),
    slim: { clusterIPs: ['10.0.0.7'] },
    warnings: [
      'Service shop/web: spec.clusterIPs[0]: "10.0.0.256" is no IP address',
      'Service shop/web: spec.clusterIPs[2]: 7 is no IP address',
      'Service shop/web: spec.clusterIPs[3]: "010.0.0.1" is no IP address',
      'Service shop/web: spec.clusterIPs[4]: "fe80::1%eth0" is no IP address',
      'Service shop/web: spec.externalIPs: "x" is no list',
    ],
  },
  {
    name: 'a type that there is not',
    full: service({ type: 'Clusterip' }),
    slim: undefined,
    warnings: ['Service shop/web: spec.type: "Clusterip" is no type of service; the service is left out'],
  },
  {
    name: 'fields of the wrong type',
    full: service('x', { status: [] }),
    slim: {},
    warnings: ['Service shop/web: status: a list is no object', 'Service shop/web: spec: "x" is no object'],
  },
  {
    name: 'namespace default, labels, the annotations of ours, time of creation',
    full: service(
      {},
      {
        metadata: {
          name: 'web',
          labels: { app: 'web', 'x.io/y': '', n: 7 },
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'zonecast.dev/hostname': 'a.b' },
          creationTimestamp: '2026-01-02T03:04:05Z',
        },
      },
    ),
    slim: {
      namespace: 'default',
      labels: { app: 'web', 'x.io/y': '' },
      annotations: { 'zonecast.dev/hostname': 'a.b' },
      creationTimestamp: Date.UTC(2026, 0, 2, 3, 4, 5),
    },
    warnings: ['Service default/web: metadata.labels.n: 7 is no string of at most 63 characters'],
  },
  {
    name: 'a time that is none',
    full: service({}, { metadata: { name: 'web', namespace: 'shop', creationTimestamp: 'yesterday' } }),
    slim: {},
    warnings: ['Service shop/web: metadata.creationTimestamp: "yesterday" is no time'],
  },
]

const slices: Row[] = [
  { name: 'no endpoints at all', full: slice({ endpoints: null, ports: null }), slim: {} },
  {
    name: 'ready true or absent counts, whatever serving and terminating say',
    full: slice({
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['10.1.0.1'] },
        { addresses: ['10.1.0.2'], conditions: { ready: true, serving: false, terminating: true } },
        { addresses: ['10.1.0.3'], conditions: { ready: false, serving: true } },
        { addresses: ['10.1.0.4'], conditions: { ready: null } },
        { addresses: ['10.1.0.5'], conditions: {} },
        { addresses: ['10.1.0.6'], conditions: { ready: 'yes' } },
      ],
    }),
    slim: { endpoints: ['10.1.0.1', '10.1.0.2', '10.1.0.4', '10.1.0.5'].map((address) => endpoint(address)) },
    warnings: ['EndpointSlice shop/web-x7k2p: endpoints[5].conditions.ready: "yes" is neither true nor false'],
  },
  {
    name: 'hostname, pod and zone',
    full: slice({
      addressType: 'IPv6',
      endpoints: [
        {
          addresses: ['fd00::1', 'fd00::2'],
          hostname: 'web-0',
          zone: 'eu-1a',
          targetRef: { kind: 'Pod', name: 'web-0.x' },
        },
        { addresses: ['fd00::3'], hostname: 'Web_0', targetRef: { kind: 'Node', name: 'n1' } },
      ],
    }),
    slim: {
      endpoints: [
        { addresses: ['fd00::1', 'fd00::2'], hostname: 'web-0', podName: 'web-0.x', zone: 'eu-1a' },
        endpoint('fd00::3'),
      ],
    },
    warnings: ['EndpointSlice shop/web-x7k2p: endpoints[1].hostname: "Web_0" is no DNS label'],
  },
  {
    name: 'a port may lack its number',
    full: slice({
      ports: [{ name: 'any' }, { name: null, port: 80, protocol: null }, { name: '', port: 1, protocol: 'SCTP' }],
    }),
    slim: {
      ports: [
        { name: 'any', protocol: 'TCP', port: undefined },
        { name: '', protocol: 'TCP', port: 80 },
        { name: '', protocol: 'SCTP', port: 1 },
      ],
    },
  },
  {
    name: 'without addressType either family',
    full: slice({ endpoints: [{ addresses: ['10.1.0.1'] }, { addresses: ['fd00::1'] }] }),
    slim: { endpoints: [endpoint('10.1.0.1'), endpoint('fd00::1')] },
  },
  {
    name: 'an address of the other family; an endpoint without address is none',
    full: slice({ addressType: 'IPv4', endpoints: [{ addresses: ['fd00::1'] }, { addresses: [] }, {}] }),
    slim: {},
    warnings: [
      'EndpointSlice shop/web-x7k2p: endpoints[0].addresses[0]: "fd00::1" is no IP address of the addressType',
    ],
  },
  {
    name: 'addresses that are host names',
    full: slice({ addressType: 'FQDN', endpoints: [{ addresses: ['a.example.com'] }] }),
    slim: undefined,
    warnings: ['EndpointSlice shop/web-x7k2p: addressType: "FQDN" is neither IPv4 nor IPv6; the slice is left out'],
  },
  {
    name: 'a slice of no service',
    full: slice({}, {}),
    slim: undefined,
    warnings: [
      'EndpointSlice shop/web-x7k2p: metadata.labels.kubernetes.io/service-name: names no service; the slice is left out',
    ],
  },
  {
    name: 'a multicluster slice',
    full: slice(
      { endpoints: [{ addresses: ['10.9.0.1'] }] },
      { 'multicluster.kubernetes.io/service-name': 'web', 'multicluster.kubernetes.io/source-cluster': 'east' },
    ),
    slim: {
      sourceCluster: 'east',
      endpoints: [endpoint('10.9.0.1')],
      labels: { 'multicluster.kubernetes.io/service-name': 'web', 'multicluster.kubernetes.io/source-cluster': 'east' },
    },
  },
  {
    name: 'a multicluster slice that does not say its cluster',
    full: slice({}, { 'multicluster.kubernetes.io/service-name': 'web' }),
    slim: undefined,
    warnings: [
      'EndpointSlice shop/web-x7k2p: metadata.labels.multicluster.kubernetes.io/source-cluster: a slice with multicluster.kubernetes.io/service-name must say which cluster it is from',
      'EndpointSlice shop/web-x7k2p: metadata.labels.kubernetes.io/service-name: names no service; the slice is left out',
    ],
  },
]

const pods: Row[] = [
  {
    name: 'podIPs',
    full: pod({ phase: 'Running', podIP: '10.2.0.1', podIPs: [{ ip: '10.2.0.1' }, { ip: 'fd00::1' }] }),
    slim: { podIPs: ['10.2.0.1', 'fd00::1'] },
  },
  { name: 'podIP alone', full: pod({ podIP: '10.2.0.1' }), slim: { podIPs: ['10.2.0.1'] } },
  ...['Succeeded', 'Failed', 'Unknown'].map((phase) => ({
    name: `phase ${phase}`,
    full: pod({ phase, podIP: '10.2.0.1' }),
    slim: undefined,
  })),
  {
    name: 'being deleted',
    full: pod({ podIP: '10.2.0.1' }, { deletionTimestamp: '2026-01-02T03:04:05Z' }),
    slim: undefined,
  },
  { name: 'no address yet', full: pod({ phase: 'Pending' }), slim: undefined },
  {
    name: 'an address that is none',
    full: pod({ podIPs: [{ ip: 'x' }] }),
    slim: undefined,
    warnings: ['Pod shop/web-0: status.podIPs[0].ip: "x" is no IP address'],
  },
]

const imports: Row[] = [
  {
    name: 'ClusterSetIP',
    full: serviceImport({ type: 'ClusterSetIP', ips: ['10.3.0.1'], ports: [{ name: 'http', port: 80 }] }),
    slim: { type: 'ClusterSetIP', clusterIPs: ['10.3.0.1'], ports: [{ name: 'http', protocol: 'TCP', port: 80 }] },
  },
  { name: 'Headless', full: serviceImport({ type: 'Headless' }), slim: { type: 'Headless' } },
  {
    name: 'no type',
    full: serviceImport({}),
    slim: undefined,
    warnings: ['ServiceImport shop/web: spec.type: "" is no type of service import; the import is left out'],
  },
]

const namespaces: Row[] = [
  {
    name: 'with the label that the API server adds',
    full: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } },
    slim: { labels: { team: 'a', 'kubernetes.io/metadata.name': 'shop' } },
  },
]

const suites: [kind: string, plain: object, rows: Row[]][] = [
  ['Service', plainService, services],
  ['EndpointSlice', plainSlice, slices],
  ['Pod', { kind: 'Pod', namespace: 'shop', name: 'web-0', labels: {} }, pods],
  [
    'ServiceImport',
    { kind: 'ServiceImport', namespace: 'shop', name: 'web', clusterIPs: [], ports: [], labels: {} },
    imports,
  ],
  ['Namespace', { kind: 'Namespace', name: 'shop' }, namespaces],
]
for (const [kind, plain, rows] of suites) {
  test.each(rows)(`${kind}: $name`, ({ full, slim, warnings }) => {
    const result = slimmed(full)
    expect(result.warnings).toEqual(warnings ?? [])
    expect(result.changes).toHaveLength(1)
    expect(result.changes[0]?.kind).toBe(kind)
    expect(result.changes[0]?.object).toEqual(slim === undefined ? undefined : { ...plain, ...slim })
  })
}

test('Endpoints: one legacy slice per subset, without addresses that are not ready', () => {
  const { changes, warnings } = slimmed(
    legacy([
      {
        addresses: [{ ip: '10.1.0.1', hostname: 'a', targetRef: { kind: 'Pod', name: 'web-1' } }, { ip: 'x' }],
        notReadyAddresses: [{ ip: '10.1.0.2' }],
        ports: [{ port: 80 }],
      },
      { notReadyAddresses: [{ ip: '10.1.0.3' }], ports: [{ name: 'alt', port: 81 }] },
    ]),
  )
  const common = { ...plainSlice, legacy: true, labels: {} }
  expect(warnings).toEqual(['Endpoints shop/web: subsets[0].addresses[1].ip: "x" is no IP address'])
  expect(changes.map(({ object }) => object)).toEqual([
    {
      ...common,
      name: 'web/0',
      ports: [{ name: '', protocol: 'TCP', port: 80 }],
      endpoints: [endpoint('10.1.0.1', { hostname: 'a', podName: 'web-1' })],
    },
    { ...common, name: 'web/1', ports: [{ name: 'alt', protocol: 'TCP', port: 81 }] },
  ])
})

test('Endpoints without subsets are known to be empty', () => {
  expect(slimmed(legacy(null)).changes).toEqual([
    { kind: 'EndpointSlice', namespace: 'shop', name: 'web/0', object: undefined },
  ])
})

test('a slice of a service and of an import gives a slim slice for each', () => {
  const labels = {
    'kubernetes.io/service-name': 'derived-web',
    'multicluster.kubernetes.io/service-name': 'web',
    'multicluster.kubernetes.io/source-cluster': 'east',
  }
  const { changes } = slimmed(slice({}, labels))
  expect(changes.map(({ object }) => object)).toMatchObject([
    { name: 'web-x7k2p', serviceName: 'derived-web', sourceCluster: '' },
    { name: 'web-x7k2p/multicluster', serviceName: 'web', sourceCluster: 'east' },
  ])
})

const leftOut: [name: string, full: unknown, warnings: string[]][] = [
  ['a kind that DNS does not need', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }, []],
  [
    'a Service of another group',
    { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'web' } },
    [],
  ],
  ['no kind', { apiVersion: 'v1' }, ['Object: kind: apiVersion and kind do not say what it is; it is left out']],
  ['kind alone', { kind: 'Service' }, ['Object: kind: apiVersion and kind do not say what it is; it is left out']],
  ['no object', 7, ['Object: : 7 is no object']],
  [
    'no metadata',
    { apiVersion: 'v1', kind: 'Service' },
    ['Service: metadata.name: "" is no valid name; the object is left out'],
  ],
  [
    'a name that cannot stand in a path',
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web/a' } },
    ['Service: metadata.name: "web/a" is no valid name; the object is left out'],
  ],
  [
    'a name that is no string',
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 7 } },
    ['Service: metadata.name: 7 is no string', 'Service: metadata.name: "" is no valid name; the object is left out'],
  ],
  [
    'a namespace that is no label',
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'Shop' } },
    ['Service Shop/web: metadata.namespace: "Shop" is no DNS label; the object is left out'],
  ],
]
test.each(leftOut)('left out: %s', (_, full, warnings) => {
  expect(slimmed(full)).toEqual({ changes: [], warnings })
})

test('items of a typed list take their type from it', () => {
  const { changes } = slimmed({ metadata: { name: 'web' } }, {}, { apiVersion: 'v1', kind: 'Service' })
  expect(changes[0]).toMatchObject({ kind: 'Service', namespace: 'default', name: 'web' })
})

test('only the labels and pod names that are asked for are kept', () => {
  const full = slice(
    { endpoints: [{ addresses: ['10.1.0.1'], targetRef: { kind: 'Pod', name: 'web-0' } }] },
    { 'kubernetes.io/service-name': 'web', app: 'web', other: 7 },
  )
  const { changes, warnings } = slimmed(full, { labelKeys: new Set(['app']), podNames: false })
  expect(changes[0]?.object).toMatchObject({ serviceName: 'web', labels: { app: 'web' }, endpoints: [{ podName: '' }] })
  expect(changes[0]?.object?.labels).toEqual({ app: 'web' })
  expect(warnings).toEqual([])
})

test('equal port lists are one list', () => {
  const slimmer = new Slimmer({}, () => {})
  const ports = (name: string): unknown => {
    const [change] = slimmer.slim({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ port: 80 }] },
    })
    return change?.object?.kind === 'Service' ? change.object.ports : undefined
  }
  expect(ports('a')).toBe(ports('b'))
})

test('external addresses are kept only for those who publish them', () => {
  const full = service({ externalIPs: ['192.0.2.1', 'x'] }, { status: { loadBalancer: { ingress: [{ ip: 'y' }] } } })
  const { changes, warnings } = slimmed(full, { externalAddresses: false })
  expect(changes[0]?.object).toEqual(plainService)
  expect(warnings).toEqual([])
})

test('labels named like members of every object', () => {
  const full = JSON.parse(
    '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","labels":{"__proto__":"x","constructor":"y"}}}',
  )
  const labels = slimmed(full).changes[0]?.object?.labels
  expect(Object.entries(labels ?? {})).toContainEqual(['__proto__', 'x'])
  expect(Object.getPrototypeOf(labels)).toBe(Object.prototype)
})

/** Objects that look like API objects down to where a value is anything. */
function mangled(full: object): fc.Arbitrary<unknown> {
  const anything = fc.jsonValue({ maxDepth: 3 })
  const mangle = (value: unknown): fc.Arbitrary<unknown> => {
    if (Array.isArray(value)) return fc.oneof({ weight: 6, arbitrary: fc.tuple(...value.map(mangle)) }, anything)
    if (typeof value !== 'object' || value === null)
      return fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, anything)
    const entries = Object.entries(value).map(([key, inner]) => [key, mangle(inner)] as const)
    return fc.oneof({ weight: 9, arbitrary: fc.record(Object.fromEntries(entries), { requiredKeys: [] }) }, anything)
  }
  return mangle(full)
}

test('whatever an object holds: no throw, and only valid values come out', () => {
  const fulls = suites.flatMap(([, , rows]) => rows.map(({ full }) => full))
  const any = fc.oneof(...fulls.map(mangled))
  fc.assert(
    fc.property(any, (full) => {
      for (const { object } of slimmed(full).changes) if (object !== undefined) expectValid(object)
    }),
    { numRuns: 2000 },
  )
})

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
function expectValid(object: SlimObject): void {
  if (object.kind !== 'Namespace') expect(object.namespace).toMatch(LABEL)
  if (object.kind === 'ServiceImport' || object.kind === 'Namespace') expect(object.name).toMatch(LABEL)
  if (object.kind === 'Service') expect(object.name).toMatch(/^[^/%\p{Cc}]{1,253}$/u)
  if (!('ports' in object)) return
  for (const { name, protocol, port } of object.ports) {
    expect(name.length).toBeLessThan(254)
    expect(['TCP', 'UDP', 'SCTP']).toContain(protocol)
    if (object.kind !== 'EndpointSlice') expect(port).toBeDefined()
    if (port !== undefined) expect(port).toBe(Math.min(Math.max(Math.trunc(port), 1), 65535))
  }
  if (object.kind !== 'EndpointSlice') return
  for (const { addresses, hostname } of object.endpoints) {
    expect(addresses.length).toBeGreaterThan(0)
    if (hostname !== '') expect(hostname).toMatch(LABEL)
  }
}
