/** How the names of services are written, as targets of SRV and PTR records: by the first template of a stanza. */
import { nameFromText } from '@zonecast/dns'
import { parseTemplate, type StanzaRecord } from '@zonecast/image'

/** Between the labels of a service and its namespace, and after. Wire form. */
export interface Naming {
  /** No root label; mostly empty. */
  readonly middle: Uint8Array
  readonly hasNamespace: boolean
  /** `svc.Z` with the root label. */
  readonly suffix: Uint8Array
}

/** @param zone absolute, no root dot */
export function namingOf({ names }: StanzaRecord, zone: string): Naming {
  const template = parseTemplate(names[0] ?? '') ?? { rest: [], namespaceAt: -1 }
  const labels = template.rest.map((label) => (label === undefined ? '' : new TextDecoder().decode(label)))
  const middle = labels.slice(0, Math.max(template.namespaceAt, 0))
  const end = [...labels.slice(template.namespaceAt + 1), zone].filter((label) => label !== '')
  return {
    middle: nameFromText(`${middle.join('.')}.`).slice(0, -1),
    hasNamespace: template.namespaceAt >= 0,
    suffix: nameFromText(`${end.join('.')}.`),
  }
}
