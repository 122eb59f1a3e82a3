/** What every object has: name, namespace, labels, annotations. */

import { isDnsLabel } from '../names.ts'
import type { Labels } from '../objects.ts'
import { type FieldReader, type Json, quote } from './field-reader.ts'
import { Interner } from './intern.ts'

export interface Metadata {
  /** '' for a Namespace. */
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  /** Only those under zonecast.dev/. */
  readonly annotations: Labels
}

const ANNOTATION_PREFIX = 'zonecast.dev/'
/** The API server puts it on every Namespace. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name'
const DEFAULT_NAMESPACE = 'default'
/** Of a label's value, and of an annotation that is kept. */
const LABEL_MAX = 63
const ANNOTATION_MAX = 4096
const NO_TEXTS: Labels = Object.freeze({})

export class MetadataReader {
  readonly #isLabelKept: (key: string) => boolean
  readonly #namespaces = new Interner<string>()
  readonly #texts = new Interner<string>()

  /** @param labelKeys the labels to keep; all when undefined. */
  constructor(labelKeys: ReadonlySet<string> | undefined) {
    this.#isLabelKept = labelKeys === undefined ? () => true : (key) => labelKeys.has(key)
  }

  /** Undefined when name or namespace are not valid: such an object has no place in DNS. */
  read(fields: FieldReader, full: Json, kind: string, isName: (text: string) => boolean): Metadata | undefined {
    return fields.inside(full, 'metadata', (metadata) => {
      const name = fields.text(metadata, 'name')
      if (!isName(name)) {
        fields.warn('name', `${quote(name)} is no valid name; the object is left out`)
        return undefined
      }
      const stated = kind === 'Namespace' ? '' : fields.text(metadata, 'namespace') || DEFAULT_NAMESPACE
      const namespace = this.#namespaces.intern(stated, stated)
      fields.begin(kind, namespace, name)
      if (kind !== 'Namespace' && !isDnsLabel(namespace)) {
        fields.warn('namespace', `${quote(namespace)} is no DNS label; the object is left out`)
        return undefined
      }
      const labels = this.#entries(fields, metadata, 'labels', LABEL_MAX, this.#isLabelKept)
      const annotations = this.#entries(fields, metadata, 'annotations', ANNOTATION_MAX, (key) =>
        key.startsWith(ANNOTATION_PREFIX),
      )
      return {
        namespace,
        name,
        labels: kind === 'Namespace' ? this.namespaceLabels(name, labels) : labels,
        annotations,
      }
    })
  }

  /** `labels` and the one that the API server adds. */
  namespaceLabels(name: string, labels: Labels): Labels {
    return this.#isLabelKept(NAMESPACE_NAME) ? { ...labels, [NAMESPACE_NAME]: name } : labels
  }

  #entries(
    fields: FieldReader,
    metadata: Json,
    key: 'labels' | 'annotations',
    charactersMax: number,
    isKept: (key: string) => boolean,
  ): Labels {
    return fields.inside(metadata, key, (all) => {
      const kept: [string, string][] = []
      for (const name of Object.keys(all)) {
        if (!isKept(name)) continue
        const value = all[name]
        if (typeof value === 'string' && value.length <= charactersMax)
          kept.push([this.#shared(name), this.#shared(value)])
        else fields.warn(name, `${quote(value)} is no string of at most ${charactersMax} characters`)
      }
      // fromEntries makes even a key like __proto__ an entry of its own.
      return kept.length === 0 ? NO_TEXTS : Object.fromEntries(kept)
    })
  }

  #shared(text: string): string {
    return this.#texts.intern(text, text)
  }
}
