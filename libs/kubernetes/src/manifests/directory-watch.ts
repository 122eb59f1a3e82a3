/**
 * Watches directories rather than files: editors and mounts replace files and links, and a watch on a file follows the
 * one that went away. Which directories matter changes with the files, so they are set anew after each look at those.
 */

import { type FSWatcher, watch } from 'node:fs'
import { lstat, readlink, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

interface Watched {
  readonly watcher: FSWatcher
  /** The directory that had this path when the watch began. */
  readonly inode: string
}

export class DirectoryWatch {
  readonly #onEvent: () => void
  readonly #onWarning: (text: string) => void
  readonly #watched = new Map<string, Watched>()
  #isClosed = false
  #hasWarned = false

  /** @param onWarning is told once if the system refuses a watch. */
  constructor(onEvent: () => void, onWarning: (text: string) => void) {
    this.#onEvent = onEvent
    this.#onWarning = onWarning
  }

  /**
   * Watches `directories`, and wherever something must happen for `files` to be other files.
   * @returns whether a watch began, so that something may have happened before it.
   */
  async set(files: Iterable<string>, directories: Iterable<string>): Promise<boolean> {
    const wanted = new Set<string>()
    const seen = new Set<string>()
    for (const directory of directories) {
      wanted.add(resolve(directory))
      await addLinks(resolve(directory), wanted, seen)
    }
    for (const file of files) {
      wanted.add(dirname(resolve(file)))
      await addLinks(resolve(file), wanted, seen)
    }
    for (const directory of this.#watched.keys()) if (!wanted.has(directory)) this.#end(directory)
    let hasBegun = false
    for (const directory of wanted) if (await this.#begin(directory)) hasBegun = true
    return hasBegun
  }

  close(): void {
    this.#isClosed = true
    for (const directory of this.#watched.keys()) this.#end(directory)
  }

  async #begin(directory: string): Promise<boolean> {
    try {
      const { dev, ino } = await stat(directory, { bigint: true })
      const inode = `${dev}:${ino}`
      if (this.#isClosed || this.#watched.get(directory)?.inode === inode) return false
      this.#end(directory)
      const watcher = watch(directory, this.#onEvent)
      watcher.on('error', () => watcher.close())
      this.#watched.set(directory, { watcher, inode })
      return true
    } catch (error) {
      if (!(error instanceof Error)) throw error
      // That a directory is gone shows in the next look at the files.
      const isGone = 'code' in error && error.code === 'ENOENT'
      if (!isGone && !this.#hasWarned)
        this.#onWarning(`${directory} cannot be watched, so changes show late: ${error.message}`)
      this.#hasWarned ||= !isGone
      return false
    }
  }

  #end(directory: string): void {
    this.#watched.get(directory)?.watcher.close()
    this.#watched.delete(directory)
  }
}

/** The directories of all links that lead to `path`, and of what they lead to. */
async function addLinks(path: string, directories: Set<string>, seen: Set<string>): Promise<void> {
  for (let prefix = path; !seen.has(prefix); prefix = dirname(prefix)) {
    seen.add(prefix)
    const isLink = (await lstat(prefix).catch(() => undefined))?.isSymbolicLink() ?? false
    if (!isLink) continue
    directories.add(dirname(prefix))
    const target = resolve(dirname(prefix), await readlink(prefix).catch(() => '.'))
    directories.add(dirname(target))
    await addLinks(target, directories, seen)
  }
}
