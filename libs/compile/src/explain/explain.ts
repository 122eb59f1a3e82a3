/**
 * Why a name answers what it does: how it is read, which object stands behind it, and what keeps it from existing. Whether
 * it exists is what the answerer found; here are only the reasons.
 */
import {
  formatAddress,
  nameFromText,
  parseAddress,
  readAddressLabel,
  readReverseName,
  reverseMatch,
} from '@zonecast/dns'
import type { Service } from '@zonecast/kubernetes'
import { askedNames, isWildcard } from '../objects/asked-names.ts'
import type { Stanza } from '../stanza.ts'
import { type KnownObjects, several } from './known-objects.ts'
import { isByWildcard, listingOf, type Reading, type ReadName, readingOf } from './read-name.ts'
import {
  whyNoEndpoint,
  whyNoEndpoints,
  whyNoNamespace,
  whyNoPod,
  whyNoPort,
  whyNoPtr,
  whyNoService,
} from './why-not.ts'

/** Sentences without a capital and a full stop: how the name is read, then the object, or why there is none. */
export function explain(objects: KnownObjects, stanza: Stanza, name: ReadName): string[] {
  if (isByWildcard(name)) return explainWildcard(objects, stanza, name)
  if (name.outcome === 'nxdomain') {
    return name.isReverse ? explainNoPtr(objects, stanza, name) : explainNothing(objects, stanza, name)
  }
  if (name.service !== undefined) return explainService(objects, name, name.service)
  switch (name.kind) {
    case 'apex':
      return ['read as the zone itself']
    case 'nameserver':
      return ["read as the zone's name server, which is this responder"]
    case 'owner':
      return [explainOwner(stanza, name)]
    case 'pod':
      return [`read as the pod with the address ${addressText(name)} in namespace "${name.labels[1]}"`]
    case 'address':
      return [`read as the reverse name of ${addressText(name)}`]
    default:
      return [`exists without data, as ${innerReason(objects, stanza, name)}`]
  }
}

function explainWildcard(objects: KnownObjects, stanza: Stanza, { wildcard, readings }: ReadName): string[] {
  const { services = [], isLimited = false } = wildcard ?? {}
  const matched = services.map(({ namespace, service }) => {
    const object = objects.owner(namespace, service)
    return object === undefined ? `${namespace}/${service}` : objects.say(object)
  })
  // An object may have several names that match.
  const said = [...new Set(matched)]
  const option = `"wildcards ${stanza.wildcards}${stanza.search ? ' search' : ''}"`
  const by = readings.map(({ template }) => `"${template}"`).join(' or ')
  const read = `nothing has just this name; ${option} reads it as many, by ${by}`
  if (said.length === 0) return [read, 'nothing that it matches has data of this type']
  return [read, `it matches ${several(said)}`, ...(isLimited ? ['there may be more than "limit" lets through'] : [])]
}

function explainService(
  objects: KnownObjects,
  name: ReadName,
  { namespace, service, kind }: NonNullable<ReadName['service']>,
): string[] {
  const reading = readingOf(name)
  const below = reading?.before.slice(0, -1) ?? []
  const what =
    name.kind === 'endpoints' && name.outcome === 'found'
      ? `endpoint "${below.join('.')}" of `
      : name.isPort
        ? `port "${bare(below[0])}", ${bare(below[1]).toUpperCase()}, of `
        : ''
  const object = objects.owner(namespace, service)
  const read = isWildcard(service)
    ? `nothing has this name; read by the wildcard "${service}" (RFC 4592)`
    : `read as ${what}service "${service}"`
  return [
    `${read} in namespace "${namespace}", by "${reading?.template}"`,
    ...(object === undefined
      ? []
      : [`${objects.say(object)}, ${typeText(object.type, kind)}`, ...calledText(object, service)]),
  ]
}

/** How an object comes to a name that it is not called by. */
function calledText(object: Service, name: string): string[] {
  if (object.name === name) return []
  const isFlattened = askedNames(object)?.own === name
  return [
    isFlattened
      ? `"${object.name}" is no DNS label, and is mapped to this one`
      : 'its annotation zonecast.dev/name asks for this name',
  ]
}

function typeText(type: 'ClusterIP' | 'Headless' | 'ExternalName', kind: string): string {
  if (type === 'ExternalName') return 'an ExternalName service: a CNAME'
  if (kind === 'external') return 'answered by a CNAME'
  return type === 'Headless' ? 'a headless service: its endpoints are what it has inside' : 'with a ClusterIP'
}

function innerReason(objects: KnownObjects, stanza: Stanza, name: ReadName): string {
  const { isReverse, readings, labels } = name
  if (isReverse) return 'reverse names of addresses lie below it'
  if (labels.length === 1 && (labels[0] === 'pod' || labels[0] === 'dns')) return 'it does in every zone'
  const of = readings.find(({ before, namespace }) => before.length === 0 && namespace !== undefined)
  const namespace = objects.namespace((labels.at(-1) === 'pod' ? labels.at(-2) : of?.namespace) ?? '')
  if (namespace !== undefined) return `${objects.say(namespace)} exists`
  if (stanza.namespaceRecords.dnssd !== undefined && listingOf(stanza, name) !== undefined)
    return 'what "namespace_records dnssd" lists lies below it'
  const asked = readings.flatMap((reading) => lines(askedBelow(objects, stanza, reading)))
  if (asked[0] !== undefined) return asked[0]
  return readings.some(({ before }) => before.length > 0)
    ? 'names of ports lie below it'
    : 'names of services lie below it'
}

/** Of a name of a service that only a longer one makes exist. */
function askedBelow(objects: KnownObjects, stanza: Stanza, { namespace, before }: Reading): string | undefined {
  if (namespace === undefined || before.length === 0) return undefined
  for (const [service, asked] of objects.askersBelow(namespace, before.join('.'))) {
    if (whyNoService(objects, stanza, namespace, service.name, true) !== undefined) continue
    return `the name "${asked}", which ${objects.say(service)} asks for, lies below it`
  }
  return undefined
}

/** Of a name that has records of its own. */
function explainOwner(stanza: Stanza, name: ReadName): string {
  const listing = listingOf(stanza, name)
  if (listing === undefined) return 'read as a fixed name, which every zone has'
  const kind = listing.before.length === 0 ? 'txt' : 'dnssd'
  return `read as what "namespace_records ${kind}" lists of namespace "${listing.namespace}", by "${listing.template}"`
}

/** In a forward zone. */
function explainNothing(objects: KnownObjects, stanza: Stanza, name: ReadName): string[] {
  const { labels, readings, zone } = name
  if (labels.at(-1) === 'pod') return explainNoPod(objects, stanza, labels)
  if (labels.at(-1) === 'dns') return [`below dns.${zone} there is only ns.dns.${zone}`]
  if (readings.length === 0)
    return [`no template reads it: names of services are ${stanza.names.map((name) => `${name}.${zone}`).join(' or ')}`]
  return [
    ...readings.flatMap((reading) => explainReading(objects, stanza, reading)),
    ...lines(whyNoWildcard(stanza, name)),
  ]
}

/** Of a name that has a wildcard and does not exist. */
function whyNoWildcard(stanza: Stanza, { wildcard, labels }: ReadName): string | undefined {
  if (wildcard === undefined || !labels.some((label) => /[*?]|^_?any$/.test(label))) return undefined
  if (wildcard.outcome === 'off') return 'wildcards in questions are off: "*" and "any" are labels like others'
  const scope = stanza.wildcards === 'namespace' ? ', and none may stand for the namespace' : ''
  return `"wildcards ${stanza.wildcards}": nothing matches it${scope}`
}

function explainReading(objects: KnownObjects, stanza: Stanza, { template, namespace, before }: Reading): string[] {
  const by = `by "${template}"`
  if (namespace === undefined) return []
  const noNamespace = whyNoNamespace(objects, stanza, namespace)
  const service = before.at(-1)
  if (service === undefined) return [`read as namespace "${namespace}", ${by}`, ...lines(noNamespace)]
  const below = before.slice(0, -1)
  const what = below.length === 0 ? '' : `"${below.join('.')}" below `
  const read = `read as ${what}service "${service}" in namespace "${namespace}", ${by}`
  const reason =
    noNamespace ?? whyNotAsked(objects, stanza, namespace, before) ?? whyNoService(objects, stanza, namespace, service)
  return [read, reason ?? whyNothingBelow(objects, stanza, namespace, service, below)]
}

/** Of a name that an object asks for, and yet does not have. @param before its labels, and maybe such of what lies below it */
function whyNotAsked(
  objects: KnownObjects,
  stanza: Stanza,
  namespace: string,
  before: readonly string[],
): string | undefined {
  const names = before.map((_, at) => before.slice(at).join('.'))
  const asked = names.find((name) => objects.owner(namespace, name) !== undefined)
  const asker = asked === undefined ? undefined : objects.owner(namespace, asked)
  if (asker === undefined || asker.name === asked) return undefined
  const reason = whyNoService(objects, stanza, namespace, asker.name, true)
  return reason === undefined ? undefined : `${objects.say(asker)} asks for the name "${asked}"; but ${reason}`
}

function whyNothingBelow(
  objects: KnownObjects,
  stanza: Stanza,
  namespace: string,
  name: string,
  below: readonly string[],
): string {
  const service = objects.owner(namespace, name)
  const [first = '', second] = below
  if (service === undefined || below.length === 0) return 'the name is longer than a name can be'
  const said = objects.say(service)
  if (below.length > 2) return `nothing lies so deep below ${said}`
  if (service.type !== 'ExternalName' && isCname(objects, stanza, service)) {
    return `nothing lies below ${said}, which is answered by a CNAME`
  }
  if (second !== undefined) return whyNoPort(objects, service, bare(first), bare(second))
  return first.startsWith('_')
    ? whyNoPort(objects, service, undefined, bare(first))
    : whyNoEndpoint(objects, stanza, service, first)
}

/** True when a service has become a CNAME to its load balancer, as `compileAddresses` decides it. */
function isCname(objects: KnownObjects, stanza: Stanza, service: Service): boolean {
  const { type, clusterIPs, ingress, externalIPs } = service
  const { iporder } = stanza
  const isNamed = ingress.length > 0 && ingress.every((text) => parseAddress(text) === undefined)
  if (!iporder.includes('external') || !isNamed || externalIPs.length > 0) return false
  if (!iporder.includes('internal')) return true
  return type === 'Headless' ? whyNoEndpoints(objects, stanza, service) !== undefined : clusterIPs.length === 0
}

function explainNoPod(objects: KnownObjects, stanza: Stanza, labels: readonly string[]): string[] {
  const [label = '', namespace = ''] = labels
  const read = `read as the pod "${label}" in namespace "${namespace}"`
  if (stanza.pods === 'disabled') return ['read as the name of a pod', '"pods disabled": there are none']
  if (labels.length > 3) return [`names of pods are ADDRESS.NAMESPACE.pod; nothing lies below them`]
  const only = labels.length === 2 ? label : namespace
  const noNamespace = whyNoNamespace(objects, stanza, only)
  if (labels.length === 2) return [`read as namespace "${only}" of pods`, ...lines(noNamespace)]
  if (noNamespace !== undefined) return [read, noNamespace]
  const address = spelledAddress(label)
  if (address === undefined) return [read, `"${label}" spells no address, such as 10-0-0-7`]
  return [read, whyNoPod(objects, stanza, namespace, address)]
}

function explainNoPtr(objects: KnownObjects, stanza: Stanza, { labels, zone }: ReadName): string[] {
  const match = reverseMatch()
  const isReverse = readReverseName(nameFromText(`${[...labels, zone].join('.')}`), match)
  if (!isReverse) return ['it spells no address']
  if (match.bits < match.size * 8) return ['read as a part of an address', 'no address that the zone shows begins so']
  const address = match.address.slice(0, match.size)
  return [`read as the reverse name of ${formatAddress(address)}`, ...whyNoPtr(objects, stanza, address)]
}

function spelledAddress(label: string): Uint8Array | undefined {
  const octets = new Uint8Array(16)
  const text = new TextEncoder().encode(label)
  const size = readAddressLabel(text, 0, text.length, octets)
  return size === 0 ? undefined : octets.slice(0, size)
}

function addressText({ address }: ReadName): string {
  return address === undefined ? '' : formatAddress(address)
}

/** Without the underscore that begins a port or a protocol. */
function bare(label = ''): string {
  return label.replace(/^_/, '')
}

function lines(text: string | undefined): string[] {
  return text === undefined ? [] : [text]
}
