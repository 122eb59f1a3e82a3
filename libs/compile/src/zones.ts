/**
 * The zones of all stanzas, and which of them a change shows in. Stanzas of several server blocks may have zones of one
 * name; a serial belongs to the name, so those share a bit.
 */
import { type AddressPrefix, nameFromText, prefixContains, readReverseName, reverseMatch } from '@zonecast/dns'
import { isReverseZone, type ServiceRecord, type StanzaSet } from '@zonecast/image'
import type { Stanza } from './stanza.ts'

/** Bit i stands for zone i. CIDRs may bring many zones: more than a number has bits. */
export type ZoneSet = bigint

export const NO_ZONES: ZoneSet = 0n

interface ReverseZone {
  readonly bit: ZoneSet
  readonly stanzas: StanzaSet
  readonly prefix: AddressPrefix
}

export class Zones {
  /** Without repetitions; the place of a name is its bit. */
  readonly names: readonly string[]
  readonly #ofStanza: readonly ZoneSet[]
  readonly #forwardOfStanza: readonly ZoneSet[]
  readonly #reverse: readonly ReverseZone[]

  constructor(stanzas: readonly Stanza[]) {
    const names = [...new Set(stanzas.flatMap((stanza) => stanza.zones))]
    const bits = new Map(names.map((name, index) => [name, 1n << BigInt(index)]))
    const setOf = (zones: readonly string[]) => zones.reduce((set, zone) => set | (bits.get(zone) ?? 0n), NO_ZONES)
    this.names = names
    this.#ofStanza = stanzas.map(({ zones }) => setOf(zones))
    this.#forwardOfStanza = stanzas.map(({ zones }) => setOf(zones.filter((zone) => !isReverseZone(zone))))
    this.#reverse = [...bits].flatMap(([name, bit]) => {
      const prefix = isReverseZone(name) ? prefixOf(name) : undefined
      if (prefix === undefined) return []
      const those = stanzas.reduce((set, { zones }, index) => (zones.includes(name) ? set | (1 << index) : set), 0)
      return [{ bit, stanzas: those, prefix }]
    })
  }

  of(stanzas: StanzaSet): ZoneSet {
    return union(this.#ofStanza, stanzas)
  }

  forward(stanzas: StanzaSet): ZoneSet {
    return union(this.#forwardOfStanza, stanzas)
  }

  /** The zones that hold a name of the record: forward ones if it has such names, reverse ones that hold an address. */
  holding(record: ServiceRecord): ZoneSet {
    let zones = record.kind === 'reverse' ? NO_ZONES : this.forward(record.stanzas)
    for (const { bit, stanzas, prefix } of this.#reverse) {
      if ((stanzas & record.stanzas) === 0 || record.aliasOf !== '') continue
      const holds =
        record.addresses.some((address) => prefixContains(prefix, address)) ||
        record.externalAddresses.some((address) => prefixContains(prefix, address)) ||
        record.endpoints.some(({ address }) => prefixContains(prefix, address))
      if (holds) zones |= bit
    }
    return zones
  }
}

function union(perStanza: readonly ZoneSet[], stanzas: StanzaSet): ZoneSet {
  return perStanza.reduce((set, zones, index) => ((stanzas >>> index) & 1 ? set | zones : set), NO_ZONES)
}

/** undefined for a reverse zone that no address lies in, e.g. one of RFC 2317. */
function prefixOf(zone: string): AddressPrefix | undefined {
  const match = reverseMatch()
  if (!readReverseName(nameFromText(`${zone}.`), match)) return undefined
  return { address: match.address.slice(0, match.size), bits: match.bits }
}
