/** Test support: objects in one line, and content as lines of text. */
import { formatAddress, nameToText } from '@zonecast/dns'
import type { ImageContent, Port as RecordPort, ServiceRecord, StanzaSet } from '@zonecast/image'
import type { Endpoint, EndpointSlice, Labels, ObjectChange, Port, Protocol, SlimObject } from '@zonecast/kubernetes'
import { Compiler } from '../compiler.ts'
import type { LabelSelector, Stanza } from '../stanza.ts'

export function stanza(given: Partial<Stanza> = {}): Stanza {
  return {
    zones: ['cluster.local', 'in-addr.arpa', 'ip6.arpa'],
    ttlSec: 5,
    pods: 'disabled',
    namespaces: [],
    namespaceLabels: undefined,
    labels: undefined,
    endpointPodNames: false,
    endpoints: true,
    ignoreEmptyService: false,
    names: ['{service}.{namespace}.svc'],
    namespaceRecords: { txt: undefined, dnssd: undefined },
    iporder: ['internal'],
    wildcards: 'off',
    search: false,
    ...given,
  }
}

/** Objects with this value of the label `app`. */
export function app(value: string): LabelSelector {
  return { text: `app=${value}`, matches: (labels) => labels['app'] === value }
}

export function namespace(name: string, labels: Labels = {}): SlimObject {
  return { kind: 'Namespace', name, labels }
}

/** `http:80` `dns:53/UDP` `:8080` `all:` */
export function port(text: string): Port {
  const [, name = '', number = '', protocol = 'TCP'] = /^([^:]*):(\d*)(?:\/(\w+))?$/.exec(text) ?? []
  return { name, protocol: protocol as Protocol, port: number === '' ? undefined : Number(number) }
}

interface ServiceOptions {
  readonly ports?: readonly string[]
  readonly labels?: Labels
  /** `zonecast.dev/name`, and behind a `!` the mode. */
  readonly asks?: string | undefined
  readonly createdSec?: number
  readonly externalIPs?: readonly string[]
  readonly ingress?: readonly string[]
}

/** @param what ClusterIPs with spaces between; 'None'; or, behind an arrow, the external name. */
export function service(
  key: string,
  what: string,
  { ports = [], labels = {}, externalIPs = [], ingress = [], asks, createdSec = 0 }: ServiceOptions = {},
): SlimObject {
  const [namespaceName = '', name = ''] = key.split('/')
  const isExternal = what.startsWith('->')
  return {
    kind: 'Service',
    namespace: namespaceName,
    name,
    type: isExternal ? 'ExternalName' : what === 'None' ? 'Headless' : 'ClusterIP',
    clusterIPs: isExternal || what === 'None' || what === '' ? [] : what.split(' '),
    externalName: isExternal ? what.slice(2).trim() : '',
    ports: ports.map(port),
    labels,
    annotations: annotationsOf(asks),
    externalIPs,
    ingress,
    creationTimestamp: createdSec * 1000,
  }
}

function annotationsOf(asks: string | undefined): Labels {
  const [name, mode] = asks?.split('!') ?? []
  return {
    ...(name === undefined ? {} : { 'zonecast.dev/name': name }),
    ...(mode === undefined ? {} : { 'zonecast.dev/name-mode': mode }),
  }
}

/** `10.0.0.1` `web-0@10.0.0.1` (hostname) `pod:web-7f@10.0.0.1` `web-0@10.0.0.1,10.0.0.2` `10.0.0.1#zone-a` */
export function endpoint(text: string): Endpoint {
  const [rest = '', zone = ''] = text.split('#')
  const [before = '', after] = rest.split('@')
  const name = after === undefined ? '' : before
  const isPod = name.startsWith('pod:')
  return {
    addresses: (after ?? before).split(','),
    hostname: isPod ? '' : name,
    podName: isPod ? name.slice(4) : '',
    zone,
  }
}

/** @param key `namespace/service/name of the slice` */
export function slice(
  key: string,
  endpoints: readonly string[],
  { ports = [], labels = {}, ...given }: ServiceOptions & Partial<Pick<EndpointSlice, 'legacy' | 'sourceCluster'>> = {},
): SlimObject {
  const [namespaceName = '', serviceName = '', name = ''] = key.split('/')
  return {
    kind: 'EndpointSlice',
    namespace: namespaceName,
    name,
    serviceName,
    legacy: false,
    sourceCluster: '',
    ports: ports.map(port),
    endpoints: endpoints.map(endpoint),
    labels,
    ...given,
  }
}

export function pod(key: string, podIPs: readonly string[], labels: Labels = {}): SlimObject {
  const [namespaceName = '', name = ''] = key.split('/')
  return { kind: 'Pod', namespace: namespaceName, name, podIPs, labels }
}

export function present(object: SlimObject): ObjectChange {
  const namespaceName = object.kind === 'Namespace' ? '' : object.namespace
  return { kind: object.kind, namespace: namespaceName, name: object.name, object }
}

export function gone(object: SlimObject): ObjectChange {
  return { ...present(object), object: undefined }
}

export const STAMP = { nowMs: 1_700_000_000_000, meta: { feed: 'test' } }

/** The base of a compiler that was given these objects. */
export function compile(objects: readonly SlimObject[], stanzas: readonly Stanza[] = [stanza()]): ImageContent {
  const compiler = new Compiler(stanzas)
  compiler.apply(objects.map(present))
  return compiler.compileBase(STAMP)
}

/**
 * A line for the record, and one for each endpoint, by name:
 *
 *     shop/web cluster 10.96.0.7 http:80/tcp
 *       10-0-0-1 10.0.0.1 http:8080/tcp
 *
 * An alias says `of` what. External addresses stand behind a `|`. Stanzas other than {0} stand behind the kind, `@01` for {0, 1}, `@-` for none.
 */
export function serviceLines(record: ServiceRecord): string[] {
  const head = [
    `${record.namespace}/${record.service}`,
    record.kind + stanzaText(record.stanzas),
    ...(record.aliasOf === '' ? [] : [`of ${record.aliasOf}`]),
    ...record.addresses.map(formatAddress),
    ...(record.externalAddresses.length > 0 ? ['|', ...record.externalAddresses.map(formatAddress)] : []),
    ...record.ports.map(portText),
    ...(record.target.length > 0 ? [nameToText(record.target)] : []),
  ]
  const endpoints = record.endpoints.map(({ name, address, portSet, zone }) =>
    [
      ` ${name}`,
      formatAddress(address),
      ...(record.portSets[portSet] ?? []).map(portText),
      ...(zone ? [`#${zone}`] : []),
    ].join(' '),
  )
  return [head.join(' '), ...endpoints]
}

export function lines(content: Pick<ImageContent, 'services' | 'namespaces' | 'pods'> | undefined): string[] {
  if (content === undefined) return []
  return [
    ...content.namespaces.map((record) => `namespace ${record.name}${stanzaText(record.stanzas)}`),
    ...content.services.flatMap(serviceLines),
    ...content.pods.map(
      (record) => `pod ${record.namespace} ${formatAddress(record.address)}${stanzaText(record.stanzas)}`,
    ),
  ]
}

export function serials(content: ImageContent | undefined): Record<string, number> {
  const zones = content?.stanzas.flatMap((record) => record.zones) ?? []
  return Object.fromEntries(zones.map(({ name, serial }) => [name, serial]))
}

function stanzaText(stanzas: StanzaSet): string {
  if (stanzas === 1) return ''
  const indexes = Array.from({ length: 32 }, (_, index) => index).filter((index) => (stanzas >>> index) & 1)
  return indexes.length === 0 ? '@-' : `@${indexes.join(',')}`
}

function portText({ name, protocol, number }: RecordPort): string {
  return `${name}:${number}/${protocol}`
}
