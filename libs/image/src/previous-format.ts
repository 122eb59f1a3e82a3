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
  return { ...content, services: content.services.filter(isSayable) }
}

function isSayable({ service, kind, isAlias, externalAddresses }: ServiceRecord): boolean {
  return kind !== 'inner' && !isAlias && externalAddresses.length === 0 && !service.includes('.') && service !== '*'
}
