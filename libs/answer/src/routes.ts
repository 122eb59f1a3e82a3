/**
 * Which server block, and which of its zones, a name belongs to. All server blocks' zones and all zones of their `kubernetes`
 * stanzas stand in one table by their hash from the root down; the longest that ends the name wins. For each entry it is
 * settled beforehand which block is the closest and which zone of that block holds it, so one search answers both.
 */
import { nameFromText } from '@zonecast/dns'
import { HASH_START, hashKey, isReverseZone, QueryName, type ZoneView } from '@zonecast/image'
import type { Block, KubernetesPlugin, WildcardsPlugin } from './block.ts'
import type { Naming } from './records/naming.ts'
import { countedZones } from './tally/tally-layout.ts'

/** A zone of a `kubernetes` stanza, as the newest images have it. */
export interface Zone {
  /** Lower case, no root dot. */
  readonly name: string
  /** Wire form with root label. */
  readonly wire: Uint8Array
  readonly labels: number
  readonly isReverse: boolean
  readonly plugin: KubernetesPlugin
  /** NXDOMAIN is handed on to the next plugin. */
  readonly fallthrough: boolean
  /** Set anew with each change of images; undefined while no image holds the zone. */
  data: ZoneData | undefined
}

export interface ZoneData extends ZoneView {
  /** Of the images: what else depends on their stanzas is as it was while this is. */
  readonly shape: number
  readonly serial: number
  /** This zone, or for a reverse zone the stanza's first forward zone; wire form. Targets lie in it. */
  readonly forward: Uint8Array
  readonly naming: Naming
  /** What both the images and the responder allow. */
  readonly wildcards: WildcardsPlugin | undefined
}

export interface Route {
  readonly block: Block
  readonly zone: Zone | undefined
  /** Place of the block's zone among those that are counted (`countedZones`); -1: it is not. */
  readonly counted: number
}

interface Entry {
  readonly wire: Uint8Array
  readonly labels: number
  readonly route: Route
  readonly next: Entry | undefined
}

export class Routes {
  readonly zones: readonly Zone[]
  readonly #entries = new Map<number, Entry>()
  #mostLabels = 0

  constructor(blocks: readonly Block[]) {
    const zonesOf = new Map(blocks.map((block) => [block, zonesOfBlock(block)]))
    this.zones = [...zonesOf.values()].flat()
    const counted = countedZones(blocks)
    const names = new Set([...blocks.flatMap((block) => block.zones), ...this.zones.map((zone) => zone.name)])
    for (const name of names) {
      const block = longest(
        blocks.flatMap((block) => block.zones.map((zone) => ({ name: zone, value: block }))),
        name,
      )
      if (block === undefined) continue
      const zones = (zonesOf.get(block) ?? []).map((zone) => ({ name: zone.name, value: zone }))
      const keys = block.counted ? block.zones.map((zone) => ({ name: zone, value: counted.indexOf(zone) })) : []
      this.#add(name, { block, zone: longest(zones, name), counted: longest(keys, name) ?? -1 })
    }
  }

  /** The route of the longest zone that ends the name; undefined: none does. */
  find(name: QueryName): Route | undefined {
    let hash = HASH_START
    let route = this.#match(hash, name, 0)
    const most = Math.min(this.#mostLabels, name.labels)
    for (let labels = 1; labels <= most; labels++) {
      hash = hashKey(hash, name.hash(name.labels - labels))
      route = this.#match(hash, name, labels) ?? route
    }
    return route
  }

  #match(hash: number, name: QueryName, labels: number): Route | undefined {
    for (let entry = this.#entries.get(hash); entry !== undefined; entry = entry.next) {
      if (entry.labels === labels && endsIn(name, entry)) return entry.route
    }
    return undefined
  }

  #add(text: string, route: Route): void {
    const wire = nameFromText(`${text}.`)
    const name = new QueryName()
    name.read(new DataView(wire.buffer, wire.byteOffset), 0, wire.length + 1)
    let hash = HASH_START
    for (let label = name.labels - 1; label >= 0; label--) hash = hashKey(hash, name.hash(label))
    this.#entries.set(hash, { wire, labels: name.labels, route, next: this.#entries.get(hash) })
    this.#mostLabels = Math.max(this.#mostLabels, name.labels)
  }
}

function zonesOfBlock({ kubernetes }: Block): Zone[] {
  if (kubernetes === undefined) return []
  return kubernetes.zones.map((name) => ({
    name,
    wire: nameFromText(`${name}.`),
    labels: name === '' ? 0 : name.split('.').length,
    isReverse: isReverseZone(name),
    plugin: kubernetes,
    fallthrough: kubernetes.fallthrough.some((zone) => isAtOrBelow(name, zone)),
    data: undefined,
  }))
}

/** Of the named values the one whose name is the longest that `name` lies in. */
function longest<T>(values: readonly { readonly name: string; readonly value: T }[], name: string): T | undefined {
  let best: { readonly name: string; readonly value: T } | undefined
  for (const candidate of values) {
    const deeper = best === undefined || candidate.name.length > best.name.length
    if (isAtOrBelow(name, candidate.name) && deeper) best = candidate
  }
  return best?.value
}

function isAtOrBelow(name: string, zone: string): boolean {
  return zone === '' || name === zone || name.endsWith(`.${zone}`)
}

function endsIn(name: QueryName, { wire, labels }: Entry): boolean {
  const start = name.start(name.labels - labels)
  for (let at = 0; at < wire.length; at++) {
    if (name.view.getUint8(start + at) !== wire[at]) return false
  }
  return true
}
