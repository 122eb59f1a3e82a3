/** `zonecast sync`: a worker for each feed that the Corefile names. */
import type { Configuration } from '@zonecast/corefile'
import { type RedisFeed, redisFeedsOf } from '@zonecast/responder-app/redis-feeds'
import { openAdminPages, SyncFeed, type Tell } from '@zonecast/sync-app'
import type { Flags } from './command-line.ts'
import { faultLines, readConfiguration } from './configuration.ts'
import { type Log, openLog } from './log/log.ts'
import type { Contribute, MetricsServers } from './serve/metrics.ts'
import { stopSignal } from './stop-signal.ts'
import { PROGRAM, runtimeText } from './version.ts'

type AdminPages = ReturnType<typeof openAdminPages>

export async function sync(flags: Flags): Promise<number> {
  const log = openLog('sync')
  const stop = stopSignal(log)
  const workers = new Map<string, SyncFeed>()
  let metrics: MetricsServers | undefined
  let admin: Awaited<AdminPages> = []
  try {
    const configuration = readConfiguration(flags)
    const { blocks } = configuration
    for (const { message } of configuration.warnings) log.tell('warning', message)
    const feeds = redisFeedsOf(blocks)
    if (feeds.length === 0)
      throw new Error('no server block has both "kubernetes" and "feed": there is nothing to publish')
    for (const redisFeed of feeds) {
      const { feed } = redisFeed
      const tell: Tell = (level, text, about) => log.tell(level, text, { feed, ...about })
      workers.set(feed, new SyncFeed(redisFeed, { tell, nowMs: () => Date.now() }))
    }
    if (blocks.some(({ prometheus }) => prometheus !== undefined)) metrics = await openMetrics(configuration, workers)
    if (!flags.quiet) process.stdout.write(`${PROGRAM} sync\n${runtimeText()}\n`)
    // Publishing comes first, and loading what follows takes the processor.
    const begun = [...workers.values()].map((worker) => worker.run().then(() => worker.begun()))
    await Promise.race([stop.promise, Promise.all(begun)])
    admin = await openJobs(feeds, workers, log)
  } catch (error) {
    for (const line of faultLines(error)) process.stderr.write(`${line}\n`)
    stop.resolve(1)
  }
  const code = await stop.promise
  const close = (worker: SyncFeed) => worker.close().catch((error) => log.error(error))
  await Promise.all([...workers.values()].map(close))
  await Promise.all([metrics, ...admin].map((server) => server?.close()))
  return code
}

/** Whatever becomes of the jobs and their pages, publishing goes on. */
async function openJobs(feeds: readonly RedisFeed[], workers: ReadonlyMap<string, SyncFeed>, log: Log): AdminPages {
  try {
    const shown = feeds.flatMap(({ feed, directive }) => {
      const jobs = workers.get(feed)?.jobs
      return jobs === undefined ? [] : { feed, jobs, admin: directive.admin }
    })
    await Promise.all(shown.map(({ jobs }) => jobs.start()))
    return await openAdminPages(shown, log.tell)
  } catch (error) {
    log.error(error)
    return []
  }
}

async function openMetrics(
  configuration: Configuration,
  workers: ReadonlyMap<string, SyncFeed>,
): Promise<MetricsServers> {
  const { openMetricsServers } = await import('./serve/metrics.ts')
  const { addSyncFeed } = await import('./sync-metrics.ts')
  const contribute: Contribute = (scrape) => {
    for (const [feed, worker] of workers) addSyncFeed(scrape, feed, worker.readings())
  }
  return openMetricsServers(configuration, contribute)
}
