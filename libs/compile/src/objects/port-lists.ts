/** Port lists of services and slices in the image's terms. Clusters have few different ones, so equal lists are one. */
import { MAX_PORTS, type Port } from '@zonecast/image'
import type { Port as SlimPort } from '@zonecast/kubernetes'
import type { NameFault } from './asked-names.ts'
import { flattenLabel } from './flatten.ts'

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
  /** Of the lists that have some. */
  readonly #faults = new WeakMap<readonly Port[], readonly NameFault[]>()

  ofService(ports: readonly SlimPort[]): readonly Port[] {
    const key = keyOf(ports)
    const known = this.#lists.get(key)
    if (known !== undefined) return known
    const faults: NameFault[] = []
    const list = toPorts(ports.slice(0, PORTS_MAX), faults)
    if (faults.length > 0) this.#faults.set(list, faults)
    if (this.#lists.size === LISTS_MAX) this.#lists.clear()
    this.#lists.set(key, list)
    return list
  }

  ofSlice(ports: readonly SlimPort[]): readonly Port[] {
    return ports.length === 0 ? PORTLESS : this.ofService(ports)
  }

  /** What is wrong with the names in a list that this has made. */
  faultsOf(list: readonly Port[]): readonly NameFault[] {
    return this.#faults.get(list) ?? NO_FAULTS
  }
}

const NO_FAULTS: readonly NameFault[] = []

/** A name's length stands before it, so that no name can look like more than one port. */
function keyOf(ports: readonly SlimPort[]): string {
  let key = ''
  for (const { name, protocol, port } of ports) key += `${protocol}${port}/${name.length}/${name}`
  return key
}

/** Of ports whose names are mapped to one, it is that of the port that is called so, else of the first; the others have none. */
function toPorts(ports: readonly SlimPort[], faults: NameFault[]): readonly Port[] {
  const owners = new Map<string, string>()
  const keys = ports.map(({ name, protocol }) => `${protocol}/${flattenLabel(name, NAME_OCTETS_MAX)}`)
  for (const [at, { name, protocol }] of ports.entries()) {
    const key = keys[at] ?? ''
    if (!owners.has(key) || key === `${protocol}/${name}`) owners.set(key, name)
  }
  return ports.map(({ name, protocol, port = 0 }, at): Port => {
    const key = keys[at] ?? ''
    const flat = key.slice(protocol.length + 1)
    const isOwner = owners.get(key) === name
    if (name !== '' && flat === '') faults.push({ code: 'bad-port-name', text: name })
    else if (!isOwner) faults.push({ code: 'port-name-taken', text: name })
    return {
      name: isOwner ? flat : '',
      protocol: PROTOCOLS[protocol],
      number: Number.isInteger(port) && port > 0 && port <= 65535 ? port : 0,
    }
  })
}
