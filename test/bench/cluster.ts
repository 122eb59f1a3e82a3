/**
 * A plausible cluster, made of numbers: every service follows from its index and the seed alone, so that writers, query
 * generators and checks agree without holding 100,000 services in memory.
 *
 * N services in N/50 namespaces, 3 endpoints each, two named ports; every tenth is a headless StatefulSet whose
 * endpoints have hostnames. 100,000 services make 300,000 endpoints and 1.09 million DNS names.
 */
export interface ClusterShape {
  readonly services: number
  readonly seed: number
  /** Another number gives every endpoint another address, and nothing else: all services change. Default 0. */
  readonly variant?: number
  /** Of each service; default 3. */
  readonly endpoints?: number
}

export interface ClusterEndpoint {
  readonly address: string
  /** '' unless the service is headless. */
  readonly hostname: string
  readonly podName: string
  readonly node: string
  readonly zone: string
}

export interface ClusterService {
  readonly namespace: string
  readonly name: string
  readonly headless: boolean
  /** '' when headless. */
  readonly clusterIP: string
  readonly endpoints: readonly ClusterEndpoint[]
}

export const ports = [
  { name: 'http', port: 80, targetPort: 8080 },
  { name: 'metrics', port: 9090, targetPort: 9090 },
] as const

const DEFAULT_ENDPOINTS = 3
const servicesPerNamespace = 50
const topologyZones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']
const teams = [
  'billing',
  'catalog',
  'checkout',
  'identity',
  'logistics',
  'media',
  'payments',
  'pricing',
  'search',
  'web',
]
const roles = ['api', 'cache', 'consumer', 'gateway', 'importer', 'indexer', 'relay', 'scheduler', 'store', 'worker']

const clusterNetwork = address(10, 96, 1, 0)
const podNetwork = address(10, 128, 0, 0)
/** Room for the endpoints of one variant: 2^20. */
const variantSize = 1 << 20

export function namespaceCount(shape: ClusterShape): number {
  return Math.max(1, Math.floor(shape.services / servicesPerNamespace))
}

export function namespaceName(shape: ClusterShape, index: number): string {
  return `${pick(teams, mix(shape.seed, index))}-${index}`
}

export function isHeadless(index: number): boolean {
  return index % 10 === 7
}

/** @param index 0 .. shape.services - 1 */
export function clusterService(shape: ClusterShape, index: number): ClusterService {
  const hash = mix(shape.seed, index + 0x10000)
  const name = `${pick(teams, hash)}-${pick(roles, hash >>> 8)}-${index}`
  const headless = isHeadless(index)
  const { endpoints = DEFAULT_ENDPOINTS } = shape
  return {
    namespace: namespaceName(shape, index % namespaceCount(shape)),
    name,
    headless,
    clusterIP: headless ? '' : addressText(clusterNetwork + index),
    endpoints: clusterEndpoints(shape, name, headless, index * endpoints, endpoints),
  }
}

/** One service of many endpoints: a large Deployment, or when headless a large StatefulSet. It lies behind all others. */
export function largeService(shape: ClusterShape, headless: boolean, endpoints: number): ClusterService {
  const name = headless ? 'storage-nodes' : 'frontend'
  const first = shape.services * (shape.endpoints ?? DEFAULT_ENDPOINTS) + (headless ? endpoints : 0)
  return {
    namespace: namespaceName(shape, 0),
    name,
    headless,
    clusterIP: headless ? '' : addressText(clusterNetwork + shape.services),
    endpoints: clusterEndpoints(shape, name, headless, first, endpoints),
  }
}

function clusterEndpoints(shape: ClusterShape, service: string, headless: boolean, first: number, count: number) {
  const base = podNetwork + variantSize * (shape.variant ?? 0)
  return Array.from({ length: count }, (_, ordinal): ClusterEndpoint => {
    const hash = mix(shape.seed, first + ordinal)
    const podName = headless ? `${service}-${ordinal}` : `${service}-${podSuffix(hash)}`
    const node = hash % 500
    return {
      address: addressText(base + first + ordinal),
      hostname: headless ? podName : '',
      podName,
      node: `worker-${node}`,
      zone: pick(topologyZones, node),
    }
  })
}

/** A well mixed 32-bit number (the finaliser of MurmurHash3). */
export function mix(seed: number, index: number): number {
  let hash = Math.imul(seed ^ index, 0x9e3779b1) ^ index
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export function pick<T>(values: readonly T[], hash: number): T {
  return values[(hash >>> 0) % values.length] as T
}

function podSuffix(hash: number): string {
  return `${hash.toString(36).padStart(7, '0')}-${(Math.imul(hash, 31) >>> 8).toString(36).padStart(5, '0')}`
}

function address(a: number, b: number, c: number, d: number): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

function addressText(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}
