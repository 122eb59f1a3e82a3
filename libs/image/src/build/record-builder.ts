/** Service records and what hangs on them: port lists, IPv6 addresses, the reverse tables. See layout.ts. */
import type { EndpointRecord, Port, ServiceRecord } from '../content.ts'
import { ImageError } from '../errors.ts'
import {
  ALIAS,
  ENDPOINT_FLAG,
  labelsBit,
  MAX_PORTS,
  OWN_ADDRESS,
  PROTOCOLS,
  SERVICE_KINDS,
  WILDCARD_NAMES,
} from '../layout.ts'
import type { FragmentBuilder } from './fragments.ts'
import { OctetBuilder } from './octet-builder.ts'
import { ReverseBuilder } from './reverse-builder.ts'

export class RecordBuilder {
  readonly records = new OctetBuilder(64 * 1024)
  readonly ports = new OctetBuilder()
  readonly addresses6 = new OctetBuilder()
  readonly reverse = new ReverseBuilder()
  /** The word of the section `nameLabels`. */
  nameLabels = 0
  readonly #fragments: FragmentBuilder
  readonly #portLists = new Map<string, number>()
  readonly #portListsGiven = new Map<readonly Port[], number>()

  constructor(fragments: FragmentBuilder) {
    this.#fragments = fragments
    this.ports.u32(0)
    this.#portLists.set('', 0)
  }

  /** @returns the record's octet offset in the section `records`. */
  add(record: ServiceRecord): number {
    const { records } = this
    const offset = records.end
    const { derived, named } = orderEndpoints(record.endpoints)
    const zones = zonesOf(record.endpoints)
    const addresses4 = countFamily(record.addresses, 4)
    const addresses6 = countFamily(record.addresses, 16)
    const external4 = countFamily(record.externalAddresses, 4)
    const external6 = countFamily(record.externalAddresses, 16)
    let ports = record.ports.length
    for (const list of record.portSets) ports += list.length
    const tooMany =
      Math.max(addresses4, addresses6, external4, external6, zones.length) > 255 ||
      record.portSets.length > 65535 ||
      ports > MAX_PORTS
    if (tooMany) throw new ImageError('too-large', `${record.namespace}/${record.service}: more than a record holds`)

    records.u32(record.stanzas)
    records.u32(this.#fragments.add(record.service))
    records.u32(this.#fragments.add(record.namespace))
    records.u8(SERVICE_KINDS.indexOf(record.kind) | (record.aliasOf !== '' ? ALIAS : 0))
    records.u8(addresses4)
    records.u8(addresses6)
    records.u8(zones.length)
    records.u32(record.kind === 'external' ? this.#fragments.addName(record.target) : this.#portList(record.ports))
    records.u16(record.portSets.length)
    records.u8(external4)
    records.u8(external6)
    records.u32(derived.length)
    records.u32(record.endpoints.length)
    for (const addresses of [record.addresses, record.externalAddresses]) {
      for (const address of addresses) if (address.length === 4) records.octets(address)
      for (const address of addresses) if (address.length === 16) records.octets(address)
    }
    this.#portSets(record)
    for (const zone of zones) records.u32(this.#fragments.add(zone))
    const outer = record.externalAddresses.map((address) => address.join())
    // Those named after their address differ in it, so a repeat needs a name of its own, or an address from outside.
    this.#endpoints(derived, zones, outer.length > 0 ? new Set(outer) : undefined, true)
    if (named.length > 0) {
      const seen = new Set([...outer, ...derived.map(({ address }) => address.join())])
      this.#endpoints(named, zones, seen, false)
    }

    if (record.aliasOf !== '') records.u32(this.#fragments.add(record.aliasOf))
    this.#noteLabels(record.service)

    // A tombstone (no stanza) has no addresses to be found by; those of an alias lead to the service's own name.
    const { stanzas } = record
    if (stanzas === 0 || record.aliasOf !== '') return offset
    for (const address of record.addresses) this.reverse.add(address, offset, OWN_ADDRESS, stanzas)
    for (const address of record.externalAddresses) this.reverse.add(address, offset, OWN_ADDRESS, stanzas)
    let ordinal = 0
    for (const endpoint of derived) this.reverse.add(endpoint.address, offset, ordinal++, stanzas)
    for (const endpoint of named) this.reverse.add(endpoint.address, offset, ordinal++, stanzas)
    return offset
  }

  #noteLabels(service: string): void {
    if (service.startsWith('*')) this.nameLabels |= WILDCARD_NAMES
    let labels = 1
    for (let dot = service.indexOf('.'); dot >= 0; dot = service.indexOf('.', dot + 1)) labels += 1
    this.nameLabels |= labelsBit(labels)
  }

  #portSets({ portSets, endpoints }: ServiceRecord): void {
    const users: number[] = []
    for (let set = 0; set < portSets.length; set++) users.push(0)
    for (const { portSet } of endpoints) {
      if (portSet >= portSets.length) throw new ImageError('malformed', 'an endpoint without port set')
      users[portSet] = (users[portSet] as number) + 1
    }
    for (let set = 0; set < portSets.length; set++) {
      this.records.u32(this.#portList(portSets[set] as readonly Port[]))
      this.records.u32(users[set] as number)
    }
  }

  /**
   * @param seen      addresses of the endpoints before these, and from outside; undefined: none that these could repeat
   * @param isDerived whether they are named after their addresses
   */
  #endpoints(
    endpoints: readonly EndpointRecord[],
    zones: readonly string[],
    seen: Set<string> | undefined,
    isDerived: boolean,
  ): void {
    const { records } = this
    for (const { address, name, portSet, zone } of endpoints) {
      let flags = 0
      if (address.length === 16) {
        flags |= ENDPOINT_FLAG.ipv6
        records.u32(this.addresses6.end / 16)
        this.addresses6.octets(address)
      } else records.octets(address)
      if (seen !== undefined) {
        const key = address.join()
        if (seen.has(key)) flags |= ENDPOINT_FLAG.repeated
        seen.add(key)
      }
      records.u32(isDerived ? 0 : this.#fragments.add(name))
      records.u16(portSet)
      records.u8(flags)
      records.u8(zone === '' ? 0 : zones.indexOf(zone) + 1)
    }
  }

  #portList(ports: readonly Port[]): number {
    // The compiler gives equal lists as one object mostly.
    const same = this.#portListsGiven.get(ports)
    if (same !== undefined) return same
    const offset = this.#equalPortList(ports)
    this.#portListsGiven.set(ports, offset)
    return offset
  }

  #equalPortList(ports: readonly Port[]): number {
    let key = ''
    for (const port of ports) key += `${port.name}/${port.protocol}/${port.number},`
    const known = this.#portLists.get(key)
    if (known !== undefined) return known
    const offset = this.ports.end
    this.ports.u32(ports.length)
    for (const port of ports) {
      this.ports.u32(this.#fragments.add(port.name))
      this.ports.u16(PROTOCOLS.indexOf(port.protocol))
      this.ports.u16(port.number)
    }
    this.#portLists.set(key, offset)
    return offset
  }
}

/** The topology zones of endpoints, sorted, each once. */
function zonesOf(endpoints: readonly EndpointRecord[]): readonly string[] {
  let zones: string[] | undefined
  for (const { zone } of endpoints) {
    if (zone === '' || zones?.includes(zone)) continue
    zones = [...(zones ?? []), zone]
  }
  return zones?.sort() ?? NO_ZONES
}

const NO_ZONES: readonly string[] = []

function countFamily(addresses: readonly Uint8Array[], octets: number): number {
  let count = 0
  for (const address of addresses) if (address.length === octets) count += 1
  return count
}

/** The name of an endpoint that has none of its own: `10-0-0-1`. IPv6 names are stored as text, see `orderEndpoints`. */
export function dashedAddress(address: Uint8Array): string {
  return `${address[0]}-${address[1]}-${address[2]}-${address[3]}`
}

/** True when `name` is the dashed spelling of an IPv4 address. Builds no text: this is asked of every endpoint. */
function isDashedAddress(name: string, address: Uint8Array): boolean {
  if (address.length !== 4) return false
  let at = 0
  for (let part = 0; part < 4; part++) {
    if (part > 0 && name.charCodeAt(at++) !== DASH) return false
    const value = address[part] as number
    if (value >= 100 && name.charCodeAt(at++) !== ZERO + Math.trunc(value / 100)) return false
    if (value >= 10 && name.charCodeAt(at++) !== ZERO + (Math.trunc(value / 10) % 10)) return false
    if (name.charCodeAt(at++) !== ZERO + (value % 10)) return false
  }
  return at === name.length
}

const DASH = 0x2d
const ZERO = 0x30

/**
 * Splits endpoints into those named after their IPv4 address, sorted by it, and all others, sorted by name and address.
 * A name stands in one of the two only, so that one search finds all of its endpoints.
 */
function orderEndpoints(endpoints: readonly EndpointRecord[]): { derived: EndpointRecord[]; named: EndpointRecord[] } {
  const derived: EndpointRecord[] = []
  const named: EndpointRecord[] = []
  for (const endpoint of endpoints) {
    if (isDashedAddress(endpoint.name, endpoint.address)) derived.push(endpoint)
    else named.push(endpoint)
  }
  if (named.length > 0 && derived.length > 0) {
    const names = new Set(named.map((endpoint) => endpoint.name))
    const alone = derived.filter((endpoint) => !names.has(endpoint.name))
    named.push(...derived.filter((endpoint) => names.has(endpoint.name)))
    derived.splice(0, derived.length, ...alone)
  }
  if (derived.length > 1) derived.sort((a, b) => compareOctets(a.address, b.address))
  if (named.length > 1) {
    named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : compareOctets(a.address, b.address)))
  }
  return { derived, named }
}

/** By length, then octet by octet. */
function compareOctets(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] as number) - (b[at] as number)
    if (difference !== 0) return difference
  }
  return 0
}
