/** What a stanza shows of the objects there are, and what each of its options does to that. In lines, as counts. */
import type { EndpointSlice, Service } from '@zonecast/kubernetes'
import { askedNames } from '../objects/asked-names.ts'
import { endpointName } from '../objects/endpoint-name.ts'
import { flattenLabel } from '../objects/flatten.ts'
import type { Stanza } from '../stanza.ts'
import type { KnownObjects } from './known-objects.ts'
import { whyNoEndpoints, whyNoNamespace, whyNoService } from './why-not.ts'

/** @param names how many names with records that comes to */
export function effects(objects: KnownObjects, stanza: Stanza, names: number): string[] {
  const { namespaces, namespaceLabels, labels, iporder, pods } = stanza
  const all = [...objects.services]
  const isShown = new Map(
    [...objects.namespaces].map(({ name }) => [name, whyNoNamespace(objects, stanza, name) === undefined]),
  )
  const inShown = all.filter((service) => isShown.get(service.namespace) === true)
  const selected = inShown.filter((service) => labels?.matches(service.labels) ?? true)
  const answered = selected.filter(
    (service) => whyNoService(objects, stanza, service.namespace, service.name, true) === undefined,
  )
  const shown = [...isShown.values()].filter(Boolean).length
  const homeless = all.filter((service) => !isShown.has(service.namespace)).length
  const hiddenNamespaces = isShown.size - shown
  const hiddenServices = all.length - inShown.length - homeless
  const lines = [
    `shows ${shown} of ${count(isShown.size, 'namespace')} and ${answered.length} of ${count(all.length, 'service')}: ${count(names, 'name')}`,
  ]
  const selection =
    namespaces.length > 0 ? `"namespaces ${namespaces.join(' ')}"` : `"namespace_labels ${namespaceLabels?.text}"`
  if (namespaces.length > 0 || namespaceLabels !== undefined) {
    lines.push(`${selection} hides ${count(hiddenNamespaces, 'namespace')} with ${count(hiddenServices, 'service')}`)
  }
  if (homeless > 0) lines.push(`${count(homeless, 'service')} in namespaces that no Namespace object defines`)
  if (labels !== undefined) {
    lines.push(`"labels ${labels.text}" hides ${count(inShown.length - selected.length, 'service')}`)
  }
  lines.push(...endpointEffects(objects, stanza, selected))
  const bad = selected.filter((service) => service.type === 'ExternalName' && !answered.includes(service)).length
  if (bad > 0) lines.push(`${count(bad, 'ExternalName service')} without a host name to lead to`)
  if (iporder.join() !== 'internal') {
    const external = answered.filter((service) => service.ingress.length + service.externalIPs.length > 0).length
    const rest = iporder.includes('internal') ? '' : `; ${count(answered.length - external, 'other')} without addresses`
    lines.push(`"iporder ${iporder.join(' ')}" publishes external addresses of ${count(external, 'service')}${rest}`)
  }
  const asked = answered.flatMap((service) => askedNames(service)?.names.filter((name) => name !== service.name) ?? [])
  if (asked.length > 0) lines.push(`services ask for ${count(asked.length, 'name')} other than what they are called`)
  if (stanza.names.join() !== SPECIFIED) {
    lines.push(
      `"names ${stanza.names.map((name) => `${name}.{zone}`).join(' ')}": ${count(stanza.names.length, 'name')} for each service`,
    )
  }
  lines.push(...podNameEffects(objects, stanza, answered))
  lines.push(...listingEffects(objects, stanza, answered), ...wildcardEffects(stanza, answered))
  if (pods === 'verified') {
    const running = [...isShown].flatMap(([name, is]) => (is ? objects.podsIn(name) : []))
    const verified = running.filter((pod) => labels?.matches(pod.labels) ?? true)
    lines.push(`"pods verified" names ${count(verified.length, 'pod')}`)
  }
  return lines
}

/** `endpoint_pod_names`. */
function podNameEffects(objects: KnownObjects, stanza: Stanza, services: readonly Service[]): string[] {
  if (!stanza.endpointPodNames || !stanza.endpoints) return []
  const endpoints = services
    .flatMap((service) => shownSlices(objects, stanza, service))
    .flatMap((slice) => slice.endpoints)
  const renamed = endpoints.filter((endpoint) =>
    endpoint.addresses.some(
      (address) => endpointName(endpoint, address, true) !== endpointName(endpoint, address, false),
    ),
  )
  return [`"endpoint_pod_names" calls ${count(renamed.length, 'endpoint')} as their pods are called`]
}

/** `namespace_records`. */
function listingEffects(objects: KnownObjects, stanza: Stanza, services: readonly Service[]): string[] {
  const { txt, dnssd } = stanza.namespaceRecords
  const lines: string[] = []
  const add = (kind: 'txt' | 'dnssd', limit: number, noun: string, byNamespace: ReadonlyMap<string, number>) => {
    const counts = [...byNamespace.values()].filter((each) => each > 0)
    const listed = counts.reduce((sum, each) => sum + Math.min(each, limit), 0)
    const over = counts.filter((each) => each > limit).length
    const more = over === 0 ? '' : `; ${count(over, 'namespace')} with more than the limit`
    lines.push(
      `"namespace_records ${kind} limit ${limit}" lists ${count(listed, noun)} of ${count(counts.length, 'namespace')}${more}`,
    )
  }
  if (txt !== undefined) add('txt', txt, 'service', countByNamespace(services))
  if (dnssd !== undefined) {
    const types = services.flatMap((service) => portTypes(objects, stanza, service))
    add('dnssd', dnssd, 'type', countByNamespace(new Map(types.map((type) => [JSON.stringify(type), type])).values()))
  }
  return lines
}

function portTypes(objects: KnownObjects, stanza: Stanza, service: Service) {
  const isHeadless = service.type === 'Headless' && stanza.iporder.includes('internal')
  const slices = isHeadless ? shownSlices(objects, stanza, service) : []
  const own = isHeadless || service.type === 'ExternalName' ? [] : service.ports
  const ports = [...own, ...slices.flatMap((slice) => slice.ports)].filter(({ name }) => flattenLabel(name) !== '')
  return ports.map(({ name, protocol }) => ({
    namespace: service.namespace,
    type: `${flattenLabel(name)}.${protocol}`,
  }))
}

function wildcardEffects({ wildcards, search }: Stanza, services: readonly Service[]): string[] {
  if (wildcards === 'off') return []
  const option = `"wildcards ${wildcards}${search ? ' search' : ''}"`
  if (wildcards === 'zone') return [`${option}: one question may be about all ${count(services.length, 'service')}`]
  const most = Math.max(0, ...countByNamespace(services).values())
  return [`${option}: one question may be about all services of a namespace, ${most} at most`]
}

function countByNamespace(all: Iterable<{ readonly namespace: string }>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { namespace } of all) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  return counts
}

function shownSlices(
  objects: KnownObjects,
  { labels }: Stanza,
  { namespace, name }: Service,
): readonly EndpointSlice[] {
  return objects.slicesOf(namespace, name).filter((slice) => labels?.matches(slice.labels) ?? true)
}

const SPECIFIED = '{service}.{namespace}.svc'

function endpointEffects(objects: KnownObjects, stanza: Stanza, services: readonly Service[]): string[] {
  if (!stanza.endpoints) {
    const headless = services.filter(({ type }) => type === 'Headless').length
    return [`"noendpoints" hides ${count(headless, 'headless service')}, and the endpoints of all others`]
  }
  const empty = services.filter(
    (service) => service.type !== 'ExternalName' && whyNoEndpoints(objects, stanza, service) !== undefined,
  )
  if (stanza.ignoreEmptyService) return [`"ignore empty_service" hides ${count(empty.length, 'service')}`]
  const headless = empty.filter(({ type }) => type === 'Headless').length
  return headless === 0 ? [] : [`${count(headless, 'headless service')} without a ready endpoint`]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
