/** A stanza as lookups read it: made once whenever images change. */
import type { StanzaRecord } from './content.ts'
import type { ImageStack } from './lookup/find.ts'
import { type Label, labelOf, parseTemplate, type Template } from './template.ts'

export interface ZoneView {
  readonly stanza: StanzaRecord
  /** Of the stanza: its bit in the images. */
  readonly index: number
  readonly templates: readonly Template[]
  /** Of all services, for templates without `{namespace}`. */
  readonly namespace: Label | undefined
  /** Those of all images together. */
  readonly nameLabels: number
}

/** @param index of the stanza in the images, which were checked when they were loaded */
export function zoneView(images: ImageStack, index: number): ZoneView {
  const stanza = images[0]?.stanzas[index] as StanzaRecord
  return {
    stanza,
    index,
    templates: stanza.names.map(parseTemplate).filter((template) => template !== undefined),
    namespace: stanza.namespace === '' ? undefined : labelOf(stanza.namespace),
    nameLabels: nameLabelsOf(images),
  }
}

/** The view of other images of the same shape. */
export function renewedView<V extends ZoneView>(view: V, images: ImageStack): V {
  return { ...view, stanza: images[0]?.stanzas[view.index] as StanzaRecord, nameLabels: nameLabelsOf(images) }
}

function nameLabelsOf(images: ImageStack): number {
  return images.reduce((all, image) => all | image.nameLabels, 0)
}
