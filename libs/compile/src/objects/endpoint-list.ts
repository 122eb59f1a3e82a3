/**
 * The endpoints of a slice or a service in the image's terms, in the one order that does not depend on how slices share
 * them: by name, then address. So a slice that is alone gives its list to the record as it is, and endpoints that only
 * move within or between slices change nothing.
 */
import type { EndpointRecord, Port } from '@zonecast/image'
import { compareOctets, compareText } from '../order.ts'
import { PORTS_MAX } from './port-lists.ts'

export interface EndpointList {
  /** No two with the same name and address. */
  readonly endpoints: readonly EndpointRecord[]
  /** No two alike, in the order in which the endpoints first use them. */
  readonly portSets: readonly (readonly Port[])[]
}

export const NO_ENDPOINTS: EndpointList = { endpoints: [], portSets: [] }

/** What an image's record holds; who writes a cluster by hand may go beyond. */
const ZONES_MAX = 255

/** The endpoints of one slice, which all have the same ports: `portSet` is 0. Sorts them. */
export function sliceEndpoints(endpoints: EndpointRecord[], ports: readonly Port[]): EndpointList {
  if (endpoints.length === 0) return NO_ENDPOINTS
  endpoints.sort(compareEndpoints)
  const isPlain =
    endpoints.length <= ZONES_MAX && !endpoints.some((endpoint, at) => isSame(endpoint, endpoints[at + 1]))
  return isPlain ? { endpoints, portSets: [ports] } : distinctEndpoints(endpoints, [ports])
}

/** The endpoints of several slices of one service. */
export function joinEndpointLists(lists: readonly EndpointList[]): EndpointList {
  const [first = NO_ENDPOINTS, second] = lists
  if (second === undefined) return first
  const endpoints: EndpointRecord[] = []
  const portSets: (readonly Port[])[] = []
  for (const list of lists) {
    for (const { address, name, portSet, zone } of list.endpoints) {
      endpoints.push({ address, name, portSet: portSets.length + portSet, zone })
    }
    portSets.push(...list.portSets)
  }
  return distinctEndpoints(endpoints.sort(compareEndpoints), portSets)
}

/**
 * Endpoints with the same name and address become one, whose ports are those of all: SRV weights count a port as often as
 * it stands there. Port sets come out without repetitions.
 * @param endpoints sorted
 */
function distinctEndpoints(endpoints: readonly EndpointRecord[], portSets: EndpointList['portSets']): EndpointList {
  const distinct: EndpointRecord[] = []
  const sets = new PortSets()
  const zones = new Set<string>()
  for (let at = 0, end: number; at < endpoints.length; at = end) {
    const first = endpoints[at] as EndpointRecord
    end = at + 1
    while (isSame(first, endpoints[end])) end++
    const ports = endpoints.slice(at, end).map((endpoint) => portSets[endpoint.portSet] ?? [])
    const portSet = sets.indexOf(ports.length === 1 ? (ports[0] ?? []) : ports.flat().sort(comparePorts))
    if (portSet < 0) continue
    if (zones.size < ZONES_MAX) zones.add(first.zone)
    distinct.push({ ...first, portSet, zone: zones.has(first.zone) ? first.zone : '' })
  }
  return { endpoints: distinct, portSets: sets.lists }
}

class PortSets {
  readonly lists: (readonly Port[])[] = []
  readonly #indexes = new Map<string, number>()
  #last: readonly Port[] | undefined
  #lastIndex = -1
  #ports = 0

  /** -1 when a record cannot hold one more. */
  indexOf(ports: readonly Port[]): number {
    if (ports === this.#last) return this.#lastIndex
    const key = ports.map(({ name, protocol, number }) => `${name}/${protocol}/${number}`).join()
    let index = this.#indexes.get(key)
    if (index === undefined) {
      const fits = this.#ports + ports.length <= PORTS_MAX
      index = fits ? this.lists.push(ports) - 1 : -1
      if (fits) this.#ports += ports.length
      this.#indexes.set(key, index)
    }
    this.#last = ports
    this.#lastIndex = index
    return index
  }
}

/** Lists that meet have no order among them. */
function comparePorts(a: Port, b: Port): number {
  return compareText(a.name, b.name) || compareText(a.protocol, b.protocol) || a.number - b.number
}

function compareEndpoints(a: EndpointRecord, b: EndpointRecord): number {
  return compareText(a.name, b.name) || compareOctets(a.address, b.address)
}

function isSame(a: EndpointRecord, b: EndpointRecord | undefined): boolean {
  return b !== undefined && a.name === b.name && compareOctets(a.address, b.address) === 0
}
