/**
 * What single objects say, in the image's terms and nothing more: worked out once when an object comes, shared by every
 * record that is compiled from it. Labels are gone by then; which stanzas they please is a bit set.
 */
import { parseAddress } from '@zonecast/dns'
import type { EndpointRecord, Port, StanzaSet } from '@zonecast/image'
import type { EndpointSlice, Service, Endpoint as SlimEndpoint } from '@zonecast/kubernetes'
import { compareOctets } from '../order.ts'
import type { Stanzas } from '../stanza.ts'
import { AddressPages } from './address-pages.ts'
import { type AskedNames, askedNames } from './asked-names.ts'
import { type EndpointList, sliceEndpoints } from './endpoint-list.ts'
import { endpointName } from './endpoint-name.ts'
import { targetName } from './host-name.ts'
import { PortLists } from './port-lists.ts'

/** A Service. */
export interface ServicePart {
  /** Seconds since the epoch, 0 when the object does not say. */
  readonly createdSec: number
  /** undefined: it is published as it is called. */
  readonly asked: AskedNames | undefined
  readonly kind: 'cluster' | 'headless' | 'external'
  /** Stanzas whose `labels` it pleases. */
  readonly selected: StanzaSet
  readonly addresses: readonly Uint8Array[]
  /** What leads in from outside; nothing unless a stanza publishes it. */
  readonly external: ExternalPart
  /** Of a headless service only where a stanza publishes external addresses. */
  readonly ports: readonly Port[]
  /** As the object spells it; '' unless external. */
  readonly externalName: string
  /** Wire form; empty unless external, and when `externalName` is no host name. */
  readonly target: Uint8Array
}

export interface ExternalPart {
  /** Of load balancers, then `externalIPs`; each once. */
  readonly addresses: readonly Uint8Array[]
  /** The first load balancer that has a name: that in wire form, else empty. */
  readonly target: Uint8Array
}

/** An EndpointSlice. */
export interface SlicePart {
  readonly name: string
  readonly legacy: boolean
  readonly selected: StanzaSet
  readonly plain: EndpointList
  /** With `endpoint_pod_names`; the same list unless some stanzas have it and some do not. */
  readonly podNamed: EndpointList
}

const NO_ADDRESSES: readonly Uint8Array[] = []
const NO_PORTS: readonly Port[] = []
const NO_TARGET: Uint8Array = new Uint8Array(0)
export const NO_EXTERNAL: ExternalPart = { addresses: NO_ADDRESSES, target: NO_TARGET }
const ADDRESSES_MAX = 255
/** A label value of Kubernetes that can be read as the labels of a name. */
const ZONE = /^(?=.{1,63}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/

export class PartReader {
  readonly #stanzas: Stanzas
  readonly #addresses = new AddressPages()
  readonly #ports = new PortLists()
  /** Whether stanzas name endpoints after their pods: all, none or some of them. */
  readonly #podNames: 'all' | 'none' | 'some'
  readonly #isExternalPublished: boolean

  constructor(stanzas: Stanzas) {
    this.#stanzas = stanzas
    const named = stanzas.list.filter((stanza) => stanza.endpointPodNames).length
    this.#podNames = named === 0 ? 'none' : named === stanzas.list.length ? 'all' : 'some'
    this.#isExternalPublished = stanzas.shapes.some((shape) => shape.external)
  }

  service(service: Service): ServicePart {
    const { type, labels, clusterIPs, externalName } = service
    const selected = this.#stanzas.selecting(labels)
    const ports = service.ports.length === 0 ? NO_PORTS : this.#ports.ofService(service.ports)
    const none = {
      createdSec: Math.floor(service.creationTimestamp / 1000),
      asked: askedNames(service, this.#ports.faultsOf(ports)),
      addresses: NO_ADDRESSES,
      external: NO_EXTERNAL,
      ports: NO_PORTS,
      externalName: '',
      target: NO_TARGET,
    }
    switch (type) {
      case 'ExternalName':
        return { ...none, kind: 'external', selected, externalName, target: targetName(externalName) ?? NO_TARGET }
      case 'Headless': {
        const external = this.#external(service)
        return { ...none, kind: 'headless', selected, external, ports: this.#isExternalPublished ? ports : NO_PORTS }
      }
      case 'ClusterIP': {
        const addresses = this.addresses(clusterIPs)
        return { ...none, kind: 'cluster', selected, addresses, external: this.#external(service), ports }
      }
    }
  }

  #external({ ingress, externalIPs }: Service): ExternalPart {
    if (!this.#isExternalPublished || ingress.length + externalIPs.length === 0) return NO_EXTERNAL
    const hostname = ingress.find((point) => parseAddress(point) === undefined)
    return {
      // Names of load balancers are no addresses and so left out.
      addresses: this.addresses([...ingress, ...externalIPs]),
      target: (hostname === undefined ? undefined : targetName(hostname)) ?? NO_TARGET,
    }
  }

  slice(name: string, { legacy, labels, endpoints, ports }: EndpointSlice): SlicePart {
    const list = this.#ports.ofSlice(ports)
    const plain = this.#endpoints(endpoints, list, this.#podNames === 'all')
    const podNamed = this.#podNames === 'some' ? this.#endpoints(endpoints, list, true) : plain
    return { name, legacy, selected: this.#stanzas.selecting(labels), plain, podNamed }
  }

  /** Those that are addresses, each once, in the order of the object; at most as many as a record holds. */
  addresses(texts: readonly string[]): Uint8Array[] {
    const distinct: Uint8Array[] = []
    for (const text of texts) {
      const address = this.#addresses.parse(text)
      if (address === undefined || distinct.some((other) => compareOctets(other, address) === 0)) continue
      if (distinct.push(address) === ADDRESSES_MAX) break
    }
    return trimmed(distinct)
  }

  #endpoints(endpoints: readonly SlimEndpoint[], ports: readonly Port[], podNames: boolean): EndpointList {
    const records: EndpointRecord[] = []
    for (const endpoint of endpoints) {
      const zone = readZone(endpoint.zone)
      for (const text of endpoint.addresses) {
        const name = endpointName(endpoint, text, podNames)
        const address = name === undefined ? undefined : this.#addresses.parse(text)
        if (name !== undefined && address !== undefined) records.push({ address, name, portSet: 0, zone })
      }
    }
    return sliceEndpoints(trimmed(records), ports)
  }
}

function readZone(text: string): string {
  const zone = text.toLowerCase()
  return ZONE.test(zone) ? zone : ''
}

/** The same in memory of just that size: arrays that grow keep room for more, and these are kept by the hundred thousand. */
function trimmed<Item>(items: readonly Item[]): Item[] {
  return items.slice()
}
