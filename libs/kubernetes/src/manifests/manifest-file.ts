/** Reads one manifest file: from octets to slim objects, never holding more of the file than must be parsed at once. */

import { type FileHandle, open, stat } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { KubernetesError } from '../errors.ts'
import { JsonObjects, type ListedTypes } from '../json/json-objects.ts'
import { JsonSplitter } from '../json/json-splitter.ts'
import type { ObjectMap } from '../object-map.ts'
import { Slimmer, type SlimOptions } from '../slim/slim.ts'
import { ManifestDraft, type ManifestFile } from './manifest-draft.ts'
import { yamlObjects } from './yaml-objects.ts'

const CHUNK_OCTETS = 256 * 1024
const YAML_OCTETS_MAX = 64 * 1024 * 1024
/** How long YAML is read before others may have the thread. */
const SLICE_MS = 20

/** What changes when a file does: another file in its place, another length, another time of change. */
export async function fingerprint(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true })
  if (!stats.isFile()) throw new KubernetesError('unreadable', { file: path }, 'is no regular file')
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':')
}

export class ManifestReader {
  readonly slimmer: Slimmer
  readonly #chunk = new Uint8Array(CHUNK_OCTETS)
  #draft: ManifestDraft | undefined

  constructor(options: SlimOptions) {
    this.slimmer = new Slimmer(options, (warning) => this.#draft?.warn(warning))
  }

  /**
   * Throws KubernetesError, or what the operating system says.
   * @param known objects that are in service; one that reads equal is given instead of its copy.
   */
  async read(path: string, known: ObjectMap): Promise<ManifestFile> {
    const handle = await open(path)
    try {
      return (await this.#isJson(handle, path))
        ? await this.#readJson(handle, path, known)
        : await this.#readYaml(handle, path, known)
    } catch (error) {
      throw error instanceof KubernetesError ? error.at({ file: path }) : error
    } finally {
      this.#draft = undefined
      await handle.close()
    }
  }

  /** By the name; where that says nothing, by how the file begins. */
  async #isJson(handle: FileHandle, path: string): Promise<boolean> {
    if (path.endsWith('.json')) return true
    if (/\.ya?ml$/.test(path)) return false
    const { bytesRead } = await handle.read(this.#chunk, 0, 1024, 0)
    return /^[\ufeff\s]*\{/.test(new TextDecoder().decode(this.#chunk.subarray(0, bytesRead)))
  }

  async #readJson(handle: FileHandle, path: string, known: ObjectMap): Promise<ManifestFile> {
    let types: ListedTypes = new Map()
    for (let passes = 0; passes < 2; passes++) {
      const draft = this.#begin(path, known)
      const objects = new JsonObjects(types, (object) => draft.add(object))
      const splitter = new JsonSplitter(objects)
      for (let position = 0; ; ) {
        const { bytesRead } = await handle.read(this.#chunk, 0, CHUNK_OCTETS, position)
        if (bytesRead === 0) break
        splitter.write(this.#chunk.subarray(0, bytesRead))
        position += bytesRead
      }
      splitter.end()
      if (objects.missingTypes.size === 0) return draft.file()
      types = objects.missingTypes
    }
    throw new KubernetesError('unreadable', {}, 'changes while it is read')
  }

  async #readYaml(handle: FileHandle, path: string, known: ObjectMap): Promise<ManifestFile> {
    const { size } = await handle.stat()
    if (size > YAML_OCTETS_MAX) {
      throw new KubernetesError(
        'too-large',
        {},
        `${size} octets of YAML, the limit is ${YAML_OCTETS_MAX}; JSON has none`,
      )
    }
    const draft = this.#begin(path, known)
    const text = decode(await handle.readFile())
    let pauseAt = performance.now() + SLICE_MS
    for (const object of yamlObjects(await import('yaml'), text)) {
      draft.add(object)
      if (performance.now() < pauseAt) continue
      await setImmediate()
      pauseAt = performance.now() + SLICE_MS
    }
    return draft.file()
  }

  #begin(path: string, known: ObjectMap): ManifestDraft {
    this.#draft = new ManifestDraft(path, this.slimmer, known)
    return this.#draft
  }
}

function decode(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch (cause) {
    throw new KubernetesError('yaml-syntax', {}, 'the file is not UTF-8', { cause })
  }
}
