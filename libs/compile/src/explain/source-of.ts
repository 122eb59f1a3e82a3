/** Which object, and which field of it, an address or a port in an answer comes from. */
import type { EndpointRecord, ServiceRecord } from '@zonecast/image'
import type { EndpointSlice, Service } from '@zonecast/kubernetes'
import { endpointName } from '../objects/endpoint-name.ts'
import type { Stanza } from '../stanza.ts'
import { type KnownObjects, several } from './known-objects.ts'
import { isSame } from './why-not.ts'

/** Of an address that a service publishes under its own name. */
export function addressSource(
  objects: KnownObjects,
  stanza: Stanza,
  record: ServiceRecord,
  address: Uint8Array,
): string {
  const service = objects.owner(record.namespace, record.service)
  const field = service && fieldOf(service, stanza, address)
  if (field !== undefined) return field
  const endpoint = record.endpoints.find((each) => sameOctets(each.address, address))
  return endpoint === undefined ? 'an address of the service' : endpointSource(objects, stanza, record, endpoint)
}

function fieldOf(service: Service, { iporder }: Stanza, address: Uint8Array): string | undefined {
  const has = (texts: readonly string[]) => texts.some((text) => isSame(text, address))
  const order = `"iporder ${iporder.join(' ')}"`
  if (iporder.includes('external') && has(service.ingress))
    return `of a load balancer (status.loadBalancer.ingress), by ${order}`
  if (iporder.includes('external') && has(service.externalIPs)) return `one of its externalIPs, by ${order}`
  return has(service.clusterIPs) ? `its ClusterIP${iporder.length > 1 ? `, by ${order}` : ''}` : undefined
}

/** Of an endpoint of a service, as a stanza names it. */
export function endpointSource(
  objects: KnownObjects,
  stanza: Stanza,
  record: ServiceRecord,
  { name, address }: Pick<EndpointRecord, 'name' | 'address'>,
): string {
  const slices = objects
    .slicesOf(record.namespace, objects.owner(record.namespace, record.service)?.name ?? record.service)
    .filter((slice) => holds(slice, stanza, name, address))
  const named = `endpoint "${name}"${namedBy(slices[0], stanza, name)}`
  return slices.length === 0 ? named : `${named} in ${several(slices.map((slice) => objects.say(slice)))}`
}

function holds(slice: EndpointSlice, stanza: Stanza, name: string, address: Uint8Array): boolean {
  return slice.endpoints.some((endpoint) =>
    endpoint.addresses.some(
      (text) => isSame(text, address) && endpointName(endpoint, text, stanza.endpointPodNames) === name,
    ),
  )
}

function namedBy(slice: EndpointSlice | undefined, { endpointPodNames }: Stanza, name: string): string {
  if (slice?.endpoints.some(({ hostname }) => hostname.toLowerCase() === name)) return ', its hostname,'
  const isPod = endpointPodNames && slice?.endpoints.some(({ podName }) => podName === name)
  return isPod === true ? ', its pod ("endpoint_pod_names"),' : ''
}

/** What a CNAME of a service follows. */
export function targetSource(objects: KnownObjects, { iporder }: Stanza, record: ServiceRecord): string {
  const service = objects.owner(record.namespace, record.service)
  if (service === undefined || service.type === 'ExternalName') return 'its externalName'
  return `the name of its load balancer (status.loadBalancer.ingress): "iporder ${iporder.join(' ')}" publishes nothing else of it`
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at])
}
