/** A feed of this process: a compile thread, and the images that its steps amount to. */

import { Worker } from 'node:worker_threads'
import { FollowedStack, followInProcess, type Position, type Step } from '@zonecast/feed'
import { sha256 } from '@zonecast/feed/sha256'
import type { ImageStack } from '@zonecast/image'
import type { Scrape } from '@zonecast/metrics'
import type { FeedStanzas } from '@zonecast/responder-app'
import { garbageCollector } from '@zonecast/transport/garbage'
import type { Log } from '../log/log.ts'
import type { Level } from '../log/log-event.ts'
import { type CompileSetup, isCompileMessage } from './compile-messages.ts'
import { addPosition, addSource, type SourceReading } from './feed-metrics.ts'

/**
 * Objects live long or die at once: with a small young generation Node's peak is a fifth lower while hundreds of megabytes of
 * JSON are read, at no measurable cost in time. Bun ignores it.
 */
const SMALL_HEAP = { resourceLimits: { maxYoungGenerationSizeMb: 24 } }

/** @param brought what the newest image came as */
type ImagesListener = (images: ImageStack, brought: Step['kind']) => void

export class CompiledFeed {
  /** Where its objects come from. */
  readonly name: string
  /** Its first forward zone, without the root dot: what clients may know it by. */
  readonly zone: string
  readonly #worker: Worker
  readonly #stack: FollowedStack
  readonly #log: Log
  #source: SourceReading | undefined
  #listener: ImagesListener | undefined

  /** Begins to compile at once. @param onFailure the thread ended that should not have. */
  constructor(feedStanzas: FeedStanzas, log: Log, onFailure: (error: Error) => void) {
    const { feed, stanzas } = feedStanzas
    this.name = feed
    this.#log = log
    this.zone = stanzas.flatMap(({ forwardZones }) => forwardZones)[0]?.replace(/\.$/, '') ?? ''
    // This process makes the images; their checksum is for those that come from elsewhere.
    this.#stack = new FollowedStack({ sha256, checkImages: false, allocate: (octets) => new SharedArrayBuffer(octets) })
    const setup: CompileSetup = feedStanzas
    this.#worker = new Worker(new URL('./compile-thread.ts', import.meta.url), { workerData: setup, ...SMALL_HEAP })
    this.#worker.on('error', onFailure)
    this.#worker.on('message', (message) => {
      if (!isCompileMessage(message)) return
      if ('source' in message) this.#source = message.source
      else this.#tell(message.log.level, message.log.text, message.log.code)
    })
    this.#follow(Math.max(...stanzas.map(({ startupTimeoutMs }) => startupTimeoutMs)))
  }

  /** '' while there is none. */
  get position(): Position {
    return this.#stack.position
  }

  /** Gives the images there are, if there are any yet, and from then on each change. */
  onImages(listener: ImagesListener): void {
    this.#listener = listener
    if (this.#stack.images.length > 0) listener(this.#stack.images, 'base')
  }

  addMetrics(scrape: Scrape): void {
    const feed = this.name
    addPosition(scrape, feed, this.#stack.position)
    addSource(scrape, feed, this.#source)
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #tell(level: Level, text: string, code?: string): void {
    this.#log.tell(level, text, { plugin: 'kubernetes', feed: this.name, code })
  }

  #follow(timeoutMs: number): void {
    const collect = garbageCollector()
    const late = setTimeout(() => {
      const text = `no objects after ${timeoutMs / 1000} s; its zones answer SERVFAIL until they come`
      this.#tell('warning', text)
    }, timeoutMs).unref()
    followInProcess(this.#worker, {
      onStep: (step) => {
        clearTimeout(late)
        this.#stack.apply(step)
        this.#listener?.(this.#stack.images, step.kind)
        this.#stack.tidySoon()
        if (step.kind === 'base') collect()
      },
      onError: (error) => this.#log.error(error, { feed: this.name }),
    })
  }
}
