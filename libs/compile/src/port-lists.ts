/** Port lists of services and slices in the image's terms. Clusters have few different ones, so equal lists are one. */
import { MAX_PORTS, type Port } from '@zonecast/image'
import type { Port as SlimPort } from '@zonecast/kubernetes'
import { isLabel } from './host-name.ts'

const LISTS_MAX = 4096
/** A record holds as many of its service as of all its endpoints' lists; what goes beyond is left out. */
export const PORTS_MAX = Math.floor(MAX_PORTS / 2)
/** A port's label is its name behind an underscore. */
const NAME_OCTETS_MAX = 62
const PROTOCOLS = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const satisfies Record<SlimPort['protocol'], string>

/** Empty of names and numbers, yet it counts once in the weights of SRV records, as a port without a number does. */
const PORTLESS: readonly Port[] = [{ name: '', protocol: 'tcp', number: 0 }]

export class PortLists {
  readonly #lists = new Map<string, readonly Port[]>()

  ofService(ports: readonly SlimPort[]): readonly Port[] {
    const key = keyOf(ports)
    const known = this.#lists.get(key)
    if (known !== undefined) return known
    const list = ports.slice(0, PORTS_MAX).map(toPort)
    if (this.#lists.size === LISTS_MAX) this.#lists.clear()
    this.#lists.set(key, list)
    return list
  }

  ofSlice(ports: readonly SlimPort[]): readonly Port[] {
    return ports.length === 0 ? PORTLESS : this.ofService(ports)
  }
}

/** A name's length stands before it, so that no name can look like more than one port. */
function keyOf(ports: readonly SlimPort[]): string {
  let key = ''
  for (const { name, protocol, port } of ports) key += `${protocol}${port}/${name.length}/${name}`
  return key
}

function toPort({ name, protocol, port = 0 }: SlimPort): Port {
  const label = name.toLowerCase()
  return {
    name: label.length <= NAME_OCTETS_MAX && isLabel(label) ? label : '',
    protocol: PROTOCOLS[protocol],
    number: Number.isInteger(port) && port > 0 && port <= 65535 ? port : 0,
  }
}
