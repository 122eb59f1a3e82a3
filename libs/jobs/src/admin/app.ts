/** The admin pages as a function of requests. */
import { Hono } from 'hono'
import type { AdminFeed } from './admin-feed.ts'
import { BOARD_PATH, makeBoard } from './board.ts'
import { refusalOf, SECURITY_HEADERS } from './guard.ts'
import { landingPage } from './landing-page.ts'

export interface AdminAppOptions {
  readonly feeds: readonly AdminFeed[]
  /** That the Corefile names. */
  readonly ownHost: string
  /** Shown on the first page. */
  readonly worker: string
}

export function adminApp({ feeds, ownHost, worker }: AdminAppOptions): Hono {
  const board = makeBoard(feeds)
  // The board is there with and without a slash at its end.
  const app = new Hono({ strict: false })
  app.use(async (context, next) => {
    const { method } = context.req
    const refusal = refusalOf({ method, header: (name) => context.req.header(name) }, ownHost)
    if (refusal === undefined) await next()
    else context.res = context.text(`${refusal.reason}\n`, refusal.status)
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value)
  })
  app.get('/', (context) => context.html(landingPage(feeds, worker)))
  app.use(`${BOARD_PATH}/*`, async (_, next) => {
    board.refresh()
    await next()
  })
  app.route(BOARD_PATH, board.app)
  app.onError((_, context) => context.text('Redis or the board failed; the log says more of Redis\n', 500))
  return app
}
