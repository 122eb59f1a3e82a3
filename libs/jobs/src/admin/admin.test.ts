/** The admin pages over a real Redis, as curl sees them and as a browser does. */
import { spawnSync } from 'node:child_process'
import { createServer as createHttpServer, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../../feed/src/testing/redis-server.ts'
import { startJobs, type TestJobs } from '../testing/worker.ts'
import type { AdminFeed } from './admin-feed.ts'
import { type AdminServer, openAdmin } from './server.ts'

const SOON = { timeout: 20_000 }
const CHROMIUM = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim()

describe.skipIf(!hasRedis)('admin pages (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  let work: TestJobs
  let admin: AdminServer
  const told: string[] = []

  const shown = (title: string): AdminFeed => ({
    title,
    readings: () => work.jobs.readings,
    audit: () => ({ atMs: 0, drift: 0, driftTotal: 0 }),
    queue: () => work.jobs.queue,
  })
  const listen = (port = 0, retryMs = 50, host = '127.0.0.1') =>
    openAdmin({
      host,
      port,
      feeds: [shown('prod at redis:6379')],
      worker: 'sync-<1>',
      tell: (level, text) => told.push(`${level}: ${text}`),
      retryMs,
    })
  const url = (path: string) => `http://127.0.0.1:${admin.port}${path}`
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(url(path), init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  beforeEach(async () => {
    told.length = 0
    redis = await startRedis()
    work = startJobs(redis.url)
    admin = listen()
    await expect.poll(() => admin.port, SOON).toBeDefined()
    await expect.poll(() => work.jobs.readings.counts?.completed, SOON).toBe(3)
    await work.jobs.queue?.add('audit', { feed: 'other' })
    await expect.poll(() => work.jobs.readings.counts?.failed, SOON).toBe(1)
  })
  afterEach(async () => {
    await admin.close()
    await work.close()
    await redis.close()
  })

  test('the first page tells of each feed and leads to the board', async () => {
    const { status, headers, text } = await get('/')
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(text).toContain('zonecast sync on sync-&#60;1&#62;')
    expect(text).toContain('prod at redis:6379')
    expect(text).toContain('href="/board/"')
    expect(text).toContain('<span class="bad">1 failed</span> in the queue')
    expect(told).toEqual([`info: admin pages at ${url('/')}`])
  })

  test('the board has the queue, its schedulers and the job that failed for good, read-only', async () => {
    expect((await get('/board/')).status).toBe(200)
    const [queue] = JSON.parse((await get('/board/api/queues?activeQueue=prod&status=failed')).text).queues
    expect(queue).toMatchObject({
      name: 'prod',
      displayName: 'prod at redis:6379',
      readOnlyMode: true,
      allowRetries: false,
      counts: { failed: 1, completed: 3, delayed: 3 },
      jobSchedulerCount: 3,
    })
    expect(queue.jobs[0]).toMatchObject({ name: 'audit', failedReason: 'no job of this feed' })
  })

  test('nothing can be changed, and nobody is lured into reading', async () => {
    const [failed] = (await work.jobs.queue?.getFailed()) ?? []
    for (const [method, path] of [
      ['PUT', `/board/api/queues/prod/${failed?.id}/retry/failed`],
      ['PUT', `/board/api/queues/prod/${failed?.id}/clean`],
      ['POST', '/board/api/queues/prod/add'],
      ['PUT', '/board/api/queues/prod/obliterate'],
      ['PUT', '/board/api/queues/pause'],
    ]) {
      const body = JSON.stringify({ name: 'audit', data: { filler: 'x'.repeat(100_000) } })
      expect((await get(path as string, { method: method as string, body })).status).toBe(405)
    }
    expect((await get('/', { headers: { origin: 'http://evil.example' } })).status).toBe(403)
    expect(await work.jobs.queue?.getFailedCount()).toBe(1)
    // fetch does not let us lie about the host.
    const status = await new Promise((resolve, reject) => {
      const rebound = request(url('/board/api/queues'), { headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      rebound.on('error', reject).end()
    })
    expect(status).toBe(403)
  })

  test('a path is a name of the board, never of a file', async () => {
    for (const path of [
      '/board/static/../../package.json',
      '/board/static/%2e%2e/%2e%2e/package.json',
      '/etc/passwd',
    ]) {
      expect((await get(path)).text).not.toMatch(/"version"|root:/)
    }
    expect((await get('/board/static/favicon.ico')).status).toBe(200)
  })

  test('Redis away: the pages say so, and are right again afterwards', async () => {
    await redis.kill()
    await expect.poll(async () => (await get('/')).text, SOON).toContain('Redis cannot be reached')
    await expect.poll(async () => JSON.parse((await get('/board/api/queues')).text).queues, SOON).toEqual([])
    await redis.start()
    await expect.poll(async () => JSON.parse((await get('/board/api/queues')).text).queues.length, SOON).toBe(1)
  })

  test('a client that does not finish what it asks is let go', { timeout: 20_000 }, async () => {
    const slow = connect(admin.port as number, '127.0.0.1')
    const isClosed = new Promise((resolve) => slow.on('close', resolve))
    let reply = ''
    slow.on('data', (octets) => {
      reply += octets
    })
    slow.write('GET / HTTP/1.1\r\nHost: 127')
    await isClosed
    expect(reply).toContain('408')
  })

  test('all addresses are told as one that a browser can go to', async () => {
    const everywhere = listen(0, 50, '')
    await expect.poll(() => everywhere.port, SOON).toBeDefined()
    expect(told.at(-1)).toBe(`info: admin pages at http://localhost:${everywhere.port}/ and at all other addresses`)
    await everywhere.close()
  })

  test('an address that is taken is told, and taken when it is free', async () => {
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const second = listen(port)
    await expect
      .poll(() => told.join('\n'), SOON)
      .toContain(`warning: no admin pages at http://127.0.0.1:${port}/: another process has this address`)
    expect(second.port).toBeUndefined()
    await new Promise((resolve) => other.close(resolve))
    await expect.poll(() => second.port, SOON).toBe(port)
    await second.close()
  })

  describe.skipIf(CHROMIUM === '')('in a browser (skipped where chromium is not installed)', () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
    }, 60_000)
    afterAll(() => browser?.close())

    test('from the first page to the job that failed', async () => {
      const page = await browser.newPage()
      const elsewhere: string[] = []
      const errors: string[] = []
      await page.route('**', (route) => {
        if (route.request().url().startsWith(url('/'))) return route.continue()
        elsewhere.push(route.request().url())
        return route.abort()
      })
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(url('/'))
      await page.getByRole('link', { name: 'prod at redis:6379' }).click()
      await page.getByText('no job of this feed').first().waitFor(SOON)
      expect(await page.getByRole('button', { name: /retry|remove|clean|promote/i }).count()).toBe(0)
      expect(errors).toEqual([])
      expect(elsewhere).toEqual([])
      await page.close()
    })

    test('a page of another site reads nothing', async () => {
      const page = await browser.newPage()
      const evil = createHttpServer((_, response) => response.end('hi')).listen(0, '127.0.0.1')
      await new Promise((resolve) => evil.once('listening', resolve))
      const address = evil.address()
      await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
      const read = await page.evaluate(
        (target) =>
          fetch(target).then(
            (response) => response.text(),
            () => 'refused',
          ),
        url('/board/api/queues'),
      )
      expect(read).toBe('refused')
      await page.close()
      evil.closeAllConnections()
      await new Promise((resolve) => evil.close(resolve))
    })
  })
})
