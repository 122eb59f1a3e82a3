/** Where one record of an answer comes from. */
import { formatAddress, nameToText, TYPE } from '@zonecast/dns'
import type { ServiceRecord } from '@zonecast/image'
import type { Stanza } from '../stanza.ts'
import type { KnownObjects } from './known-objects.ts'
import { isByWildcard, listingOf, type ReadName } from './read-name.ts'
import { addressSource, endpointSource, targetSource } from './source-of.ts'
import { classOf } from './why-not.ts'

const SRV_TARGET = 6

/** @param rdata of a record whose owner is the name in question */
export function recordSource(
  objects: KnownObjects,
  stanza: Stanza,
  name: ReadName,
  type: number,
  rdata: Uint8Array,
): string {
  if (isByWildcard(name)) return ofMany(objects, stanza, name, type, rdata)
  switch (type) {
    case TYPE.A:
    case TYPE.AAAA:
      return ofAddress(objects, stanza, name, rdata)
    case TYPE.CNAME:
      return name.service === undefined ? 'a CNAME' : targetSource(objects, stanza, name.service)
    case TYPE.SRV:
      return ofSrv(objects, stanza, name, rdata)
    case TYPE.PTR:
      if (name.kind === 'owner') return `a name and protocol of ports, by ${recordsOption(stanza, 'dnssd')}`
      return ofPtr(objects, stanza, name, nameToText(rdata))
    case TYPE.TXT:
      return listingOf(stanza, name) === undefined
        ? 'a fixed record'
        : `names of its services, by ${recordsOption(stanza, 'txt')}`
    case TYPE.NS:
      return 'services with an endpoint at an address of this responder, or else the responder itself'
    case TYPE.SOA:
      return `made for the zone; "ttl ${stanza.ttlSec}" is how long a missing name is remembered`
    case TYPE.HINFO:
      return 'what ANY is answered with (RFC 8482)'
    default:
      return name.kind === 'owner' ? 'a fixed record' : ''
  }
}

function recordsOption({ namespaceRecords }: Stanza, kind: 'txt' | 'dnssd'): string {
  return `"namespace_records ${kind} limit ${namespaceRecords[kind]}"`
}

/** Of a question with wildcards: the first of the services found that has it. */
function ofMany(objects: KnownObjects, stanza: Stanza, name: ReadName, type: number, rdata: Uint8Array): string {
  const service = name.wildcard?.services.find((each) => hasRecord(each, type, rdata))
  if (service === undefined) return type === TYPE.HINFO ? 'what ANY is answered with (RFC 8482)' : ''
  const object = objects.owner(service.namespace, service.service)
  const of = object === undefined ? '' : ` of ${objects.say(object)}`
  const read = { ...name, outcome: 'found', kind: 'service', service, wildcard: undefined } as const
  return `${recordSource(objects, stanza, read, type, rdata)}${of === '' ? '' : `,${of}`}`
}

function hasRecord(service: ServiceRecord, type: number, rdata: Uint8Array): boolean {
  if (type === TYPE.CNAME) return formatName(service.target) === formatName(rdata)
  if (type !== TYPE.SRV) {
    const endpoints = service.endpoints.map(({ address }) => address)
    const all = [...service.addresses, ...service.externalAddresses, ...endpoints]
    return all.some((address) => formatAddress(address) === formatAddress(rdata))
  }
  const target = formatName(rdata.subarray(SRV_TARGET))
  return `.${target}`.includes(`.${service.aliasOf || service.service}.`) && target.includes(`.${service.namespace}.`)
}

function formatName(wire: Uint8Array): string {
  return wire.length === 0 ? '' : nameToText(wire)
}

function ofAddress(objects: KnownObjects, stanza: Stanza, name: ReadName, address: Uint8Array): string {
  const { kind, service } = name
  if (kind === 'nameserver') return 'an address of this responder'
  if (kind === 'pod') return ofPod(objects, stanza, name.labels[1] ?? '', address)
  if (service === undefined) return ''
  const endpoint = name.endpoints.find((each) => formatAddress(each.address) === formatAddress(address))
  if (kind === 'endpoints' && endpoint !== undefined) return endpointSource(objects, stanza, service, endpoint)
  return addressSource(objects, stanza, service, address)
}

function ofPod(objects: KnownObjects, { pods }: Stanza, namespace: string, address: Uint8Array): string {
  if (pods === 'insecure') return 'the address that the name spells, by "pods insecure"'
  const text = formatAddress(address)
  const pod = objects.podsIn(namespace).find(({ podIPs }) => podIPs.includes(text))
  return `${pod === undefined ? 'a pod' : objects.say(pod)} runs there, by "pods verified"`
}

function ofSrv(
  objects: KnownObjects,
  stanza: Stanza,
  { service, kind, endpoints }: ReadName,
  rdata: Uint8Array,
): string {
  if (service === undefined) return ''
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length)
  const [weight, number] = [view.getUint16(2), view.getUint16(4)]
  const target = nameToText(rdata.subarray(SRV_TARGET))
  const among = kind === 'endpoints' ? endpoints : service.endpoints
  const primary = service.aliasOf || service.service
  const endpoint = target.startsWith(`${primary}.`)
    ? undefined
    : among.find((each) => target.startsWith(`${each.name}.${primary}.`))
  const ports = endpoint === undefined ? service.ports : (service.portSets[endpoint.portSet] ?? [])
  const port = ports.find((each) => each.number === number)
  const named = port === undefined || port.name === '' ? `port ${number}` : `port "${port.name}" (${number})`
  const of = endpoint === undefined ? 'of the service' : `of ${endpointSource(objects, stanza, service, endpoint)}`
  return `${named} ${of}; weight ${weight} is its share of 100`
}

function ofPtr(objects: KnownObjects, stanza: Stanza, { holders, address }: ReadName, target: string): string {
  const holder = holders.find(({ service, endpoint }) =>
    target.startsWith(`${endpoint === undefined ? '' : `${endpoint.name}.`}${service.service}.`),
  )
  if (holder === undefined || address === undefined) return ''
  const { service, endpoint } = holder
  if (endpoint !== undefined) return endpointSource(objects, stanza, service, endpoint)
  const object = objects.owner(service.namespace, service.service)
  if (object === undefined) return 'an address of the service'
  const what = classOf(object, address) === 'internal' ? 'the ClusterIP' : 'an external address'
  return `${what} of ${objects.say(object)}`
}
