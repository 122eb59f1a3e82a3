/**
 * The compile thread: reads manifests, compiles what changed and publishes it through its port. It has a thread of its own,
 * so that compiling never delays an answer.
 */
import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { Compiler, type CompileWarning } from '@zonecast/compile'
import { publishInProcess } from '@zonecast/feed/in-process'
import { buildImage, type ImageContent } from '@zonecast/image'
import { parseSelector, type Selector, watchManifests } from '@zonecast/kubernetes'
import { garbageCollector } from '@zonecast/transport/garbage'
import type { CompileMessage, CompileSetup, StanzaSetup } from './compile-messages.ts'
import { ImageMaker } from './image-maker.ts'

if (parentPort === null) throw new Error('this module is a thread of "zonecast serve"')
const port = parentPort
const { stanzas, manifests, feed } = workerData as CompileSetup
const publisher = publishInProcess(port)
const selected = stanzas.map(withSelectors)
const compiler = new Compiler(selected, { warn: tellExternalName })
const collect = garbageCollector()
const maker = new ImageMaker(compiler, { feed, nowMs: () => Date.now(), build })

await watchManifests(manifests, {
  labelKeys: new Set(
    selected.flatMap(({ labels, namespaceLabels }) => [...keysOf(labels), ...keysOf(namespaceLabels)]),
  ),
  podNames: stanzas.some(({ endpointPodNames }) => endpointPodNames),
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
  onWarning: (text) => tell('warning', text),
  onError: (error) => tell('error', error.message),
  onRecovery: () => tell('info', 'the manifests are in service again as they are'),
})

function withSelectors(stanza: StanzaSetup) {
  const select = (text: string | undefined) => (text === undefined ? undefined : parseSelector(text))
  return { ...stanza, labels: select(stanza.labels), namespaceLabels: select(stanza.namespaceLabels) }
}

function keysOf(selector: Selector | undefined): readonly string[] {
  return selector?.keys ?? []
}

function build(content: ImageContent): Uint8Array {
  const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest()
  return buildImage(content, sha256, (octets) => new SharedArrayBuffer(octets))
}

function tellExternalName({ namespace, service, externalName }: CompileWarning): void {
  tell('warning', `service ${namespace}/${service}: externalName "${externalName}" is no host name; it answers nothing`)
}

function tell(level: CompileMessage['log']['level'], text: string): void {
  port.postMessage({ log: { level, text } } satisfies CompileMessage)
}
