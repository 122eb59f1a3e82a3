/**
 * From the patterns of a `manifests` directive to files. A pattern is a file, a directory (its *.yaml, *.yml and *.json)
 * or a glob: `*`, `?` and `[a-z]` within a part of the path, `**` for any number of directories (links to
 * directories are not followed there). What begins with a dot is
 * passed over unless the pattern says the dot, so the `..data` of a mounted ConfigMap counts once.
 */

import { lstat, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KubernetesError } from '../errors.ts'
import { systemFault } from './system-fault.ts'

export interface ManifestFiles {
  /** Each once, in the order of the patterns, within a pattern by code unit. */
  readonly paths: readonly string[]
  /** Where a change may add or remove a file. */
  readonly directories: ReadonlySet<string>
  /** One for each pattern that matches nothing or cannot be followed. */
  readonly faults: readonly KubernetesError[]
}

const MANIFEST = /\.(?:yaml|yml|json)$/
const GLOB = /[*?[]/
const FILES_MAX = 100_000

/** @param patterns relative to the working directory, or absolute. */
export async function findManifests(patterns: readonly string[]): Promise<ManifestFiles> {
  const paths = new Set<string>()
  const directories = new Set<string>()
  const faults: KubernetesError[] = []
  for (const pattern of patterns) {
    try {
      const found = await new PatternWalk(directories).follow(pattern)
      // That all files went away is far more often a mount that failed than a wish: the last good state stays.
      if (found.length === 0) throw new KubernetesError('no-match', { file: pattern }, 'no file is there')
      for (const path of found.sort()) paths.add(path)
    } catch (error) {
      faults.push(systemFault(error, pattern))
    }
  }
  return { paths: [...paths], directories, faults }
}

class PatternWalk {
  readonly #directories: Set<string>
  readonly #found: string[] = []

  constructor(directories: Set<string>) {
    this.#directories = directories
  }

  async follow(pattern: string): Promise<string[]> {
    if (GLOB.test(pattern)) {
      const isAbsolute = pattern.startsWith('/')
      await this.#walk(
        isAbsolute ? '/' : '.',
        pattern.split('/').filter((part) => part !== '' && part !== '.'),
      )
      return this.#found
    }
    const path = join(pattern)
    this.#directories.add(dirname(path))
    if (!(await stat(path)).isDirectory()) return [path]
    for (const name of await this.#list(path)) {
      if (MANIFEST.test(name) && !name.startsWith('.')) await this.#addFile(join(path, name))
    }
    return this.#found
  }

  async #walk(directory: string, parts: readonly string[]): Promise<void> {
    const [part, ...rest] = parts
    if (part === undefined) return
    if (part === '**') {
      await this.#walk(directory, rest)
      for (const name of await this.#list(directory)) {
        const path = join(directory, name)
        if (!name.startsWith('.') && (await isDirectory(path, lstat))) await this.#walk(path, parts)
      }
      return
    }
    const names = GLOB.test(part) ? (await this.#list(directory)).filter(matcher(part)) : [part]
    for (const name of names) {
      const path = join(directory, name)
      if (rest.length === 0) await this.#addFile(path)
      else if (await isDirectory(path)) await this.#walk(path, rest)
      else this.#directories.add(directory)
    }
  }

  async #list(directory: string): Promise<string[]> {
    this.#directories.add(directory)
    return readdir(directory)
  }

  /** Directories and links to nowhere are passed over. */
  async #addFile(path: string): Promise<void> {
    if (this.#found.length >= FILES_MAX)
      throw new KubernetesError('too-large', { file: path }, `more than ${FILES_MAX} files`)
    const stats = await stat(path).catch(() => undefined)
    if (stats !== undefined && !stats.isDirectory()) this.#found.push(path)
  }
}

async function isDirectory(path: string, ask: typeof stat = stat): Promise<boolean> {
  return (await ask(path).catch(() => undefined))?.isDirectory() ?? false
}

/** Whether a name matches one part of a glob. */
function matcher(part: string): (name: string) => boolean {
  const source = part.replace(/\[\^?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '[^/]*'
    if (piece === '?') return '[^/]'
    if (piece.length > 1) return piece.replaceAll('\\', '\\\\')
    return piece.replace(/[\\^$.|+(){}[\]]/, '\\$&')
  })
  const pattern = new RegExp(`^${source}$`, 'su')
  return (name) => pattern.test(name) && (part.startsWith('.') || !name.startsWith('.'))
}
