/**
 * The compile thread: follows the objects, compiles what changed and publishes it through its port. It has a thread of its
 * own, so that compiling never delays an answer.
 */
import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { Compiler } from '@zonecast/compile'
import { publishInProcess } from '@zonecast/feed/in-process'
import { buildImage, type ImageContent } from '@zonecast/image'
import { compileWarningText, stanzaOf, watchObjects } from '@zonecast/sync-app/objects'
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

await watchObjects(setup, new AbortController().signal, {
  onStep({ changes, synced }) {
    compiler.apply(changes)
    if (!synced) return
    for (const step of [maker.next(), maker.rebase()]) {
      if (step === undefined) continue
      void publisher.publish(step)
      // The engine does not count shared memory, and a base leaves much behind that was needed only to make it.
      if (step.kind === 'base') collect()
    }
  },
  tell,
})

function build(content: ImageContent): Uint8Array {
  const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest()
  return buildImage(content, sha256, (octets) => new SharedArrayBuffer(octets))
}

function tell(level: CompileMessage['log']['level'], text: string): void {
  port.postMessage({ log: { level, text } } satisfies CompileMessage)
}
