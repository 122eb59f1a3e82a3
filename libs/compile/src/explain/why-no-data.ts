/** Why a name that exists has no record of a type. */
import { TYPE, typeToText } from '@zonecast/dns'
import type { ServiceRecord } from '@zonecast/image'
import type { Stanza } from '../stanza.ts'
import type { KnownObjects } from './known-objects.ts'
import { listingOf, type ReadName } from './read-name.ts'

/** None when how the name is read says it all. */
export function whyNoData(objects: KnownObjects, stanza: Stanza, name: ReadName, type: number): string[] {
  const { kind, service } = name
  const isAddress = type === TYPE.A || type === TYPE.AAAA
  if (kind === 'pod')
    return [isAddress ? `its address is ${familyText(type === TYPE.A ? 16 : 4)}` : 'pods have addresses only']
  if (kind === 'address') return ['reverse names have PTR records only']
  if (service === undefined || (kind !== 'service' && kind !== 'endpoints')) return []
  const listing = type === TYPE.TXT && stanza.namespaceRecords.txt !== undefined ? listingOf(stanza, name) : undefined
  if (listing?.before.length === 0)
    return [`the TXT record of namespace "${listing.namespace}" would stand here, but the service goes before it`]
  if (!isAddress && type !== TYPE.SRV) return [`services have no records of type ${typeToText(type)}`]
  const addresses = addressesOf(name, service)
  if (addresses.length === 0) return [whyNoAddress(objects, stanza, service)]
  if (type === TYPE.SRV) return ['it has no port with a number']
  return [`it has no ${familyText(type === TYPE.A ? 4 : 16)} address`]
}

function familyText(octets: 4 | 16): string {
  return octets === 4 ? 'IPv4' : 'IPv6'
}

function addressesOf({ kind, endpoints: named }: ReadName, service: ServiceRecord): readonly Uint8Array[] {
  const { addresses, externalAddresses, endpoints } = service
  if (kind === 'endpoints') return named.map(({ address }) => address)
  const internal = service.kind === 'headless' ? endpoints.map(({ address }) => address) : addresses
  return [...internal, ...externalAddresses]
}

function whyNoAddress(objects: KnownObjects, { iporder }: Stanza, { namespace, service }: ServiceRecord): string {
  const object = objects.owner(namespace, service)
  const isInternalOut = !iporder.includes('internal')
  if (isInternalOut) return `it has no external address, and "iporder ${iporder.join(' ')}" publishes no other`
  return object?.type === 'ClusterIP' ? 'it has no ClusterIP yet' : 'it has no address'
}
