/** The same feed through Sentinel, a cluster, TLS, and with users that may do only what docs/feed.md says. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { servicesOf } from '../../testing/images.ts'
import { startRedisCluster } from '../../testing/redis-cluster.ts'
import { follow, TestWorker } from '../../testing/redis-feed.ts'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../testing/redis-server.ts'
import { startSentinel } from '../../testing/sentinel.ts'
import { connectRedis, credentialsFrom, placeOf } from '../index.ts'

const SOON = { timeout: 20_000 }

describe.skipIf(!hasRedis)('topologies (skipped where redis-server is not installed)', () => {
  let folder: string
  const servers: RedisServer[] = []
  const open: { close(): Promise<void> }[] = []
  function opened<T extends { close(): Promise<void> }>(thing: T): T {
    open.push(thing)
    return thing
  }
  async function server(...args: string[]): Promise<RedisServer> {
    const started = await startRedis(...args)
    servers.push(started)
    return started
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zonecast-topology-'))
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()))
    await Promise.all(servers.splice(0).map((each) => each.close()))
    rmSync(folder, { recursive: true, force: true })
  })

  test('a failover by Sentinel loses the last entries, and all agree afterwards', async () => {
    const sentinel = opened(await startSentinel())
    const { replica } = sentinel
    const place = placeOf([sentinel.url], { topology: 'sentinel', primaryName: 'feed' })
    const a = opened(new TestWorker('redis://unused', { place }))
    const watching = opened(follow('redis://unused', { place }))
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ web: 1 })

    sentinel.holdBack()
    await expect.poll(() => a.publishing, SOON).toBe(true)
    for (let n = 2; n < 10; n++) await a.change({ web: n })
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ web: 9 })
    const lost = a.stack.position
    await sentinel.failOver()
    expect(replica.cli('xrange', 'zonecast:{prod}:log', lost, lost)).toBe('')
    await expect.poll(() => a.publishing, SOON).toBe(true)
    await a.change({ db: 4 })
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ web: 9, db: 4 })
    expect(watching.stack.position).toBe(a.stack.position)
    expect(replica.cli('hget', 'zonecast:{prod}:head', 'pos')).toBe(a.stack.position)
  })

  test('a cluster of three: one slot holds the feed, and it may move', async () => {
    const nodes = await startRedisCluster(server)

    const place = placeOf(
      nodes.map(({ url }) => url),
      { topology: 'cluster' },
    )
    const a = opened(new TestWorker('redis://unused', { place }))
    const watching = opened(follow('redis://unused', { place }))
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ web: 1 })
    const slot = nodes[0]?.cli('cluster', 'keyslot', 'zonecast:{prod}:head') ?? ''
    const id = (node: RedisServer | undefined) => node?.cli('cluster', 'myid') ?? ''
    const owner = nodes.find((node) => node.cli('cluster', 'countkeysinslot', slot) !== '0')
    const other = nodes.find((node) => node !== owner)
    other?.cli('cluster', 'setslot', slot, 'importing', id(owner))
    owner?.cli('cluster', 'setslot', slot, 'migrating', id(other))
    const keys = owner?.cli('cluster', 'getkeysinslot', slot, 100).split('\n') ?? []
    owner?.cli('migrate', '127.0.0.1', other?.port ?? 0, '', 0, 5000, 'keys', ...keys)
    for (const node of nodes) node.cli('cluster', 'setslot', slot, 'node', id(other))
    for (let n = 2; n < 5; n++) await a.change({ web: n })
    await expect.poll(() => a.publishing, SOON).toBe(true)
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual(a.services)
    expect(watching.stack.position).toBe(a.stack.position)
    expect(other?.cli('exists', 'zonecast:{prod}:head')).toBe('1')
  })

  test('a cluster that is reached as if it were one server says so', async () => {
    const node = await server('--cluster-enabled', 'yes')
    const a = opened(new TestWorker(node.url))
    a.publisher.seekLease()
    await expect.poll(() => a.errors, SOON).toContain('moved')
    expect(a.messages.join()).toContain('"cluster"')
  })

  async function tlsServer(): Promise<{ port: number; certificate: string }> {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${certificate}`
    expect(spawnSync('openssl', request.split(' ')).status).toBe(0)
    const port = await freePort()
    await server(
      '--tls-port',
      `${port}`,
      '--tls-cert-file',
      certificate,
      '--tls-key-file',
      key,
      '--tls-auth-clients',
      'no',
    )
    return { port, certificate }
  }

  test('TLS, with a certificate that is checked', async () => {
    const { port, certificate } = await tlsServer()
    const place = placeOf([`rediss://localhost:${port}`])
    const tls = { ca: readFileSync(certificate) }
    const a = opened(new TestWorker('redis://unused', { place, tls }))
    const watching = opened(follow('redis://unused', { place, tls }))
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ web: 1 })
    const distrustful = opened(follow('redis://unused', { place }))
    await expect.poll(() => distrustful.errors, SOON).toEqual(['unreachable'])
    expect(distrustful.stack.images).toHaveLength(0)
  })

  test('TLS, given up in the middle of a handshake with a server that is not trusted', async () => {
    const { port } = await tlsServer()
    const place = placeOf([`rediss://localhost:${port}`])
    const options = { place, connectionName: 'test', silenceMs: 5000, connectMs: 5000 }
    // At whatever point of it. A socket's second error would be nobody's, and end the process.
    for (let times = 0; times < 300; times++) {
      const giveUp = new AbortController()
      setTimeout(() => giveUp.abort(), (times % 30) / 2)
      await expect(connectRedis({ ...options, signal: giveUp.signal })).rejects.toThrow()
    }
  })

  test('users may do what docs/feed.md says, and followers cannot write', async () => {
    const redis = await server()
    const rules = readFileSync(new URL('../../../../../docs/feed.md', import.meta.url), 'utf8').match(
      /^ACL SETUSER .*$/gm,
    )
    expect(rules).toHaveLength(2)
    for (const rule of rules ?? []) expect(redis.cli(...rule.split(' '))).toBe('OK')
    redis.cli('acl', 'setuser', 'default', 'off')
    const passwords: Record<string, string> = { sync: 'SYNC-PASSWORD', responder: 'RESPONDER-PASSWORD' }
    const as = (username: string, password = passwords[username] ?? '') => {
      const path = join(folder, 'password')
      writeFileSync(path, `${password}\n`)
      const environment = { ZONECAST_REDIS_USERNAME: username, ZONECAST_REDIS_PASSWORD_FILE: path }
      const credentials = credentialsFrom(environment, (file) => readFileSync(file, 'utf8'))
      return { credentials: () => credentials }
    }
    const a = opened(new TestWorker(redis.url, as('sync')))
    const watching = opened(follow(redis.url, as('responder')))
    a.services = { web: 1 }
    a.publisher.seekLease()
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ web: 1 })
    await a.change({ web: 2 })
    await a.publisher.compact()
    await expect.poll(() => servicesOf(watching.stack), SOON).toEqual({ web: 2 })
    expect([...a.errors, ...watching.errors]).toEqual([])

    const thief = opened(new TestWorker(redis.url, { name: 'thief', ...as('responder') }))
    thief.publisher.seekLease()
    await expect.poll(() => thief.errors, SOON).toContain('no-permission')
    const wrong = opened(new TestWorker(redis.url, { name: 'wrong', ...as('sync', 'GUESSED-PASSWORD') }))
    wrong.publisher.seekLease()
    await expect.poll(() => wrong.errors, SOON).toContain('no-auth')
    const nobody = opened(follow(redis.url))
    await expect.poll(() => nobody.errors, SOON).toEqual(['no-auth'])
    expect([...thief.messages, ...wrong.messages].join()).not.toMatch(/PASSWORD-|-PASSWORD/)
    await a.close()
  })
})
