/** `zonecast sync`: a worker for each feed that the Corefile names. */
import { redisFeedsOf } from '@zonecast/responder-app/redis-feeds'
import { SyncFeed } from '@zonecast/sync-app'
import type { Flags } from './command-line.ts'
import { faultLines, readConfiguration } from './configuration.ts'
import { errorText, writeLine } from './serve/log.ts'
import { stopSignal } from './stop-signal.ts'
import { PROGRAM, runtimeText } from './version.ts'

export async function sync(flags: Flags): Promise<number> {
  const stop = stopSignal()
  const workers: SyncFeed[] = []
  try {
    const { blocks, warnings } = readConfiguration(flags)
    for (const { message } of warnings) writeLine('warning', message)
    const feeds = redisFeedsOf(blocks)
    if (feeds.length === 0)
      throw new Error('no server block has both "kubernetes" and "feed": there is nothing to publish')
    for (const feed of feeds) {
      const tell = (level: 'info' | 'warning' | 'error', text: string) => writeLine(level, `feed ${feed.feed}: ${text}`)
      workers.push(new SyncFeed(feed, { tell, nowMs: () => Date.now() }))
    }
    if (!flags.quiet) process.stdout.write(`${PROGRAM} sync\n${runtimeText()}\n`)
    await Promise.all(workers.map((worker) => worker.run()))
  } catch (error) {
    for (const line of faultLines(error)) process.stderr.write(`${line}\n`)
    stop.resolve(1)
  }
  const code = await stop.promise
  await Promise.all(workers.map((worker) => worker.close().catch((error) => writeLine('error', errorText(error)))))
  return code
}
