/** What the images have under an entry's name: its object's records, or those of whoever asks for the name. */
import type { ServiceRecord, StanzaSet } from '@zonecast/image'
import { claimants, claimed, existingBelow, namesOf, primaries } from '../cluster/claims.ts'
import type { ServiceEntry } from '../cluster/entries.ts'
import { isLabel } from '../objects/host-name.ts'
import type { Shape } from '../stanza.ts'
import { compileService, innerRecord, mergeAlike } from './compile-service.ts'

const NOTHING: readonly ServiceRecord[] = []

/** None when no stanza sees anything of it. By their stanzas, as images have them. */
export function compileName(entry: ServiceEntry, shapes: readonly Shape[]): readonly ServiceRecord[] {
  const records = recordsOf(entry, shapes)
  return records.length < 2 ? records : [...records].sort((a, b) => a.stanzas - b.stanzas)
}

function recordsOf(entry: ServiceEntry, shapes: readonly Shape[]): readonly ServiceRecord[] {
  const { name, service, claims } = entry
  // PTR records of endpoints without a Service, and of a Service that has no forward names, lead to what it is called.
  const leads = service === undefined ? isLabel(name) : namesOf(entry).includes(name)
  // So it is with nearly all.
  if (claims === undefined && service?.asked === undefined) return leads ? compileService(entry, shapes) : NOTHING
  const records: ServiceRecord[] = []
  let left = entry.namespace.exposed
  const add = (record: ServiceRecord, stanzas: StanzaSet, given: Partial<ServiceRecord>) => {
    const those = record.stanzas & stanzas & left
    if (those !== 0) records.push({ ...record, service: name, stanzas: those >>> 0, ...given })
  }
  for (const claimant of claimants(entry)) {
    const stanzas = claimed(entry, claimant, shapes)
    const names = primaries(claimant, shapes)
    for (const record of compileService(claimant, shapes)) {
      if (record.kind === 'reverse') continue
      for (const primary of names) {
        add(record, stanzas & primary.stanzas, { aliasOf: primary.name === name ? '' : primary.name })
      }
    }
    left &= ~stanzas
  }
  const below = existingBelow(entry, shapes)
  for (const record of leads ? compileService(entry, shapes) : []) {
    if (record.kind !== 'reverse') continue
    add(record, below, { kind: 'inner' })
    add(record, ~below, {})
  }
  for (const { stanzas } of records) left &= ~stanzas
  if ((below & left) !== 0) records.push(innerRecord(entry, below & left))
  return records.length > 1 ? mergeAlike(records) : records
}
