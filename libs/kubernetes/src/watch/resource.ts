/** What is read of the API server: which resources, and the paths that list and watch them. */

import type { Kind } from '../objects.ts'

export type ResourceName = 'namespaces' | 'services' | 'endpointslices' | 'pods' | 'serviceimports'

export interface Resource {
  readonly name: ResourceName
  /** '' is the core group. */
  readonly group: string
  readonly version: string
  readonly kind: Kind
  /** What the cluster's DNS cannot be answered without. Where it is not, the source is switched off and the others go on. */
  readonly isEssential: boolean
}

export const RESOURCES: Readonly<Record<ResourceName, Resource>> = {
  namespaces: { name: 'namespaces', group: '', version: 'v1', kind: 'Namespace', isEssential: true },
  services: { name: 'services', group: '', version: 'v1', kind: 'Service', isEssential: true },
  endpointslices: {
    name: 'endpointslices',
    group: 'discovery.k8s.io',
    version: 'v1',
    kind: 'EndpointSlice',
    isEssential: true,
  },
  pods: { name: 'pods', group: '', version: 'v1', kind: 'Pod', isEssential: false },
  serviceimports: {
    name: 'serviceimports',
    group: 'multicluster.x-k8s.io',
    version: 'v1alpha1',
    kind: 'ServiceImport',
    isEssential: false,
  },
}

/** One list and one watch. */
export interface SourceScope {
  readonly resource: Resource
  /** '' for all namespaces; of namespaces: the one of that name. */
  readonly namespace: string
  readonly labelSelector: string | undefined
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Ended pods have no place in DNS; a pod that ends leaves such a watch as if it were deleted. */
const RUNNING_PODS = 'status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown'

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`
}

/** Path and query of a list. */
export function listPath(scope: SourceScope, query: Query = {}): string {
  const { resource, namespace } = scope
  const isInNamespace = namespace !== '' && resource.kind !== 'Namespace'
  const inside = isInNamespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${rootOf(resource)}${inside}/${resource.name}${queryText({ ...selectorsOf(scope), ...query })}`
}

/**
 * Path and query of a watch. That of one Namespace has a path of its own, long deprecated and still served: only there
 * a Role in that namespace is asked, so that whoever may read nothing else can watch it.
 */
export function watchPath(scope: SourceScope, query: Query): string {
  const { resource, namespace } = scope
  const watching = { ...query, watch: true }
  if (resource.kind !== 'Namespace' || namespace === '') return listPath(scope, watching)
  // Without `watch` the query is checked as that of a list, which may not stream.
  return `${rootOf(resource)}/watch/namespaces/${encodeURIComponent(namespace)}${queryText(watching)}`
}

/** For people: `services`, `services of namespace shop`, `namespace shop`. */
export function describeScope({ resource, namespace }: SourceScope): string {
  if (namespace === '') return resource.name
  return resource.kind === 'Namespace' ? `namespace ${namespace}` : `${resource.name} of namespace ${namespace}`
}

function rootOf(resource: Resource): string {
  return `/${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`
}

function selectorsOf({ resource, namespace, labelSelector }: SourceScope): Query {
  const isOneNamespace = resource.kind === 'Namespace' && namespace !== ''
  const fieldSelector = isOneNamespace
    ? `metadata.name=${namespace}`
    : resource.kind === 'Pod'
      ? RUNNING_PODS
      : undefined
  return { labelSelector, fieldSelector }
}

function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
