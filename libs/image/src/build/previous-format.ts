/** What of a content the previous format can say, for publishers whose followers are not all upgraded yet. */
import type { ServiceRecord, StanzaRecord } from '../content.ts'
import { ImageError } from '../errors.ts'
import { isSpecified } from '../stanza-shape.ts'

/** @throws ImageError not-in-version for stanzas with options that it does not know */
export function checkSayable(stanzas: readonly StanzaRecord[]): void {
  if (stanzas.every(isSpecified)) return
  throw new ImageError('not-in-version', 'names, iporder and wildcards need the current format of images')
}

/** Leaves out what responders of that format would misread: aliases and what stands above names of several labels. */
export function* sayable(services: Iterable<ServiceRecord>): Generator<ServiceRecord> {
  for (const record of services) {
    const said = withoutInner(record)
    if (isSayable(said)) yield said
  }
}

/** Such a name does not exist there; its addresses still lead to it. */
function withoutInner(record: ServiceRecord): ServiceRecord {
  const leads = record.addresses.length + record.endpoints.length > 0
  return record.kind === 'inner' && leads ? { ...record, kind: 'reverse' } : record
}

function isSayable({ service, kind, aliasOf, externalAddresses }: ServiceRecord): boolean {
  return (
    kind !== 'inner' && aliasOf === '' && externalAddresses.length === 0 && !service.includes('.') && service !== '*'
  )
}
