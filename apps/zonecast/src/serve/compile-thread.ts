/**
 * The compile thread: reads manifests, compiles what changed and publishes it through its port. It has a thread of its own,
 * so that compiling never delays an answer.
 */
import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { Compiler } from '@zonecast/compile'
import { publishInProcess } from '@zonecast/feed/in-process'
import { buildImage } from '@zonecast/image'
import { parseSelector, watchManifests } from '@zonecast/kubernetes'
import type { CompileMessage, CompileSetup } from './compile-messages.ts'
import { ImageMaker } from './image-maker.ts'

if (parentPort === null) throw new Error('this module is a thread of "zonecast serve"')
const port = parentPort
const { stanzas, manifests, feed } = workerData as CompileSetup
const publisher = publishInProcess(port)
const tell = (level: 'warning' | 'error', text: string) =>
  port.postMessage({ log: { level, text } } satisfies CompileMessage)

const compiler = new Compiler(
  stanzas.map((stanza) => ({
    ...stanza,
    labels: stanza.labels === undefined ? undefined : parseSelector(stanza.labels),
    namespaceLabels: stanza.namespaceLabels === undefined ? undefined : parseSelector(stanza.namespaceLabels),
  })),
  {
    warn: ({ namespace, service, externalName }) =>
      tell(
        'warning',
        `service ${namespace}/${service}: externalName "${externalName}" is no host name; it answers nothing`,
      ),
  },
)
const maker = new ImageMaker(compiler, {
  feed,
  nowMs: () => Date.now(),
  build: (content) =>
    buildImage(
      content,
      (octets) => createHash('sha256').update(octets).digest(),
      (octets) => new SharedArrayBuffer(octets),
    ),
})

watchManifests(manifests, {
  onStep({ changes, synced }) {
    compiler.apply(changes)
    if (!synced) return
    for (const step of [maker.next(), maker.rebase()]) if (step !== undefined) void publisher.publish(step)
  },
  onWarning: (text) => tell('warning', text),
  onError: (text) => tell('error', text),
})
