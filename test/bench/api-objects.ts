/** The cluster as the API server describes it, with the fields that `kubectl get -o json` shows. */
import {
  type ClusterService,
  type ClusterShape,
  clusterService,
  mix,
  namespaceCount,
  namespaceName,
  pick,
  ports,
} from './cluster.ts'

export type Resource = 'namespaces' | 'services' | 'endpointslices'

export interface ApiObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels: Readonly<Record<string, string>>
    readonly uid: string
    readonly resourceVersion: string
    readonly creationTimestamp: string
    readonly generateName?: string
    readonly generation?: number
    readonly ownerReferences?: readonly object[]
  }
  readonly [field: string]: unknown
}

const endpointsPerSlice = 100

export function* objectsOf(shape: ClusterShape, resource: Resource): Generator<ApiObject> {
  if (resource === 'namespaces') {
    for (let index = 0; index < namespaceCount(shape); index++) yield namespaceObject(namespaceName(shape, index))
    return
  }
  for (let index = 0; index < shape.services; index++) {
    const service = clusterService(shape, index)
    if (resource === 'services') yield serviceObject(service)
    else yield* endpointSliceObjects(service)
  }
}

export function namespaceObject(name: string): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: metadata('Namespace', '', name, { 'kubernetes.io/metadata.name': name }),
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }
}

export function serviceObject({ namespace, name, headless, clusterIP }: ClusterService): ApiObject {
  const address = headless ? 'None' : clusterIP
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('Service', namespace, name, appLabels(name)),
    spec: {
      clusterIP: address,
      clusterIPs: [address],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: ports.map(({ name, port, targetPort }) => ({ name, port, protocol: 'TCP', targetPort })),
      selector: { 'app.kubernetes.io/name': name },
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  }
}

/** At most 100 endpoints a slice, as the control plane makes them. */
export function endpointSliceObjects({ namespace, name, endpoints }: ClusterService): ApiObject[] {
  const slices: ApiObject[] = []
  for (let start = 0; start < endpoints.length; start += endpointsPerSlice) {
    const sliceName = `${name}-${mix(start, name.length + namespace.length)
      .toString(36)
      .slice(0, 5)}`
    slices.push({
      addressType: 'IPv4',
      apiVersion: 'discovery.k8s.io/v1',
      endpoints: endpoints.slice(start, start + endpointsPerSlice).map((endpoint) => ({
        addresses: [endpoint.address],
        conditions: { ready: true, serving: true, terminating: false },
        ...(endpoint.hostname === '' ? {} : { hostname: endpoint.hostname }),
        nodeName: endpoint.node,
        targetRef: {
          kind: 'Pod',
          name: endpoint.podName,
          namespace,
          uid: uid('Pod', namespace, endpoint.podName),
        },
        zone: endpoint.zone,
      })),
      kind: 'EndpointSlice',
      metadata: {
        ...metadata('EndpointSlice', namespace, sliceName, {
          ...appLabels(name),
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': name,
        }),
        generateName: `${name}-`,
        generation: 3,
        ownerReferences: [
          {
            apiVersion: 'v1',
            blockOwnerDeletion: true,
            controller: true,
            kind: 'Service',
            name,
            uid: uid('Service', namespace, name),
          },
        ],
      },
      ports: ports.map(({ name, targetPort }) => ({ name, port: targetPort, protocol: 'TCP' })),
    })
  }
  return slices
}

function appLabels(name: string): Record<string, string> {
  return { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/name': name }
}

function metadata(kind: string, namespace: string, name: string, labels: Record<string, string>) {
  return {
    creationTimestamp: '2026-03-02T09:14:33Z',
    labels,
    name,
    ...(namespace === '' ? {} : { namespace }),
    resourceVersion: String(100_000 + (textHash(namespace + name) % 900_000)),
    uid: uid(kind, namespace, name),
  }
}

function uid(kind: string, namespace: string, name: string): string {
  const hash = textHash(`${kind}/${namespace}/${name}`)
  const hex = [0, 1, 2, 3].map((part) => mix(hash, part).toString(16).padStart(8, '0')).join('')
  const variant = pick(['8', '9', 'a', 'b'], hash)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

function textHash(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
