/**
 * What a process last held, on disk, so that the next one starts from it when nothing else is there. Steps are appended as they
 * are applied; when a new base came or the file has grown, it is written anew from the stack. Writing never holds up
 * following: what comes while a write is on its way makes up the next.
 */
import { FeedError } from './errors.ts'
import type { FollowedStack } from './image-stack.ts'
import type { Step } from './step.ts'
import { appendToStepFile, readStepFile, replaceStepFile, type StepFrame } from './step-file.ts'

/** The file is written anew when what was appended outgrows the base, or this when the base is smaller. */
const APPENDED_OCTETS_MIN = 2 ** 20
/** Between two attempts to write the whole file after one failed. */
const RETRY_MS = 30_000

export interface CacheOptions {
  readonly path: string
  readonly feed: string
  readonly stack: FollowedStack
  readonly monotonicMs: () => number
  readonly onError: (error: FeedError) => void
  /** It is written again after an error that was told. */
  readonly onRecovered?: () => void
}

export class CacheFile {
  readonly #options: CacheOptions
  #pending: StepFrame[] = []
  #replace = true
  #appendedOctets = 0
  #writing: Promise<void> | undefined
  /** Position in the file. */
  #written = ''
  #retryAtMs = 0
  /** Why it could not be written when it was last tried. */
  #failure = ''

  constructor(options: CacheOptions) {
    this.#options = options
  }

  /**
   * Fills the stack, which must be empty, from the file, up to what does not follow on or is damaged.
   * @returns whether there was anything; a file that is missing is no error, one that cannot be used is told and passed over
   */
  async load(): Promise<boolean> {
    const { path, feed, stack } = this.#options
    try {
      const read = await readStepFile(path, (octets) => stack.allocate(octets))
      if (read === undefined) return false
      const found = stack.beside()
      for (const frame of read.frames) {
        if (frame.feed !== feed) throw new FeedError('cache', `it is of the feed "${frame.feed}"`)
        try {
          found.apply(frame)
        } catch (error) {
          if (found.position === '') throw error
          this.#tell(`what is in the cache file after ${found.position} cannot be used`, error)
          break
        }
      }
      if (found.images.length === 0 || found.position === '') throw new FeedError('cache', 'it holds no whole base')
      stack.adopt(found)
      this.#written = found.position
      return true
    } catch (error) {
      this.#tell('the cache file cannot be used', error)
      return false
    }
  }

  /** The stack has taken a step. */
  add(step: Step): void {
    this.#pending.push({ ...step, feed: this.#options.feed })
    this.#appendedOctets += step.image.length
    const base = this.#options.stack.images.at(-1)?.octets.length ?? 0
    if (this.#appendedOctets > Math.max(base, APPENDED_OCTETS_MIN)) this.#replace = true
    this.#begin()
  }

  /** The stack's state is another altogether. */
  replace(): void {
    this.#replace = true
    this.#begin()
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (!this.#replace || this.#options.stack.position === this.#written) return
    this.#retryAtMs = 0
    this.#begin()
    await this.#writing
  }

  #begin(): void {
    if (this.#writing !== undefined) return
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined
      if (this.#pending.length > 0) this.#begin()
    })
  }

  async #write(): Promise<void> {
    const { path, stack, monotonicMs } = this.#options
    const frames = this.#pending
    const { position } = stack
    this.#pending = []
    try {
      if (!this.#replace) await appendToStepFile(path, frames)
      else {
        if (stack.images.length === 0 || monotonicMs() < this.#retryAtMs) return
        this.#replace = false
        this.#appendedOctets = 0
        await replaceStepFile(path, this.#framesOfStack())
      }
      this.#written = position
      if (this.#failure !== '') this.#options.onRecovered?.()
      this.#failure = ''
    } catch (error) {
      this.#replace = true
      this.#retryAtMs = monotonicMs() + RETRY_MS
      const failure = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      if (failure !== this.#failure) this.#tell('the cache file cannot be written; trying again', error)
      this.#failure = failure
    }
  }

  /** Images that were merged have no position of their own: only the last frame has one. */
  #framesOfStack(): StepFrame[] {
    const { stack, feed } = this.#options
    return [...stack.images].reverse().map(({ kind, octets }, index) => {
      const isLast = index === stack.images.length - 1
      return { feed, kind, position: isLast ? stack.position : '', previous: '', image: octets }
    })
  }

  #tell(what: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.#options.onError(new FeedError('cache', `${this.#options.path}: ${what}: ${reason}`))
  }
}
