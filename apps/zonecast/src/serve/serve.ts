/**
 * `zonecast serve`: a compile thread for each source of objects, a responder, and between them the in-process feed. The
 * probes stand beside; SIGTERM ends it cleanly.
 */
import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Configuration, KubernetesStanza } from '@zonecast/corefile'
import { FollowedStack, followInProcess } from '@zonecast/feed'
import { type FeedStanzas, feedsOf, Responder } from '@zonecast/responder-app'
import { garbageCollector } from '@zonecast/transport/garbage'
import type { Flags } from '../command-line.ts'
import { faultLines, readConfiguration } from '../configuration.ts'
import { PROGRAM, runtimeText } from '../version.ts'
import { type CompileSetup, isCompileMessage } from './compile-messages.ts'
import { errorText, writeLine } from './log.ts'
import { openProbes } from './probes.ts'

/**
 * Objects live long or die at once: with a small young generation Node's peak is a fifth lower while hundreds of megabytes of
 * JSON are read, at no measurable cost in time. Bun ignores it.
 */
const SMALL_HEAP = { resourceLimits: { maxYoungGenerationSizeMb: 24 } }

/** How long what is in flight may take after the signal to stop. */
const DRAIN_MS = 5000

export async function serve(flags: Flags): Promise<number> {
  let configuration: Configuration
  try {
    configuration = readConfiguration(flags)
  } catch (error) {
    for (const line of faultLines(error)) process.stderr.write(`${line}\n`)
    return 1
  }
  for (const { message } of configuration.warnings) writeLine('warning', message)
  const stopping = Promise.withResolvers<number>()
  const fail = (error: Error) => {
    writeLine('error', errorText(error))
    stopping.resolve(1)
  }
  // Compiling goes on while the listeners open.
  const compilers = feedsOf(configuration.blocks).map((feed) => ({ feed, worker: startCompiler(feed, fail) }))
  let responder: Responder
  let probes: Awaited<ReturnType<typeof openProbes>>
  try {
    responder = await openResponder(configuration, fail)
    probes = await openProbes(configuration, () => responder.pendingZones())
  } catch (error) {
    process.stderr.write(`zonecast: ${errorText(error)}\n`)
    await Promise.all(compilers.map(({ worker }) => worker.terminate()))
    return 1
  }
  for (const { feed, worker } of compilers) follow(feed, worker, responder)
  if (!flags.quiet) tellListeners(responder)

  process.on('SIGHUP', () => {})
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.resolve(0))
  const code = await stopping.promise
  await probes.lameduck()
  await responder.close(DRAIN_MS)
  await Promise.all([probes.close(), ...compilers.map(({ worker }) => worker.terminate())])
  return code
}

function startCompiler({ feed, stanzas }: FeedStanzas, fail: (error: Error) => void): Worker {
  const setup: CompileSetup = {
    feed,
    stanzas: stanzas.map((stanza) => ({ ...stanza, zones: stanza.zones.map((zone) => zone.replace(/\.$/, '')) })),
    manifests: (stanzas[0] as KubernetesStanza).manifests,
  }
  const worker = new Worker(new URL('./compile-thread.ts', import.meta.url), { workerData: setup, ...SMALL_HEAP })
  worker.on('error', fail)
  worker.on('message', (message) => {
    if (isCompileMessage(message)) writeLine(message.log.level, `plugin/kubernetes: ${message.log.text}`)
  })
  return worker
}

function openResponder(configuration: Configuration, onFailure: (error: Error) => void): Promise<Responder> {
  const udp = process.env['ZONECAST_UDP']
  return Responder.open({
    configuration,
    version: PROGRAM,
    writeLine,
    onError: (error) => writeLine('error', errorText(error)),
    onFailure,
    udp: udp === 'threads' || udp === 'sockets' ? udp : undefined,
  })
}

function follow({ feed, stanzas }: FeedStanzas, worker: Worker, responder: Responder): void {
  const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest()
  const allocate = (octets: number) => new SharedArrayBuffer(octets)
  // This process made the images; their checksum is for those that come from elsewhere.
  const stack = new FollowedStack({ sha256, checkImages: false, allocate })
  const collect = garbageCollector()
  const timeoutMs = Math.max(...stanzas.map(({ startupTimeoutMs }) => startupTimeoutMs))
  const late = setTimeout(() => {
    writeLine(
      'warning',
      `plugin/kubernetes: no objects after ${timeoutMs / 1000} s; its zones answer SERVFAIL until they come`,
    )
  }, timeoutMs).unref()
  followInProcess(worker, {
    onStep(step) {
      clearTimeout(late)
      stack.apply(step)
      responder.setImages(feed, stack.images)
      if (step.kind === 'base') collect()
    },
    onError: (error) => writeLine('error', `feed: ${error.message}`),
  })
}

function tellListeners(responder: Responder): void {
  for (const { url, zones, description } of responder.listeners) {
    for (const zone of zones) process.stdout.write(`${zone} ${url} ${description}\n`)
  }
  process.stdout.write(`${PROGRAM}\n${runtimeText()}\n`)
}
