/** Jobs through a cluster, Sentinel and TLS, and with a user that may do only what docs/feed.md says. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Credentials, placeOf } from '@zonecast/feed/redis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startRedisCluster } from '../../feed/src/testing/redis-cluster.ts'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../feed/src/testing/redis-server.ts'
import { startSentinel } from '../../feed/src/testing/sentinel.ts'
import { makeBoard } from './admin/board.ts'
import { startJobs, type TestJobs } from './testing/worker.ts'

const SOON = { timeout: 20_000 }

describe.skipIf(!hasRedis)('topologies (skipped where redis-server is not installed)', () => {
  let folder: string
  const servers: { close(): Promise<void> }[] = []
  const open: TestJobs[] = []
  const start = (...args: Parameters<typeof startJobs>): TestJobs => {
    const started = startJobs(...args)
    open.push(started)
    return started
  }
  const server = async (...args: string[]): Promise<RedisServer> => {
    const started = await startRedis(...args)
    servers.push(started)
    return started
  }
  /** All that workers and the board ask of Redis. */
  const worksWell = async (jobs: TestJobs) => {
    await expect.poll(() => jobs.jobs.readings.counts, SOON).toMatchObject({ completed: 3, delayed: 3 })
    let fails = true
    jobs.work = async () => {
      if (!fails) return { said: 'done' }
      fails = false
      throw new Error('once')
    }
    jobs.jobs.want('compact')
    await expect.poll(() => jobs.jobs.readings.tallies.compact, SOON).toMatchObject({ done: 2, retried: 1 })
    await jobs.jobs.queue?.add('compact', { feed: 'other' })
    await expect.poll(() => jobs.jobs.readings.counts?.failed, SOON).toBe(1)
    const board = makeBoard([
      {
        title: 'prod',
        readings: () => undefined,
        audit: () => ({ atMs: 0, drift: 0, driftTotal: 0 }),
        queue: () => jobs.jobs.queue,
      },
    ])
    board.refresh()
    for (const path of ['/api/queues?activeQueue=prod&status=failed', '/api/job-schedulers']) {
      expect((await board.app.request(path)).status).toBe(200)
    }
    expect(jobs.messages.filter((text) => text.includes('jobs: '))).toEqual([])
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zonecast-jobs-'))
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()))
    await Promise.all(servers.splice(0).map((each) => each.close()))
    rmSync(folder, { recursive: true, force: true })
  })

  test('a cluster of three: all queues of an installation are on one slot', async () => {
    const nodes = await startRedisCluster(server)
    const place = placeOf(
      nodes.map(({ url }) => url),
      { topology: 'cluster' },
    )
    await worksWell(start('redis://unused', { place }))
    const other = start('redis://unused', { place, feed: 'spare' })
    await expect.poll(() => other.jobs.readings.counts?.failed, SOON).toBeDefined()
    const held = nodes.filter((node) => node.cli('dbsize') !== '0')
    expect(held).toHaveLength(1)
  })

  test('Sentinel finds the server, and the new one after a failover', async () => {
    const sentinel = await startSentinel()
    servers.push(sentinel)
    const jobs = start('redis://unused', {
      place: placeOf([sentinel.url], { topology: 'sentinel', primaryName: 'feed' }),
    })
    await worksWell(jobs)
    await sentinel.failOver()
    jobs.begun.length = 0
    jobs.jobs.want('expire')
    await expect.poll(() => jobs.begun, SOON).toContain('expire')
  })

  test('TLS, with a certificate that is checked', async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${certificate}`
    expect(spawnSync('openssl', request.split(' ')).status).toBe(0)
    const port = await freePort()
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key]
    await server('--tls-port', `${port}`, ...files, '--tls-auth-clients', 'no')
    const place = placeOf([`rediss://localhost:${port}`])
    await worksWell(start('redis://unused', { place, tls: { ca: readFileSync(certificate) } }))
    const distrustful = start('redis://unused', { place, feed: 'spare' })
    await expect.poll(() => distrustful.messages.join('\n'), SOON).toContain('warning: jobs: Redis at rediss://')
    expect(distrustful.begun).toEqual([])
  })

  test('the user that docs/feed.md has for sync may do all of it; passwords are read anew and never told', async () => {
    const redis = await server()
    const rules = readFileSync(new URL('../../../docs/feed.md', import.meta.url), 'utf8').match(/^ACL SETUSER .*$/gm)
    for (const rule of rules ?? []) expect(redis.cli(...rule.split(' '))).toBe('OK')
    redis.cli('acl', 'setuser', 'default', 'off')
    const as = (username: string, password: string): Credentials => ({
      username,
      password,
      sentinelUsername: undefined,
      sentinelPassword: undefined,
    })
    await worksWell(start(redis.url, { credentials: () => as('sync', 'SYNC-PASSWORD') }))

    const reader = start(redis.url, { feed: 'spare', credentials: () => as('responder', 'RESPONDER-PASSWORD') })
    await expect.poll(() => reader.messages.join('\n'), SOON).toContain('NOPERM')
    expect(reader.begun).toEqual([])

    let password = 'GUESSED-PASSWORD'
    const late = start(redis.url, { feed: 'spare', credentials: () => as('sync', password) })
    await expect.poll(() => late.messages.join('\n'), SOON).toContain('WRONGPASS')
    password = 'SYNC-PASSWORD'
    await expect.poll(() => late.jobs.readings.counts?.completed, SOON).toBe(3)
    expect([...reader.messages, ...late.messages].join('\n')).not.toMatch(/-PASSWORD/)
  })
})
