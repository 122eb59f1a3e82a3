import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { parseCorefile } from '@zonecast/corefile'
import { feedsOf } from '@zonecast/responder-app'
import { optionsText } from '@zonecast/responder-app/shape-options'
import { configHash } from '@zonecast/sync-app/objects'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { TestWorker } from '../../../../libs/feed/src/testing/redis-feed.ts'
import { freePort, hasRedis, type RedisServer, startRedis } from '../../../../libs/feed/src/testing/redis-server.ts'
import { UsageError } from '../command-line.ts'
import { feed } from './feed.ts'

const block = (key: string, zone: string, feedLines: string, ttlSec = 5) => `${key} {
    kubernetes ${zone} {
        manifests none/*.yaml
        ttl ${ttlSec}
    }
    ${feedLines}
}
`

describe.skipIf(!hasRedis)('zonecast feed (redis-server needed)', () => {
  let directory: string
  let redis: RedisServer
  let worker: TestWorker
  /** Positions after the base and after each change. */
  const positions: string[] = []

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ['', '']
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        out += String(chunk)
        done()
      },
    })
    const corefile = args.includes('-conf') ? [] : ['-conf', join(directory, 'Corefile')]
    const code = await feed([...corefile, ...args], { stdout, stderr: { write: (text) => (err += text) } })
    return { code, out, err }
  }
  const corefile = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const feedLine = (name = 'prod') => `feed redis://127.0.0.1:${redis.port} {\n        name ${name}\n    }`

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'zonecast-feed-'))
    redis = await startRedis()
    const text = block('.', 'cluster.local', feedLine())
    corefile('Corefile', text)
    const [published] = feedsOf(parseCorefile(text).blocks)
    const config = configHash(published ?? { stanzas: [] })
    const options = optionsText(config, published?.stanzas ?? [])
    worker = new TestWorker(redis.url, { name: 'host-a', config, options })
    worker.services = { web: 1, db: 2 }
    worker.publisher.seekLease()
    await vi.waitFor(() => expect(worker.stack.images).toHaveLength(1))
    positions.push(worker.stack.position)
    for (const change of [{ web: 7 }, { db: 0, cart: 3 }]) {
      expect(await worker.change(change)).toBe('published')
      positions.push(worker.stack.position)
    }
  })
  afterAll(async () => {
    await worker?.close()
    await redis?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  describe('status', () => {
    test('says what is published, by whom and how old it is', async () => {
      const { code, out, err } = await run('status')
      expect([code, err]).toEqual([0, ''])
      expect(out).toMatch(new RegExp(`^prod at 127.0.0.1:${redis.port}\n {2}position {5}${positions[2]}\n`))
      expect(out).toMatch(/\n {2}publisher {4}host-a\n {2}heartbeat {4}20\S+Z, \d+\.\d s ago\n {2}format {7}2\n/)
      expect(out).toMatch(/\n {2}config {7}[0-9a-f]+, as in the Corefile\n/)
      expect(out).toMatch(new RegExp(`\n {2}base {9}\\S+ at ${positions[0]}, \\d+ octets in 1 chunk, 20\\S+Z\n`))
      expect(out).toMatch(/\n {2}log {10}2 entries, \d+ octets since the base\n {2}serial {7}cluster\.local\. 3\n$/)
    })

    test('warns when the Corefile shapes records otherwise', async () => {
      const other = corefile('other', block('.', 'cluster.local', feedLine(), 30))
      const { code, out, err } = await run('-conf', other, 'status')
      expect(code).toBe(0)
      expect(out).toMatch(/config {7}\w+; that of the Corefile is \w+\n/)
      expect(err).toMatch(
        /^warning: feed prod at \S+: the publisher's configuration shapes records otherwise .*, here "ttl 30"\n$/,
      )
    })

    test('tells of all feeds, and of those where nothing is published', async () => {
      const two = corefile('two', block('.', 'cluster.local', feedLine()) + block('b.test', 'b.test', feedLine('none')))
      const { code, out, err } = await run('-conf', two, 'status')
      expect([code, err]).toEqual([1, `feed none at 127.0.0.1:${redis.port}: nothing is published\n`])
      expect(out).toContain(`position     ${positions[2]}`)
      expect((await run('-conf', two, 'status', '-feed', 'prod')).code).toBe(0)
      await expect(run('-conf', two, 'show', 'a.b.test')).rejects.toThrow(
        /several feeds.*-feed; there are prod at .*none at/,
      )
      await expect(run('-conf', two, 'status', '-feed=x')).rejects.toThrow(
        /no feed "x" in the Corefile; there are prod at/,
      )
    })
  })

  test('history tells each entry and what it changed', async () => {
    const { code, out } = await run('history')
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    const told = lines.map((line) => /^20\S+Z {2}(\S+) {2}(\w+) +\d+ {2}(.*)$/.exec(line)?.slice(1).join(' '))
    expect(told).toEqual([
      `${positions[0]} base +2 services (shop/db, shop/web)`,
      `${positions[1]} delta ~1 service (shop/web)`,
      `${positions[2]} delta +1 -1 services (shop/cart, shop/db)`,
    ])
    await expect(run('history', 'x')).rejects.toThrow('unexpected argument "x" of feed history')
  })

  describe('diff', () => {
    const soa = (sign: string, serial: number) =>
      `${sign} cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. ${serial} 7200 1800 86400 5`
    const lines = async (a: string, b: string) => (await run('diff', a, b)).out.trimEnd().split('\n')

    test('prints the records that came and went, by positions or serials', async () => {
      const [first, second, third] = positions as [string, string, string]
      const name = `prod at 127.0.0.1:${redis.port}`
      const web = (sign: string, last: number) => `${sign} web.shop.svc.cluster.local. 5 IN A 10.0.0.${last}`
      expect(await lines(first, second)).toEqual([
        `; ${name}, ${first} to ${second}`,
        ...[soa('-', 1), soa('+', 2), web('-', 1), web('+', 7)],
      ])
      const all = [
        ...[soa('-', 1), soa('+', 3)],
        '+ cart.shop.svc.cluster.local. 5 IN A 10.0.0.3',
        '- db.shop.svc.cluster.local. 5 IN A 10.0.0.2',
        ...[web('-', 1), web('+', 7)],
      ]
      expect(await lines('cluster.local:1', 'Cluster.Local.:3')).toEqual([`; ${name}, ${first} to ${third}`, ...all])
      expect(await lines(third, third)).toEqual([`; ${name}, ${third} to ${third}`])
      // The other way round the signs are, too.
      const back = (await lines(third, first))
        .slice(1)
        .map((line) => (line.startsWith('-') ? '+' : '-') + line.slice(1))
      expect(back.sort()).toEqual([...all].sort())
    })

    test('wants two states that are there', async () => {
      await expect(run('diff', '1-0')).rejects.toThrow('diff wants A and B')
      expect(await run('diff', '1-0', positions[0] ?? '')).toEqual({
        code: 1,
        out: '',
        err: expect.stringMatching(/^zonecast: position 1-0 is trimmed away; there are those from/),
      })
    })
  })

  describe('show', () => {
    test('prints what a name answers as dig does', async () => {
      const { code, out } = await run('show', 'Web.shop.svc.cluster.local')
      expect(code).toBe(0)
      expect(out).toMatch(new RegExp(`^; prod at 127.0.0.1:\\d+, ${positions[2]}, 20\\S+Z\n;; Got answer:\n`))
      expect(out).toMatch(/status: NOERROR, id: 0\n;; flags: qr aa; QUERY: 1, ANSWER: 1/)
      expect(out).toMatch(/ANSWER SECTION:\nWeb\.shop\.svc\.cluster\.local\. 5\s+IN\s+A\s+10\.0\.0\.7\n\n$/i)
    })

    test('prints what it answered at a position or a serial', async () => {
      const then = async (at: string) => (await run('show', 'web.shop.svc.cluster.local', 'A', '+short', 'at', at)).out
      expect(await then(positions[0] ?? '')).toBe('10.0.0.1\n')
      expect(await then(positions[1] ?? '')).toBe('10.0.0.7\n')
      expect(await then('cluster.local.:1')).toBe('10.0.0.1\n')
      const switchLast = ['show', 'web.shop.svc.cluster.local', 'at', positions[0] ?? '', '+short']
      expect((await run(...switchLast)).out).toBe('10.0.0.1\n')
      const gone = ['show', 'db.shop.svc.cluster.local']
      expect((await run(...gone, 'at', 'cluster.local:2')).out).toContain('10.0.0.2')
      expect((await run(...gone)).out).toMatch(/status: NXDOMAIN[\s\S]*AUTHORITY SECTION:\ncluster\.local\./)
      expect((await run('show', 'cluster.local', 'NS')).out).toMatch(/NS\s+ns\.dns\.cluster\.local\./)
    })

    test('says why it cannot', async () => {
      const name = 'web.shop.svc.cluster.local'
      const at = async (point: string) => (await run('show', name, 'at', point)).err
      expect(await at('1-0')).toMatch(/^zonecast: position 1-0 is trimmed away; there are those from \d+-0 to \d+-2\n$/)
      const epoch = positions[2]?.split('-')[0]
      expect(await at(`${epoch}-99`)).toMatch(/-99 is not published; there are those from/)
      expect(await at('cluster.local:99')).toMatch(/serial 99 of cluster.local. is trimmed .* there are 3 from 1 to 3/)
      expect(await at('other:1')).toMatch(/has no zone other\./)
      await expect(run('show', name, 'at', 'noon')).rejects.toThrow('"noon" is neither a position')
      await expect(run('show', 'example.org')).rejects.toThrow(
        /is in no zone of feed prod at .* there are cluster\.local\.$/,
      )
      await expect(run('show', name, 'A', 'B')).rejects.toThrow(UsageError)
      await expect(run('show', name, 'at')).rejects.toThrow('"at" wants a position or a serial')
      await expect(run('show')).rejects.toThrow('show wants a name')
    })
  })

  test('publishers that come and go, and new bases, leave the states before them in reach', async () => {
    const turns = corefile('turns', block('.', 'cluster.local', feedLine('turns')))
    const first = new TestWorker(redis.url, { feed: 'turns' })
    first.services = { web: 1 }
    first.publisher.seekLease()
    await expect.poll(() => first.stack.images).toHaveLength(1)
    await first.change({ web: 2 })
    await first.close()
    const second = new TestWorker(redis.url, { feed: 'turns' })
    try {
      second.services = { web: 2 }
      second.publisher.seekLease()
      await expect.poll(() => second.leads).toHaveLength(1)
      second.services = { web: 3, db: 4, cart: 5, mail: 6 }
      await second.base()
      const { out } = await run('-conf', turns, 'history')
      const lines = out.trimEnd().split('\n')
      expect(lines.map((line) => line.split(/ {2,}/).toSpliced(0, 2).join(' ').replace(/\d+ /, ''))).toEqual([
        'base +1 service (shop/web)',
        'delta ~1 service (shop/web)',
        'handover the publisher left',
        'epoch a publisher began',
        'base +3 ~1 services',
      ])
      const at = lines.map((line) => line.split(/ {2,}/)[1] ?? '')
      const shown = (position: string) =>
        run('-conf', turns, 'show', 'web.shop.svc.cluster.local', '+short', 'at', position).then((result) => result.out)
      expect(await Promise.all(at.map(shown))).toEqual([1, 2, 2, 2, 3].map((last) => `10.0.0.${last}\n`))
      const { out: changes } = await run('-conf', turns, 'diff', at[1] ?? '', at[4] ?? '')
      expect(changes.match(/^[-+] (?!cluster)\S+/gm)).toEqual([
        '+ cart.shop.svc.cluster.local.',
        '+ db.shop.svc.cluster.local.',
        '+ mail.shop.svc.cluster.local.',
        '- web.shop.svc.cluster.local.',
        '+ web.shop.svc.cluster.local.',
      ])
    } finally {
      await second.close()
    }
  })

  test('what is damaged hides nothing else', async () => {
    const marred = corefile('marred', block('.', 'cluster.local', feedLine('marred')))
    const publisher = new TestWorker(redis.url, { feed: 'marred' })
    publisher.services = { web: 1 }
    publisher.publisher.seekLease()
    await expect.poll(() => publisher.stack.images).toHaveLength(1)
    await publisher.base()
    await publisher.change({ web: 2 })
    const previous = publisher.stack.position
    await publisher.close()
    const [head, log] = ['zonecast:{marred}:head', 'zonecast:{marred}:log']
    const [epoch, n] = previous.split('-')
    const next = `${epoch}-${Number(n) + 2}`
    redis.cli('xadd', log, next, 'prev', `${epoch}-${Number(n) + 1}`, 'kind', 'omega', 'at', 1)
    redis.cli('hset', head, 'pos', next)
    const oldest = redis.cli('hget', head, 'bases').split('\n').at(-1)?.split(' ')[0]
    redis.cli('set', `zonecast:{marred}:image:${oldest}:0`, 'no gzip')
    const { code, out } = await run('-conf', marred, 'history')
    expect([code, out.replace(/.* {2}(?=[a-z]+ {2})/gm, '').replace(/ +\d+ +/g, ' ')]).toEqual([
      0,
      'base damaged: cannot be read\nbase +1 service (shop/web)\ndelta ~1 service (shop/web)\nhandover the publisher left\nunknown damaged: cannot be read\n',
    ])
    const shown = await run('-conf', marred, 'show', 'web.shop.svc.cluster.local', '+short', 'at', previous)
    expect(shown.out).toBe('10.0.0.2\n')
    expect((await run('-conf', marred, 'show', 'web.shop.svc.cluster.local')).err).toMatch(
      /log entry \d+-\d+ is of the kind "omega"/,
    )
  })

  test('a Redis that cannot be reached is told with its place', async () => {
    const port = await freePort()
    const away = corefile('away', block('.', 'cluster.local', `feed redis://127.0.0.1:${port}`))
    const { code, err } = await run('-conf', away, 'status')
    const place = `redis://127.0.0.1:${port}`
    expect([code, err]).toEqual([1, expect.stringContaining(`Redis at ${place}: `)])
    expect(err).toMatch(/\(check address \(rediss:\/\/ for TLS\), network and that the server runs\)\n$/)
  })

  test('needs no more rights than a responder, and leaves no connection', async () => {
    const page = readFileSync(new URL('../../../../docs/feed.md', import.meta.url), 'utf8')
    const rule = /^ACL SETUSER (responder .*)$/m.exec(page)?.[1] ?? ''
    expect(redis.cli('acl', 'setuser', ...rule.split(' '))).toBe('OK')
    vi.stubEnv('ZONECAST_REDIS_USERNAME', 'responder')
    vi.stubEnv('ZONECAST_REDIS_PASSWORD', 'RESPONDER-PASSWORD')
    try {
      for (const words of [
        ['status'],
        ['history'],
        ['diff', 'cluster.local:1', 'cluster.local:3'],
        ['show', 'cluster.local'],
      ]) {
        expect(await run(...words)).toMatchObject({ code: 0, err: '' })
      }
    } finally {
      vi.unstubAllEnvs()
    }
    await expect.poll(() => redis.cli('client', 'list')).not.toContain('name=zonecast-feed')
  })

  test('-help, and words that it does not know', async () => {
    expect((await run('-help')).out).toContain('zonecast feed status')
    await expect(run('stat')).rejects.toThrow(/no "feed stat"; there are status/)
    await expect(run()).rejects.toThrow('feed wants one of status')
  })
})
