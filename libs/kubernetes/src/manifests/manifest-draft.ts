/** What a manifest file holds, and how it is gathered object by object. */

import { isEqual } from '../diff-objects.ts'
import { isDnsLabel } from '../names.ts'
import type { ObjectMap } from '../object-map.ts'
import type { SlimObject } from '../objects.ts'
import { isObject, type SlimWarning } from '../slim/field-reader.ts'
import type { Slimmer } from '../slim/slim.ts'
import type { ManifestObject } from './manifest-object.ts'

export interface ManifestFile {
  readonly path: string
  readonly objects: readonly SlimObject[]
  /** The line of each object. */
  readonly lines: readonly number[]
  /** That any of its objects lies in, those too that DNS does not need. */
  readonly namespaces: ReadonlySet<string>
  readonly warnings: readonly string[]
}

const WARNINGS_MAX = 100

export class ManifestDraft {
  readonly #path: string
  readonly #slimmer: Slimmer
  readonly #known: ObjectMap
  readonly #objects: SlimObject[] = []
  readonly #lines: number[] = []
  readonly #namespaces = new Set<string>()
  readonly #warnings: string[] = []
  #warningsLeftOut = 0
  #line = 0

  /** @param known an object of it that is equal to one of the file stands in for that, so that nothing is held twice. */
  constructor(path: string, slimmer: Slimmer, known: ObjectMap) {
    this.#path = path
    this.#slimmer = slimmer
    this.#known = known
  }

  add({ full, listed, line }: ManifestObject): void {
    this.#line = line
    const changes = this.#slimmer.slim(full, listed)
    if (changes.length === 0) this.#addNamespaceOf(full)
    for (const { kind, namespace, name, object } of changes) {
      if (namespace !== '') this.#namespaces.add(namespace)
      if (object === undefined) continue
      const known = this.#known.get(kind, namespace, name)
      this.#objects.push(known !== undefined && isEqual(known, object) ? known : object)
      this.#lines.push(line)
    }
  }

  /** A warning about the object that is being added. */
  warn({ object, field, problem }: SlimWarning): void {
    if (this.#warnings.length === WARNINGS_MAX) this.#warningsLeftOut++
    else
      this.#warnings.push(
        [`${this.#path}:${this.#line}`, object, field, problem].filter((part) => part !== '').join(': '),
      )
  }

  file(): ManifestFile {
    const more = this.#warningsLeftOut === 0 ? [] : [`${this.#path}: ${this.#warningsLeftOut} more warnings`]
    return {
      path: this.#path,
      objects: this.#objects,
      lines: this.#lines,
      namespaces: this.#namespaces,
      warnings: [...this.#warnings, ...more],
    }
  }

  #addNamespaceOf(full: unknown): void {
    const metadata = isObject(full) ? full['metadata'] : undefined
    const namespace = isObject(metadata) ? metadata['namespace'] : undefined
    if (typeof namespace === 'string' && isDnsLabel(namespace)) this.#namespaces.add(namespace)
  }
}
