/**
 * The compile thread: follows the objects, compiles what changed and publishes it through its port. It has a thread of its
 * own, so that compiling never delays an answer.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { Compiler } from '@zonecast/compile'
import { publishInProcess } from '@zonecast/feed/in-process'
import { sha256 } from '@zonecast/feed/sha256'
import { buildImage, type ImageContent } from '@zonecast/image'
import {
  compileWarningText,
  StepDurations,
  stanzaOf,
  type Tell,
  type WatchedObjects,
  watchObjects,
} from '@zonecast/sync-app/objects'
import { garbageCollector } from '@zonecast/transport/garbage'
import type { CompileMessage, CompileSetup } from './compile-messages.ts'
import { ImageMaker } from './image-maker.ts'

if (parentPort === null) throw new Error('this module is a thread of "zonecast serve"')
const port = parentPort
const setup = workerData as CompileSetup
const publisher = publishInProcess(port)
const compiler = new Compiler(setup.stanzas.map(stanzaOf), {
  warn: (warning) => tell('warning', compileWarningText(warning)),
})
const collect = garbageCollector()
const maker = new ImageMaker(compiler, { feed: setup.feed, nowMs: () => Date.now(), build })

/** Counting walks all objects, so it is not done for each change. */
const COUNT_MS = 1000
const durations = new StepDurations({ wallMs: () => Date.now(), monotonicMs: () => performance.now() })
let isUp = false
let isSynced = false
let isReported = true
let counts = compiler.counts()
let watched: WatchedObjects = { sources: [] }
setInterval(report, COUNT_MS)

watched = await watchObjects(setup, new AbortController().signal, {
  onStep({ changes, synced }) {
    compiler.apply(changes)
    isReported = false
    if (!synced) return
    if (isSynced) durations.received(changes)
    isSynced = true
    const receivedMs = durations.takeReceived()
    for (const step of [maker.next(), maker.rebase()]) {
      if (step === undefined) continue
      if (step.kind === 'delta') durations.compiled(receivedMs)
      void publisher.publish(step)
      // The engine does not count shared memory, and a base leaves much behind that was needed only to make it.
      if (step.kind === 'base') collect()
    }
  },
  tell,
  onUp(is) {
    isUp = is
    isReported = false
    report()
  },
})

/** Watches count on while no object changes. */
function report(): void {
  if (isReported && watched.sources.length === 0) return
  if (!isReported) counts = compiler.counts()
  isReported = true
  const nameProblems = compiler.nameProblems.countByCode()
  post({ source: { isUp, objects: counts, nameProblems, sources: watched.sources, durations } })
}

function build(content: ImageContent): Uint8Array {
  return buildImage(content, sha256, (octets) => new SharedArrayBuffer(octets))
}

function tell(...[level, text, about]: Parameters<Tell>): void {
  post({ log: { level, text, code: about?.code } })
}

function post(message: CompileMessage): void {
  port.postMessage(message)
}
