/** What images say of a zone that the responder's Corefile names. */
import { nameFromText } from '@zonecast/dns'
import { type Image, type ImageStack, isReverseZone, renewedView, type StanzaRecord, zoneView } from '@zonecast/image'
import type { WildcardsPlugin } from './block.ts'
import { namingOf } from './records/naming.ts'
import type { Zone, ZoneData } from './routes.ts'

/**
 * Fills in `data` of each zone from the newest image: the stanza with just the zones of the plugin is taken, else the first
 * one that has the zone. Undefined for a zone that the images do not hold.
 */
export function assignZoneData(zones: readonly Zone[], images: ImageStack): void {
  const [newest] = images
  for (const zone of zones) {
    if (newest === undefined) zone.data = undefined
    else if (zone.data?.shape === newest.shape) zone.data = renewed(zone, zone.data, images)
    else zone.data = dataOf(zone, images, newest)
  }
}

/** After a delta, which changes no more than this. */
function renewed(zone: Zone, data: ZoneData, images: ImageStack): ZoneData {
  const view = renewedView(data, images)
  return { ...view, serial: serialIn(view.stanza, zone) }
}

function findStanza(stanzas: readonly StanzaRecord[], { name, plugin }: Zone): number {
  const wanted = plugin.zones.join(' ')
  let left = plugin.ordinal
  for (const [index, { zones }] of stanzas.entries()) {
    if (zones.map((zone) => zone.name).join(' ') === wanted && left-- === 0) return index
  }
  return stanzas.findIndex(({ zones }) => zones.some((zone) => zone.name === name))
}

function dataOf(zone: Zone, images: ImageStack, { shape, stanzas }: Image): ZoneData | undefined {
  const index = findStanza(stanzas, zone)
  const stanza = stanzas[index]
  if (stanza === undefined) return undefined
  const forward = (zone.isReverse ? stanza.zones.find(({ name }) => !isReverseZone(name)) : zone)?.name ?? ''
  const wildcards = zone.isReverse ? undefined : bothAllow(stanza, zone.plugin.wildcards)
  const naming = namingOf(stanza, forward)
  const serial = serialIn(stanza, zone)
  return { ...zoneView(images, index), shape, serial, forward: nameFromText(`${forward}.`), naming, wildcards }
}

function serialIn(stanza: StanzaRecord, zone: Zone): number {
  return stanza.zones.find(({ name }) => name === zone.name)?.serial ?? 0
}

/** An image holds what its publisher's Corefile asks for; a responder may want less. */
function bothAllow(stanza: StanzaRecord, plugin: WildcardsPlugin | undefined): WildcardsPlugin | undefined {
  if (plugin === undefined || stanza.wildcards === 'off') return undefined
  const scope = stanza.wildcards === 'namespace' ? 'namespace' : plugin.scope
  return { ...plugin, scope, search: plugin.search && stanza.search }
}
