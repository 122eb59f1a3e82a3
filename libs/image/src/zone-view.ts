/** A stanza as lookups read it: made once whenever images change. */
import type { StanzaRecord } from './content.ts'
import { type Label, labelOf, parseTemplate, type Template } from './template.ts'

export interface ZoneView {
  readonly stanza: StanzaRecord
  /** Of the stanza: its bit in the images. */
  readonly index: number
  readonly templates: readonly Template[]
  /** Of all services, for templates without `{namespace}`. */
  readonly namespace: Label | undefined
}

/** @param stanza that of `index` in an image, which was checked when it was loaded */
export function zoneView(stanza: StanzaRecord, index: number): ZoneView {
  const templates = stanza.names.map(parseTemplate).filter((template) => template !== undefined)
  return { stanza, index, templates, namespace: stanza.namespace === '' ? undefined : labelOf(stanza.namespace) }
}
