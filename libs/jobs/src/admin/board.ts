/** The board of bull-board over the queues of these feeds; it shows, and changes nothing. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono } from 'hono'
import type { FeedQueue } from '../session.ts'
import type { AdminFeed } from './admin-feed.ts'

export const BOARD_PATH = '/board'

export interface Board {
  readonly app: Hono
  /** To be called before each request: after a lost connection a queue is another object. */
  refresh(): void
}

export function makeBoard(feeds: readonly AdminFeed[]): Board {
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(BOARD_PATH)
  const { replaceQueues } = createBullBoard({
    queues: [],
    serverAdapter,
    options: {
      uiBasePath: uiFolder(),
      uiConfig: {
        boardTitle: 'zonecast jobs',
        miscLinks: [{ text: 'All feeds', url: '/' }],
        hideDocsLink: true,
        // It would need CLIENT LIST, and our workers hold no connection that it knows.
        showWorkers: false,
        hideRedisDetails: true,
      },
    },
  })
  const adapters = new WeakMap<FeedQueue, BullMQAdapter>()
  const adapterOf = (queue: FeedQueue, { title }: AdminFeed): BullMQAdapter => {
    const known = adapters.get(queue)
    if (known !== undefined) return known
    const adapter = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false, displayName: title })
    adapters.set(queue, adapter)
    return adapter
  }
  const refresh = () =>
    replaceQueues(
      feeds.flatMap((feed) => {
        const queue = feed.queue()
        return queue === undefined ? [] : adapterOf(queue, feed)
      }),
    )
  return { app: serverAdapter.registerPlugin(), refresh }
}

/** The board's pages: beside the program when it is bundled, else where npm has put them. */
function uiFolder(): string {
  const bundled = fileURLToPath(new URL('./board-ui', import.meta.url))
  return existsSync(bundled) ? bundled : dirname(fileURLToPath(import.meta.resolve('@bull-board/ui/package.json')))
}
