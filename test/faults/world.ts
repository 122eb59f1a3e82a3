/**
 * The objects of a cluster and how they change. Each answer that is asked for while they do depends on one object, since an API
 * server tells of services and of slices each in their own order.
 */
import { type ApiObject, namespace } from '../cluster/objects.ts'
import type { ClusterApi } from './cluster-api.ts'
import type { Truth } from './truth.ts'

interface ClusterService {
  readonly kind: 'cluster'
  readonly address: string
  readonly port: number
}

interface HeadlessService {
  readonly kind: 'headless'
  readonly endpoints: readonly string[]
}

type Service = ClusterService | HeadlessService

const NAMESPACES = ['shop', 'data', 'web']
const NAMES_MAX = 24
const ENDPOINTS_MAX = 6

export class World {
  readonly #api: ClusterApi
  readonly #truth: Truth
  readonly #random: () => number
  readonly #services = new Map<string, Service>()
  #addresses = 256
  changes = 0

  /** @param random 0 to below 1 */
  constructor(api: ClusterApi, truth: Truth, random: () => number) {
    this.#api = api
    this.#truth = truth
    this.#random = random
  }

  async populate(): Promise<void> {
    for (const name of NAMESPACES) await this.#api.put(namespace(name))
    for (let index = 0; index < NAMES_MAX; index++) if (index % 4 !== 3) await this.#create(keyAt(index))
  }

  /** Some object changes, comes or goes. */
  async change(): Promise<void> {
    this.changes++
    const key = keyAt(this.#below(NAMES_MAX))
    const service = this.#services.get(key)
    if (service === undefined) await this.#create(key)
    else if (service.kind === 'headless') await this.#move(key)
    else if (this.#random() < 0.5) await this.#putCluster(key, { ...service, port: 1 + this.#below(9999) })
    else await this.#remove(key, service)
  }

  async #create(key: string): Promise<void> {
    if (isHeadless(key)) {
      // A slice without its service is no name, so nothing is seen half.
      await this.#putHeadless(key, [this.#endpoint()])
      await this.#api.put(serviceObject(key, { clusterIP: 'None', clusterIPs: ['None'] }, 80))
    } else await this.#putCluster(key, { kind: 'cluster', address: this.#clusterAddress(), port: 80 })
  }

  async #remove(key: string, { address }: ClusterService): Promise<void> {
    this.#services.delete(key)
    this.#truth.becomes({ name: nameOf(key), type: 'A' })
    this.#truth.becomes({ name: `_http._tcp.${nameOf(key)}`, type: 'SRV' })
    this.#truth.becomes({ name: reverseOf(address), type: 'PTR' })
    await this.#api.remove(serviceObject(key, {}, 80))
  }

  async #putCluster(key: string, service: ClusterService): Promise<void> {
    const { address, port } = service
    this.#services.set(key, service)
    this.#truth.becomes({ name: nameOf(key), type: 'A' }, address)
    this.#truth.becomes({ name: `_http._tcp.${nameOf(key)}`, type: 'SRV' }, `0 100 ${port} ${nameOf(key)}`)
    this.#truth.becomes({ name: reverseOf(address), type: 'PTR' }, nameOf(key))
    await this.#api.put(serviceObject(key, { clusterIP: address, clusterIPs: [address] }, port))
  }

  /** As in a rolling update: one comes, one goes. */
  async #move(key: string): Promise<void> {
    const { endpoints } = this.#services.get(key) as HeadlessService
    const grows = endpoints.length < 2 || (endpoints.length < ENDPOINTS_MAX && this.#random() < 0.5)
    await this.#putHeadless(key, grows ? [...endpoints, this.#endpoint()] : endpoints.slice(1))
  }

  async #putHeadless(key: string, endpoints: readonly string[]): Promise<void> {
    this.#services.set(key, { kind: 'headless', endpoints })
    this.#truth.becomes({ name: nameOf(key), type: 'A' }, ...endpoints)
    await this.#api.put(sliceObject(key, endpoints))
  }

  #clusterAddress(): string {
    const next = this.#addresses++
    return `10.96.${(next >> 8) & 0xff}.${next & 0xff}`
  }

  #endpoint(): string {
    const next = this.#addresses++
    return `10.129.${(next >> 8) & 0xff}.${next & 0xff}`
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

/** Every third is headless. */
function keyAt(index: number): string {
  return `${NAMESPACES[index % NAMESPACES.length]}/${index % 3 === 1 ? 'set' : 'app'}-${index}`
}

function isHeadless(key: string): boolean {
  return key.includes('/set-')
}

function split(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/')
  return { namespace, name }
}

function nameOf(key: string): string {
  const { namespace, name } = split(key)
  return `${name}.${namespace}.svc.cluster.local.`
}

function reverseOf(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa.`
}

function serviceObject(key: string, spec: object, port: number): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: split(key),
    spec: { ...spec, type: 'ClusterIP', ports: [{ name: 'http', port, protocol: 'TCP' }] },
  }
}

function sliceObject(key: string, addresses: readonly string[]): ApiObject {
  const { namespace, name } = split(key)
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  }
}
