/**
 * Manifest files as a source of objects: what they hold, then whatever changes in them.
 *
 * An event of the file system only says "look again"; a slow poll says it too, for network file systems send no events.
 * Looks are a short while apart, so that what is saved together comes as one step.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesError } from '../errors.ts'
import type { ObjectMap } from '../object-map.ts'
import type { ObjectStep, SlimObject } from '../objects.ts'
import type { SlimOptions } from '../slim/slim.ts'
import { DirectoryWatch } from './directory-watch.ts'
import { type ManifestLook, ManifestSource } from './manifest-source.ts'

export interface ManifestWatchOptions extends SlimOptions {
  /** Ends the watch. */
  readonly signal?: AbortSignal
  /** The first step holds all objects and is synced; later ones hold what is new, different or gone. */
  readonly onStep: (step: ObjectStep) => void
  /**
   * Something keeps the files from being one good state; the steps so far stay in service. Told for each fault when it
   * first shows, and again only after it went away or reads otherwise.
   */
  readonly onError: (error: KubernetesError) => void
  /** After errors: the files are in service again as they are. */
  readonly onRecovery?: () => void
  /** A value that was left out, or objects that contradict one another. Told once while it lasts. */
  readonly onWarning: (text: string) => void
  /** How long nothing must happen before the files are looked at. */
  readonly quietMs?: number
  /** Between looks when there are no events. */
  readonly pollMs?: number
}

const QUIET_MS = 60
/** A directory where something happens all the time is looked at nevertheless. */
const QUIETS_MAX = 5
const POLL_MS = 2000
/** Looking takes at most this part of the time, however many files there are. */
const LOOK_SHARE = 1 / 20

/** What manifest files hold. */
export interface ReadManifests extends Pick<ManifestLook, 'faults' | 'warnings'> {
  readonly objects: ObjectMap
  /** `cluster.yaml:7` of each object that stands in a file. */
  readonly places: () => ReadonlyMap<SlimObject, string>
}

/** The state of the files as they are now. With faults it is not to be used. */
export async function readManifests(patterns: readonly string[], options: SlimOptions): Promise<ReadManifests> {
  const source = new ManifestSource(patterns, options)
  const { faults, warnings } = await source.look()
  return { objects: source.objects, places: () => source.places(), faults, warnings }
}

/**
 * Settles when the files were first read: their step has been given, or their errors. Goes on until the signal aborts.
 * @param patterns files, directories and globs, relative to the working directory, or absolute.
 */
export async function watchManifests(patterns: readonly string[], options: ManifestWatchOptions): Promise<void> {
  const watch = new ManifestWatch(patterns, options)
  await watch.look()
  void watch.run()
}

class ManifestWatch {
  readonly #options: ManifestWatchOptions
  readonly #source: ManifestSource
  readonly #directories: DirectoryWatch
  /** Events since the last look began. */
  #events = 0
  #wake: () => void = () => {}
  #isSynced = false
  #toldErrors: ReadonlySet<string> = new Set()
  #toldWarnings: ReadonlySet<string> = new Set()
  /** Until the next look when nothing happens. */
  #pollMs: number

  constructor(patterns: readonly string[], options: ManifestWatchOptions) {
    this.#options = options
    this.#source = new ManifestSource(patterns, options)
    this.#directories = new DirectoryWatch(() => this.#note(), options.onWarning)
    this.#pollMs = options.pollMs ?? POLL_MS
    options.signal?.addEventListener('abort', () => {
      this.#directories.close()
      this.#wake()
    })
  }

  get #isOver(): boolean {
    return this.#options.signal?.aborted ?? false
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      if (this.#events === 0) await this.#pause(this.#pollMs)
      await this.#settle()
      await this.look()
    }
  }

  async look(): Promise<void> {
    if (this.#isOver) return
    this.#events = 0
    const startMs = performance.now()
    const look = await this.#source.look()
    if (this.#isOver) return
    this.#report(look)
    if (!look.isChanged)
      this.#pollMs = Math.max(this.#options.pollMs ?? POLL_MS, (performance.now() - startMs) / LOOK_SHARE)
    else if (await this.#directories.set(look.paths, look.directories)) this.#note()
  }

  #report({ changes, faults, warnings }: ManifestLook): void {
    const { onStep, onError, onRecovery, onWarning } = this.#options
    const errors = new Map(faults.map((fault) => [fault.message, fault]))
    const hadErrors = this.#toldErrors.size > 0
    for (const [message, error] of errors) if (!this.#toldErrors.has(message)) onError(error)
    this.#toldErrors = new Set(errors.keys())
    if (errors.size > 0) return

    for (const warning of warnings) if (!this.#toldWarnings.has(warning)) onWarning(warning)
    this.#toldWarnings = new Set(warnings)
    if (hadErrors) onRecovery?.()
    if (changes.length > 0 || !this.#isSynced) onStep({ changes, synced: true })
    this.#isSynced = true
  }

  #note(): void {
    this.#events++
    this.#wake()
  }

  /** Until no event has come for a while; not at all when there was none. */
  async #settle(): Promise<void> {
    let seen = 0
    for (let quiets = 0; seen !== this.#events && quiets < QUIETS_MAX && !this.#isOver; quiets++) {
      seen = this.#events
      await sleep(this.#options.quietMs ?? QUIET_MS)
    }
  }

  /** Until an event comes, the time is over or the watch ends. */
  async #pause(timeMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeMs)
      // The watch on the directories keeps the process alive, not the poll.
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
