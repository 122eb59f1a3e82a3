/**
 * `zonecast serve`: a compile thread for each source of objects, what answers, and between them the in-process feed.
 * SIGTERM ends it cleanly.
 */
import { systemClock } from '@zonecast/feed'
import { feedsOf } from '@zonecast/responder-app'
import type { Flags } from '../command-line.ts'
import { faultLines, readConfiguration } from '../configuration.ts'
import { openLog } from '../log/log.ts'
import { stopSignal } from '../stop-signal.ts'
import { type Answering, startAnswering } from './answering.ts'
import { CompiledFeed } from './compiled-feed.ts'
import { ProgrammingDurations } from './programming-durations.ts'

export async function serve(flags: Flags): Promise<number> {
  const log = openLog('serve')
  const stop = stopSignal(log)
  const fail = (error: Error) => {
    log.error(error)
    stop.resolve(1)
  }
  const feeds: CompiledFeed[] = []
  const programming = new ProgrammingDurations(systemClock)
  let answering: Answering | undefined
  try {
    const configuration = readConfiguration(flags)
    for (const { message } of configuration.warnings) log.tell('warning', message)
    if (configuration.blocks.some((block) => block.feed !== undefined)) {
      log.tell('info', 'serve compiles for itself: feed is for sync and respond')
    }
    // Compiling goes on while the listeners open.
    for (const feed of feedsOf(configuration.blocks)) feeds.push(new CompiledFeed(feed, log, fail))
    answering = await startAnswering(configuration, flags, {
      log,
      onFailure: fail,
      contribute(scrape) {
        for (const feed of feeds) feed.addMetrics(scrape)
        programming.addMetrics(scrape)
      },
      positions: () => feeds.flatMap(({ zone, position }) => (position === '' ? [] : [`${zone} ${position}`])),
    })
    const { responder } = answering
    for (const feed of feeds) {
      feed.onImages((images, brought) => {
        responder.setImages(feed.name, images)
        const [newest] = images
        if (brought === 'delta' && newest) programming.applied(feed.name, newest, newest.createdAtMs)
      })
    }
  } catch (error) {
    for (const line of faultLines(error)) process.stderr.write(`${line}\n`)
    stop.resolve(1)
  }
  const code = await stop.promise
  await answering?.close()
  await Promise.all(feeds.map((feed) => feed.close()))
  return code
}
