/**
 * `zonecast serve`: a compile thread for each source of objects, a responder, and between them the in-process feed. The
 * probes stand beside; SIGTERM ends it cleanly.
 */
import type { Configuration } from '@zonecast/corefile'
import { feedsOf, Responder } from '@zonecast/responder-app'
import type { Flags } from '../command-line.ts'
import { faultLines, readConfiguration } from '../configuration.ts'
import { PROGRAM, runtimeText } from '../version.ts'
import { CompiledFeed } from './compiled-feed.ts'
import { errorText, writeLine } from './log.ts'
import { openProbes } from './probes.ts'

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
  if (configuration.blocks.some((block) => block.feed !== undefined)) {
    writeLine('info', 'serve compiles for itself: feed is for sync and respond')
  }
  const stopping = Promise.withResolvers<number>()
  const fail = (error: Error) => {
    writeLine('error', errorText(error))
    stopping.resolve(1)
  }
  // Compiling goes on while the listeners open.
  const feeds = feedsOf(configuration.blocks).map((feed) => new CompiledFeed(feed, fail))
  let responder: Responder
  let probes: Awaited<ReturnType<typeof openProbes>>
  try {
    responder = await openResponder(configuration, fail)
    probes = await openProbes(configuration, () => responder.pendingZones())
  } catch (error) {
    process.stderr.write(`zonecast: ${errorText(error)}\n`)
    await Promise.all(feeds.map((feed) => feed.close()))
    return 1
  }
  for (const feed of feeds) feed.onImages((images) => responder.setImages(feed.name, images))
  if (!flags.quiet) tellListeners(responder)

  process.on('SIGHUP', () => {})
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.resolve(0))
  const code = await stopping.promise
  await probes.lameduck()
  await responder.close(DRAIN_MS)
  await Promise.all([probes.close(), ...feeds.map((feed) => feed.close())])
  return code
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

function tellListeners(responder: Responder): void {
  for (const { url, zones, description } of responder.listeners) {
    for (const zone of zones) process.stdout.write(`${zone} ${url} ${description}\n`)
  }
  process.stdout.write(`${PROGRAM}\n${runtimeText()}\n`)
}
