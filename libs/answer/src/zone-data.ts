/** What images say of a zone that the responder's Corefile names. */
import { nameFromText } from '@zonecast/dns'
import { type ImageStack, isReverseZone, type StanzaRecord, zoneView } from '@zonecast/image'
import type { WildcardsPlugin } from './block.ts'
import { namingOf } from './naming.ts'
import type { Zone, ZoneData } from './routes.ts'

/**
 * Fills in `data` of each zone from the newest image: the stanza with just the zones of the plugin is taken, else the first
 * one that has the zone. Undefined for a zone that the images do not hold.
 */
export function assignZoneData(zones: readonly Zone[], images: ImageStack): void {
  const stanzas = images[0]?.stanzas ?? []
  for (const zone of zones) {
    const index = findStanza(stanzas, zone)
    const stanza = stanzas[index]
    zone.data = stanza === undefined ? undefined : dataOf(zone, images, stanza, index)
  }
}

function findStanza(stanzas: readonly StanzaRecord[], { name, plugin }: Zone): number {
  const wanted = plugin.zones.join(' ')
  let left = plugin.ordinal
  for (const [index, { zones }] of stanzas.entries()) {
    if (zones.map((zone) => zone.name).join(' ') === wanted && left-- === 0) return index
  }
  return stanzas.findIndex(({ zones }) => zones.some((zone) => zone.name === name))
}

function dataOf(zone: Zone, images: ImageStack, stanza: StanzaRecord, index: number): ZoneData {
  const serial = stanza.zones.find(({ name }) => name === zone.name)?.serial ?? 0
  const forward = (zone.isReverse ? stanza.zones.find(({ name }) => !isReverseZone(name)) : zone)?.name ?? ''
  const wildcards = zone.isReverse ? undefined : bothAllow(stanza, zone.plugin.wildcards)
  const naming = namingOf(stanza, forward)
  return { ...zoneView(images, index), serial, forward: nameFromText(`${forward}.`), naming, wildcards }
}

/** An image holds what its publisher's Corefile asks for; a responder may want less. */
function bothAllow(stanza: StanzaRecord, plugin: WildcardsPlugin | undefined): WildcardsPlugin | undefined {
  if (plugin === undefined || stanza.wildcards === 'off') return undefined
  const scope = stanza.wildcards === 'namespace' ? 'namespace' : plugin.scope
  return { ...plugin, scope, search: plugin.search && stanza.search }
}
