/** What of a content the previous format can say, for publishers whose followers are not all upgraded yet. */
import type { ImageContent, ServiceRecord } from './content.ts'
import { ImageError } from './errors.ts'
import { isSpecified } from './stanza-shape.ts'

/**
 * Leaves out what responders of that format would misread: aliases and what stands above names of several labels.
 * @throws ImageError not-in-version for stanzas with options that it does not know
 */
export function previousContent(content: ImageContent): ImageContent {
  if (!content.stanzas.every(isSpecified)) {
    throw new ImageError('not-in-version', 'names, iporder and wildcards need the current format of images')
  }
  return { ...content, services: content.services.map(withoutInner).filter(isSayable) }
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
