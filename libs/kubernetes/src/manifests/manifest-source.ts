/**
 * The objects of manifest files, and what changes in them from one look at the files to the next.
 *
 * Of each file only its slim objects are kept, and only files that changed are read again. A look with any fault gives no
 * changes at all: the state before it stays, until all files can be read.
 */

import { diffObjects } from '../diff-objects.ts'
import type { KubernetesError, KubernetesErrorCode } from '../errors.ts'
import { ObjectMap } from '../object-map.ts'
import type { ObjectChange, SlimObject } from '../objects.ts'
import type { SlimOptions } from '../slim/slim.ts'
import type { ManifestFile } from './manifest-draft.ts'
import { fingerprint, ManifestReader } from './manifest-file.ts'
import { findManifests } from './manifest-patterns.ts'
import { mergeManifests } from './merge-manifests.ts'
import { systemFault } from './system-fault.ts'

/** What one look at the files showed. */
export interface ManifestLook {
  /** Since the last look without faults; none when there are faults. */
  readonly changes: readonly ObjectChange[]
  /** All that keep the files from being one good state. */
  readonly faults: readonly KubernetesError[]
  /** Of the present state, also those of earlier looks. */
  readonly warnings: readonly string[]
  /** Whether any file or directory came, went or changed. */
  readonly isChanged: boolean
  readonly paths: readonly string[]
  readonly directories: ReadonlySet<string>
}

/** Equal to no fingerprint. */
const UNKNOWN = ''
const RETRIED: ReadonlySet<KubernetesErrorCode> = new Set(['no-match', 'unreadable'])

interface FileState {
  readonly fingerprint: string
  readonly content: ManifestFile | KubernetesError
}

export class ManifestSource {
  readonly #patterns: readonly string[]
  readonly #reader: ManifestReader
  #files: ReadonlyMap<string, FileState> = new Map()
  #directories: ReadonlySet<string> = new Set()
  #objects = new ObjectMap()
  #warnings: readonly string[] = []
  /** Whether files changed since `#objects` was made of them. */
  #isStale = true

  /** @param patterns relative to the working directory, or absolute. */
  constructor(patterns: readonly string[], options: SlimOptions) {
    this.#patterns = patterns
    this.#reader = new ManifestReader(options)
  }

  get objects(): ObjectMap {
    return this.#objects
  }

  /** File and line of each object that a file holds, as of the last look. */
  places(): Map<SlimObject, string> {
    const files = [...this.#files.values()].map(({ content }) => content).filter(isManifest)
    return new Map(
      files.flatMap(({ path, objects, lines }) => objects.map((object, at) => [object, `${path}:${lines[at]}`])),
    )
  }

  async look(): Promise<ManifestLook> {
    const { paths, directories, faults: patternFaults } = await findManifests(this.#patterns)
    const files = new Map<string, FileState>()
    for (const path of paths) files.set(path, await this.#present(path))
    const areFilesNew = !isSame(files, this.#files)
    const isChanged = areFilesNew || !isSame(directories, this.#directories)
    this.#files = files
    this.#directories = directories
    this.#isStale ||= areFilesNew

    const contents = [...files.values()].map(({ content }) => content)
    const faults = [...patternFaults, ...contents.filter((content) => content instanceof Error)]
    const changes = faults.length === 0 && this.#isStale ? this.#merge(contents.filter(isManifest)) : []
    return { changes, faults, warnings: this.#warnings, isChanged, paths, directories }
  }

  /** What is known of a file when it has not changed, else what it holds now. */
  async #present(path: string): Promise<FileState> {
    const known = this.#files.get(path)
    let present = UNKNOWN
    try {
      present = await fingerprint(path)
      if (known?.fingerprint === present) return known
      return { fingerprint: present, content: await this.#reader.read(path, this.#objects) }
    } catch (error) {
      const fault = systemFault(error, path)
      // What the system says may change though the file does not, so it is asked again.
      if (RETRIED.has(fault.code)) present = UNKNOWN
      const isKnown =
        known?.content instanceof Error && known.content.message === fault.message && known.fingerprint === present
      return isKnown ? known : { fingerprint: present, content: fault }
    }
  }

  #merge(contents: readonly ManifestFile[]): ObjectChange[] {
    const { objects, warnings } = mergeManifests(contents, (name) => this.#reader.slimmer.namespaceNamed(name))
    const changes = diffObjects(this.#objects, objects)
    this.#objects = objects
    this.#warnings = [...contents.flatMap((content) => content.warnings), ...warnings]
    this.#isStale = false
    return changes
  }
}

function isManifest(content: ManifestFile | KubernetesError): content is ManifestFile {
  return !(content instanceof Error)
}

/** The same keys in the same order, with the very same values. */
function isSame(these: ReadonlyMap<string, unknown> | ReadonlySet<string>, those: typeof these): boolean {
  const others = [...those.entries()]
  return (
    these.size === those.size &&
    [...these.entries()].every(([key, value], at) => others[at]?.[0] === key && others[at][1] === value)
  )
}
