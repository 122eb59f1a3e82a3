/** Test support: content to build images of, and what a name means in them as one line of text. */
import { createHash } from 'node:crypto'
import { formatAddress, nameFromText, nameToText, parseAddress, TYPE } from '@zonecast/dns'
import { buildImage } from '../build/build.ts'
import {
  type EndpointRecord,
  type ImageContent,
  type Port,
  type ServiceRecord,
  SPECIFIED,
  type StanzaRecord,
} from '../content.ts'
import { type Image, loadImage } from '../image.ts'
import { OWN_ADDRESS, PROTOCOLS } from '../layout.ts'
import type { ImageStack } from '../lookup/find.ts'
import { lookup } from '../lookup/lookup.ts'
import { Match } from '../lookup/match.ts'
import { addressEnd, addressStart, entryOrdinal, entryRecord, isVisible, lookupReverse } from '../lookup/reverse.ts'
import { QueryName } from '../query-name.ts'
import { isReverseZone } from '../stanza-shape.ts'
import { readService } from '../states/read.ts'
import { zoneView } from '../zone-view.ts'

export const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()

export function load(content: ImageContent): Image {
  return loadImage(buildImage(content, sha256), sha256)
}

export function address(text: string): Uint8Array {
  const octets = parseAddress(text)
  if (octets === undefined) throw new Error(`no address: ${text}`)
  return octets
}

export const HTTP: Port = { name: 'http', protocol: 'tcp', number: 80 }
export const DNS_UDP: Port = { name: 'dns', protocol: 'udp', number: 53 }
export const UNNAMED: Port = { name: '', protocol: 'sctp', number: 9 }

/** `10.0.0.1` is named after its address; `web-0@10.0.0.1` is not. */
export function endpoint(text: string, portSet = 0): EndpointRecord {
  const [name = '', spelled] = text.split('@')
  return { address: address(spelled ?? name), name: spelled ? name : name.replaceAll('.', '-'), portSet, zone: '' }
}

/** `shop/web` as stanza 0 sees it, and what is given of it. */
export function service(key: string, given: Partial<ServiceRecord> = {}): ServiceRecord {
  const [namespace = '', name = ''] = key.split('/')
  const nothing = {
    addresses: [],
    externalAddresses: [],
    ports: [],
    portSets: [],
    endpoints: [],
    target: new Uint8Array(),
  }
  return { service: name, namespace, stanzas: 1, kind: 'cluster', aliasOf: '', ...nothing, ...given }
}

export function tombstone(key: string): ServiceRecord {
  return service(key, { stanzas: 0, kind: 'reverse' })
}

const STANZAS: readonly StanzaRecord[] = [
  {
    ...SPECIFIED,
    ttlSec: 5,
    pods: 'verified',
    zones: [
      { name: 'cluster.local', serial: 7 },
      { name: 'in-addr.arpa', serial: 8 },
      { name: 'ip6.arpa', serial: 9 },
    ],
  },
  { ...SPECIFIED, ttlSec: 30, pods: 'insecure', zones: [{ name: 'second', serial: 1 }] },
  { ...SPECIFIED, ttlSec: 30, pods: 'disabled', zones: [{ name: '', serial: 1 }] },
]

export function content(given: Partial<ImageContent> = {}): ImageContent {
  const nothing = { namespaces: [], services: [], pods: [], rrsets: [] }
  return { kind: 'base', createdAtMs: 1_700_000_000_000, meta: {}, stanzas: STANZAS, ...nothing, ...given }
}

export const shop: ImageContent = content({
  meta: { feed: 'test' },
  namespaces: [
    { name: 'shop', stanzas: 7 },
    { name: 'bare', stanzas: 1 },
  ],
  services: [
    service('shop/web', {
      stanzas: 3,
      addresses: [address('10.96.0.1'), address('fd00::1')],
      ports: [HTTP, UNNAMED],
      portSets: [[HTTP], [{ name: 'admin', protocol: 'tcp', number: 81 }]],
      endpoints: [endpoint('10.0.0.1'), endpoint('10.0.0.2', 1), endpoint('named@10.0.0.3')],
    }),
    service('shop/db', {
      kind: 'headless',
      portSets: [[DNS_UDP], []],
      endpoints: [
        endpoint('db-1@10.0.1.1'),
        endpoint('db-0@10.0.1.0', 1),
        endpoint('db-0@fd00:1::'),
        endpoint('10.0.1.9'),
      ],
    }),
    service('shop/out', { stanzas: 5, kind: 'external', target: nameFromText('example.org.') }),
    service('shop/hidden', { kind: 'reverse', portSets: [[]], endpoints: [endpoint('10.0.2.1')] }),
    // Stanzas 0 and 1 see it differently.
    service('shop/split', { addresses: [address('10.96.0.9')] }),
    service('shop/split', { stanzas: 2, kind: 'headless', portSets: [[]], endpoints: [endpoint('10.0.3.1')] }),
  ],
  pods: [
    { namespace: 'shop', address: address('10.0.0.1'), stanzas: 1 },
    { namespace: 'shop', address: address('fd00::2'), stanzas: 1 },
  ],
  rrsets: [
    { owner: 'dns-version', stanzas: 3, type: 16, ttlSec: 28800, rdata: [Uint8Array.of(5, 49, 46, 49, 46, 48)] },
    { owner: 'dns-version', stanzas: 1, type: 13, ttlSec: 5, rdata: [Uint8Array.of(0, 0), Uint8Array.of(1, 65, 0)] },
    { owner: 'node.svc', stanzas: 1, type: 0, ttlSec: 0, rdata: [] },
  ],
})

/**
 * What a name means: `nxdomain`, `inner`, `service shop/web`, `endpoints shop/web 10-0-0-1@10.0.0.1`, `follow example.org.`,
 * `pod 10.0.0.1`, `address shop/web 10-0-0-1.shop/web`, `owner`, `apex`, `nameserver`.
 */
export function ask(images: ImageStack, nameText: string, zone = 'cluster.local', type: number = TYPE.A): string {
  return askWire(images, nameFromText(nameText), zone, type)
}

export function askWire(images: ImageStack, nameWire: Uint8Array, zone: string, type: number): string {
  const stanzas = images[0]?.stanzas ?? []
  const index = stanzas.findIndex(({ zones }) => zones.some(({ name }) => name === zone))
  const name = new QueryName()
  const match = new Match()
  name.read(new DataView(nameWire.buffer, nameWire.byteOffset, nameWire.length), 0, nameWire.length)
  const labels = zone === '' ? 0 : zone.split('.').length
  const outcome = isReverseZone(zone)
    ? lookupReverse(images, index, name, labels, match)
    : lookup(images, zoneView(images, index), name, name.labels - labels, type, match)
  if (outcome === 'nxdomain') return outcome
  if (outcome === 'follow') return `follow ${nameToText(recordOf(match).target)}`
  return `${match.kind} ${detail(images, index, name, match)}`.trim()
}

function detail(images: ImageStack, stanza: number, name: QueryName, match: Match): string {
  const octets = new Uint8Array(match.address.buffer, 0, match.isIPv6 ? 16 : 4)
  if (match.kind === 'pod') return formatAddress(octets)
  if (match.kind === 'address') return holders(images, stanza, match)
  if (match.kind !== 'service' && match.kind !== 'endpoints') return ''
  const record = recordOf(match)
  const start = name.start(match.portLabel) + 1
  const label =
    match.portLabel < 0 ? '' : ` ${name.view.getUint8(start) === 0x5f ? '' : '!'}${PROTOCOLS[match.protocol]}`
  const those = match.kind === 'service' ? '' : record.endpoints.slice(match.first, match.end).map(text).join(' ')
  return `${record.namespace}/${record.service}${label} ${those}`.trim()
}

function text({ name, address }: EndpointRecord): string {
  return `${name}@${formatAddress(address)}`
}

function recordOf(match: Match): ServiceRecord {
  return readService(match.image as Image, match.at)
}

function holders(images: ImageStack, stanza: number, { isIPv6, address }: Match): string {
  const names: string[] = []
  for (const [layer, image] of images.entries()) {
    const end = addressEnd(image, isIPv6, address)
    for (let entry = addressStart(image, isIPv6, address); entry < end; entry++) {
      if (!isVisible(images, layer, stanza, isIPv6, entry)) continue
      const { namespace, service, endpoints } = readService(image, entryRecord(image, isIPv6, entry))
      const ordinal = entryOrdinal(image, isIPv6, entry)
      const prefix = ordinal === OWN_ADDRESS ? '' : `${endpoints[ordinal]?.name}.`
      names.push(`${prefix}${namespace}/${service}`)
    }
  }
  return names.sort().join(' ')
}
