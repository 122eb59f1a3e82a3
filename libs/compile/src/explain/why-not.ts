/**
 * Why a name does not exist for a stanza, by its objects. Each function gives the first reason in the order in which the
 * compiler decides; undefined: what was asked for exists.
 */
import { formatAddress, parseAddress } from '@zonecast/dns'
import type { EndpointSlice, Service } from '@zonecast/kubernetes'
import { askedNames } from '../objects/asked-names.ts'
import { endpointName } from '../objects/endpoint-name.ts'
import { targetName } from '../objects/host-name.ts'
import type { Stanza } from '../stanza.ts'
import { type KnownObjects, mismatch, several } from './known-objects.ts'

export function whyNoNamespace(
  objects: KnownObjects,
  { namespaces, namespaceLabels }: Stanza,
  name: string,
): string | undefined {
  const namespace = objects.namespace(name)
  if (namespace === undefined) return `there is no Namespace ${name}`
  const said = objects.say(namespace)
  if (namespaces.length > 0 && !namespaces.includes(name)) {
    return `${said} is not shown: "namespaces ${namespaces.join(' ')}" does not name it`
  }
  const reason = mismatch('namespace_labels', namespaceLabels, namespace.labels)
  return reason === undefined ? undefined : `${said} is not shown: ${reason}`
}

/**
 * Why the service itself does not exist, its namespace apart.
 * @param byAnyName what it is published under does not matter
 */
export function whyNoService(
  objects: KnownObjects,
  stanza: Stanza,
  namespace: string,
  name: string,
  byAnyName = false,
): string | undefined {
  const service = objects.service(namespace, name)
  if (service === undefined) return noSuchService(objects, namespace, name)
  const said = objects.say(service)
  const names = askedNames(service)?.names ?? [name]
  if (!byAnyName && !names.includes(name)) return `${said} is published as ${several(names)} instead`
  const reason = mismatch('labels', stanza.labels, service.labels)
  if (reason !== undefined) return `${said} is not shown: ${reason}`
  if (service.type === 'ExternalName') {
    if (targetName(service.externalName) !== undefined) return undefined
    const isAddress = parseAddress(service.externalName) !== undefined
    const problem = isAddress ? 'an address and no host name' : 'no host name'
    return `${said} answers nothing: its externalName "${service.externalName}" is ${problem}`
  }
  const noEndpoint = whyNoEndpoints(objects, stanza, service)
  if (noEndpoint === undefined) return undefined
  if (stanza.ignoreEmptyService) return `${said} is hidden by "ignore empty_service": ${noEndpoint}`
  const isHeadless = service.type === 'Headless' && stanza.iporder.includes('internal')
  const hasExternal = stanza.iporder.includes('external') && service.ingress.length + service.externalIPs.length > 0
  return isHeadless && !hasExternal ? `${said} is headless and has no address: ${noEndpoint}` : undefined
}

function noSuchService(objects: KnownObjects, namespace: string, name: string): string {
  const slices = objects.slicesOf(namespace, name)
  const elsewhere = [...objects.services].filter((service) => service.name === name).map((service) => service.namespace)
  if (slices[0] !== undefined) {
    return `there is no Service ${namespace}/${name}; ${objects.say(slices[0])} names it, but a slice alone has PTR records only`
  }
  const hint = elsewhere.length === 0 ? '' : `; a Service ${name} is in ${several(elsewhere)}`
  return `there is no Service ${namespace}/${name}${hint}`
}

/** Why the stanza sees no endpoint of a service. */
export function whyNoEndpoints(objects: KnownObjects, stanza: Stanza, service: Service): string | undefined {
  if (!stanza.endpoints) return '"noendpoints" leaves all endpoints out'
  const slices = objects.slicesOf(service.namespace, service.name)
  const [first] = slices
  if (first === undefined) return 'no EndpointSlice names it'
  const shown = slices.filter(({ labels }) => stanza.labels?.matches(labels) ?? true)
  if (shown.length === 0)
    return `${objects.say(first)} is not shown: ${mismatch('labels', stanza.labels, first.labels)}`
  if (shown.some(({ endpoints }) => endpoints.length > 0)) return undefined
  return `no endpoint is ready in ${several(shown.map((slice) => objects.say(slice)))}`
}

/** Why a label below a service, which exists, is none of its endpoints. @param label in lower case */
export function whyNoEndpoint(objects: KnownObjects, stanza: Stanza, service: Service, label: string): string {
  const said = objects.say(service)
  if (service.type === 'ExternalName') return `nothing lies below ${said}, an ExternalName service`
  const reason = whyNoEndpoints(objects, stanza, service)
  if (reason !== undefined) return `${said} has no endpoints: ${reason}`
  const names = new Set(objects.slicesOf(service.namespace, service.name).flatMap((slice) => namesIn(slice, stanza)))
  return `no endpoint of ${said} is called "${label}"; there are ${several([...names].sort())}`
}

function namesIn({ endpoints, labels }: EndpointSlice, stanza: Stanza): string[] {
  if (!(stanza.labels?.matches(labels) ?? true)) return []
  return endpoints.flatMap((endpoint) =>
    endpoint.addresses.map((address) => endpointName(endpoint, address, stanza.endpointPodNames) ?? ''),
  )
}

const PROTOCOLS = ['tcp', 'udp', 'sctp']

/** Why `_port._protocol` below a service, which exists, is none of its ports. @param port undefined: any of the protocol */
export function whyNoPort(objects: KnownObjects, service: Service, port: string | undefined, protocol: string): string {
  const said = objects.say(service)
  if (service.type === 'ExternalName') return `nothing lies below ${said}, an ExternalName service`
  if (!PROTOCOLS.includes(protocol)) return `"${protocol}" is no protocol; there are ${PROTOCOLS.join(', ')}`
  const slices = objects.slicesOf(service.namespace, service.name)
  const ports = service.type === 'ClusterIP' ? service.ports : slices.flatMap((slice) => slice.ports)
  const texts = ports.map(
    ({ name, protocol: of, port: number }) => `${name || 'one without a name'} (${of} ${number ?? 'without a number'})`,
  )
  const there = texts.length === 0 ? 'it has no ports' : `there are ${several([...new Set(texts)])}`
  const wanted = port === undefined ? 'port with a name' : `port "${port}"`
  return `${said} has no ${wanted} for ${protocol.toUpperCase()}; ${there}`
}

/** Why an address in a namespace that exists has no name of a pod, with `pods verified`. */
export function whyNoPod(objects: KnownObjects, { labels }: Stanza, namespace: string, address: Uint8Array): string {
  const text = formatAddress(address)
  const pod = objects.podsIn(namespace).find(({ podIPs }) => podIPs.some((ip) => isSame(ip, address)))
  const reason = pod && mismatch('labels', labels, pod.labels)
  if (pod !== undefined && reason !== undefined) return `${objects.say(pod)} is not shown: ${reason}`
  return `"pods verified": no pod of namespace ${namespace} runs at ${text}`
}

/** Why an address has no PTR record: one line for each object that has it. */
export function whyNoPtr(objects: KnownObjects, stanza: Stanza, address: Uint8Array): string[] {
  const text = formatAddress(address)
  const reasons: string[] = []
  for (const service of objects.services) {
    const of = classOf(service, address)
    if (of !== undefined) reasons.push(whyNotOf(objects, stanza, service, of))
  }
  for (const slice of objects.slices) {
    if (!slice.endpoints.some(({ addresses }) => addresses.some((each) => isSame(each, address)))) continue
    const reason =
      whyNoNamespace(objects, stanza, slice.namespace) ??
      (stanza.endpoints ? mismatch('labels', stanza.labels, slice.labels) : '"noendpoints" leaves all endpoints out')
    reasons.push(`${text} is an endpoint of ${objects.say(slice)}${reason === undefined ? '' : `: ${reason}`}`)
  }
  return reasons.length > 0 ? reasons : [`no Service and no endpoint has the address ${text}`]
}

function whyNotOf(objects: KnownObjects, stanza: Stanza, service: Service, of: 'internal' | 'external'): string {
  const said = objects.say(service)
  const what = of === 'internal' ? 'the ClusterIP' : 'an external address'
  const reason =
    whyNoNamespace(objects, stanza, service.namespace) ??
    mismatch('labels', stanza.labels, service.labels) ??
    (stanza.iporder.includes(of) ? undefined : `"iporder ${stanza.iporder.join(' ')}" does not publish it`)
  return `it is ${what} of ${said}${reason === undefined ? '' : `: ${reason}`}`
}

export function classOf(service: Service, address: Uint8Array): 'internal' | 'external' | undefined {
  if (service.type === 'ExternalName') return undefined
  if (service.clusterIPs.some((text) => isSame(text, address))) return 'internal'
  return [...service.ingress, ...service.externalIPs].some((text) => isSame(text, address)) ? 'external' : undefined
}

export function isSame(text: string, address: Uint8Array): boolean {
  const octets = parseAddress(text)
  return octets !== undefined && formatAddress(octets) === formatAddress(address)
}
