/** The scripts by themselves: what each checks, and what it finds when it is run again because a reply was lost. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nextPosition } from '../../position.ts'
import { imageOf } from '../../testing/images.ts'
import { hasRedis, type RedisServer, startRedis } from '../../testing/redis-server.ts'
import { placeOf } from '../connection/address.ts'
import type { RedisClient } from '../connection/client.ts'
import { connectRedis } from '../connection/connect.ts'
import { type WrittenBase, writeChunks } from '../stored/base-chunks.ts'
import { readHead } from '../stored/head.ts'
import { keysOf } from '../stored/keys.ts'
import { FeedWrites, type Taking } from './feed-writes.ts'

const KEYS = keysOf('prod')
const LEASE_MS = 60_000

describe.skipIf(!hasRedis)('scripts (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  let client: RedisClient
  const ours = new FeedWrites(KEYS, 'ours')
  const theirs = new FeedWrites(KEYS, 'theirs')

  beforeAll(async () => {
    redis = await startRedis()
    const place = placeOf([redis.url])
    client = await connectRedis({ place, connectionName: 'test', silenceMs: 5000, connectMs: 5000 })
  })
  afterAll(async () => {
    client?.end()
    await redis?.close()
  })
  beforeEach(() => void redis.cli('flushall'))

  const words = { publisher: 'p', format: 1, config: 'c', options: 'o' }
  const taking = { ...words, leaseMs: LEASE_MS, known: '', nowMs: 1, serials: new Map<string, number>() }
  const appending = (position: string, previous: string) => ({
    position,
    previous,
    payload: Uint8Array.of(0, 255, 10, 13),
    nowMs: 1,
    serials: new Map([['cluster.local', 7]]),
  })
  const written = (id: string): Promise<WrittenBase> =>
    writeChunks((run) => run(client), KEYS, id, imageOf('base', { web: 1 }))
  const beginning = (base: WrittenBase) => ({ ...words, base, knownEpoch: 0, nowMs: 1, serials: new Map() })

  /** undefined: it is held. */
  async function take(writes: FeedWrites, from: Taking = taking) {
    const reply = await writes.take(client, from)
    return reply.outcome === 'taken' ? { position: reply.position, previous: reply.previous } : undefined
  }

  async function taken(): Promise<{ epoch: number; zero: string }> {
    const { position: zero } = await ours.take(client, taking)
    return { epoch: Number(zero.split('-')[0]), zero }
  }

  test('take: a free lease, the own one again, never that of another', async () => {
    const first = await take(ours)
    expect(first?.previous).toBe('')
    expect(await take(theirs)).toBeUndefined()
    const again = await take(ours)
    expect(again?.previous).toBe(first?.position)
    redis.cli('del', KEYS.lease)
    redis.cli('xadd', KEYS.log, '99999999999999-0', 'stray', 'x')
    expect(await take(theirs)).toEqual({ position: '100000000000000-0', previous: '' })
  })

  test('take: a lease that would last longer than any does is cut to one', async () => {
    await taken()
    const leftMs = () => Number(redis.cli('pttl', KEYS.lease))
    for (const longer of [
      () => redis.cli('pexpire', KEYS.lease, 2 * LEASE_MS),
      () => redis.cli('persist', KEYS.lease),
    ]) {
      longer()
      expect(await take(theirs)).toBeUndefined()
      expect(leftMs()).toBeGreaterThan(0)
      expect(leftMs()).toBeLessThanOrEqual(LEASE_MS)
    }
    redis.cli('pexpire', KEYS.lease, LEASE_MS / 2)
    expect(await take(theirs)).toBeUndefined()
    expect(leftMs()).toBeLessThanOrEqual(LEASE_MS / 2)
    expect(await take(ours)).toBeDefined()
  })

  test('take and recall: who has the lease learns of later serials', async () => {
    const { zero } = await taken()
    const standby = (zone: string, serial: number) => ({ ...taking, serials: new Map([[zone, serial]]) })
    const renew = () => ours.renew(client, LEASE_MS, '', undefined)
    // Nothing is published yet: whatever anybody knows.
    await take(theirs, standby('other.example', 99))
    expect(await renew()).toBe('RECALL')
    expect(await ours.recall(client)).toEqual(new Map([['other.example', 99]]))
    await ours.append(client, appending(`${zero.split('-')[0]}-1`, zero))
    redis.cli('hset', KEYS.head, 'bases', 'one')
    // The same, an earlier one, one that RFC 1982 cannot compare, and one of a zone that is published by nobody.
    for (const serial of [7, 6, 7 + 2 ** 31]) await take(theirs, standby('cluster.local', serial))
    await take(theirs, standby('other.example', 99))
    expect(await renew()).toBe('OK')
    expect(await take(theirs, standby('cluster.local', 8))).toBeUndefined()
    expect(await renew()).toBe('RECALL')
    expect(await theirs.recall(client)).toEqual(new Map())
    expect(await ours.recall(client)).toEqual(new Map([['cluster.local', 8]]))
    expect(await renew()).toBe('OK')
    redis.cli('hset', KEYS.head, 'serial:', 4_294_967_295, 'serial:b.example', 5)
    const more = new Map([
      ['', 3],
      ['b.example', 6],
    ])
    await take(theirs, { ...taking, serials: more })
    expect(await ours.recall(client)).toEqual(more)
  })

  test('take: of what several standbys know the latest is recalled', async () => {
    await taken()
    const knows = (...serials: (readonly [zone: string, serial: number])[]) =>
      theirs.take(client, { ...taking, serials: new Map(serials) })
    await knows(['a.example', 10], ['b.example', 4_294_967_295])
    await knows(['a.example', 9], ['b.example', 3], ['c.example', 1])
    await knows(['a.example', 8])
    expect(await ours.recall(client)).toEqual(
      new Map([
        ['a.example', 10],
        ['b.example', 3],
        ['c.example', 1],
      ]),
    )
    redis.cli('hset', KEYS.head, 'recall', `a.example x\n${'9'.repeat(400)} ${'9'.repeat(400)}\n`)
    await knows(['a.example', 10])
    expect(await ours.recall(client)).toEqual(new Map([['a.example', 10]]))
  })

  test('take: who does not get the lease learns how far its holder has come', async () => {
    const { epoch, zero } = await taken()
    const position = `${epoch}-1`
    await ours.append(client, appending(position, zero))
    redis.cli('hset', KEYS.head, 'serial:', 5, 'serial:bad.example', 'x', 'serial:worse.example', 2 ** 32)
    const serials = new Map([
      ['cluster.local', 7],
      ['', 5],
    ])
    const held = { outcome: 'held', publisher: 'ours' }
    expect(await theirs.take(client, taking)).toEqual({ ...held, position, serials })
    redis.cli('del', KEYS.head)
    expect(await theirs.take(client, taking)).toEqual({ ...held, position: '', serials: new Map() })
  })

  test('take: the epoch is above all that is known, from whatever source', async () => {
    const known = await take(ours, { ...taking, known: '8000000000000-3' })
    expect(known?.position).toBe('8000000000001-0')
    redis.cli('xadd', KEYS.log, '9000000000000-0', 'stray', 'x')
    redis.cli('xdel', KEYS.log, '9000000000000-0')
    expect(await take(ours)).toEqual({ position: '9000000000001-0', previous: '8000000000001-0' })
  })

  test('take: followers that know what Redis has lost are not led back', async () => {
    const { epoch, zero } = await taken()
    await ours.append(client, appending(`${epoch}-1`, zero))
    const first = await take(ours, { ...taking, known: zero })
    expect(first?.previous).toBe(`${epoch}-1`)
    const second = await take(ours, { ...taking, known: first?.position ?? '' })
    expect(second?.previous).toBe(first?.position)
    const lost = await take(ours, { ...taking, known: nextPosition(second?.position ?? '') })
    expect(lost?.previous).toBe('')
    const other = await take(ours, { ...taking, known: '9000000000000-0' })
    expect(other).toEqual({ position: '9000000000001-0', previous: '' })
  })

  test('append: in order, each once, under the lease', async () => {
    const { epoch, zero } = await taken()
    expect(await ours.append(client, appending(`${epoch}-1`, zero))).toBe('OK')
    expect(await ours.append(client, appending(`${epoch}-1`, zero))).toBe('ALREADY')
    expect(await ours.append(client, appending(`${epoch}-3`, `${epoch}-2`))).toBe('GAP')
    expect(await theirs.append(client, appending(`${epoch}-2`, `${epoch}-1`))).toBe('NOTLEASE')
    redis.cli('del', KEYS.lease)
    expect(await ours.append(client, appending(`${epoch}-2`, `${epoch}-1`))).toBe('NOTLEASE')
    expect(redis.cli('xlen', KEYS.log)).toBe('2')
    expect(redis.cli('hget', KEYS.head, 'serial:cluster.local')).toBe('7')
  })

  test.each([
    ['the log is gone', () => redis.cli('del', KEYS.log)],
    ['head is gone', () => redis.cli('del', KEYS.head)],
    ['the last entry is another', () => redis.cli('xadd', KEYS.log, '*', 'stray', 'x')],
    ['head stands elsewhere', () => redis.cli('hset', KEYS.head, 'pos', '1-1')],
  ])('append and renew: GAP when %s', async (_, spoil) => {
    const { epoch, zero } = await taken()
    expect(await ours.renew(client, LEASE_MS, zero, undefined)).toBe('OK')
    spoil()
    expect(await ours.append(client, appending(`${epoch}-1`, zero))).toBe('GAP')
    expect(await ours.renew(client, LEASE_MS, zero, undefined)).toBe('GAP')
    expect(await ours.renew(client, LEASE_MS, '', undefined)).toBe('OK')
    expect(await theirs.renew(client, LEASE_MS, zero, undefined)).toBe('NOTLEASE')
  })

  test('begin: makes the chunks last, also where head and log do not agree', async () => {
    const { zero } = await taken()
    const base = await written('one')
    expect(Number(redis.cli('pttl', base.chunkKeys[0] ?? ''))).toBeGreaterThan(0)
    expect(await theirs.begin(client, beginning(base))).toBe('NOTLEASE')
    const begun = await ours.begin(client, beginning(base))
    expect(begun).toMatchObject({ position: expect.stringMatching(/^\d+-0$/) })
    expect(await ours.begin(client, beginning(base))).toEqual(begun)
    expect(redis.cli('pttl', base.chunkKeys[0] ?? '')).toBe('-1')
    expect(redis.cli('xrevrange', KEYS.log, '+', '-', 'COUNT', 1)).toContain(zero)
    redis.cli('del', KEYS.log)
    await ours.begin(client, beginning(await written('two')))
    expect(redis.cli('xrevrange', KEYS.log, '+', '-', 'COUNT', 1)).toMatch(/prev\n\nkind\nbase/)
    expect((await readHead(client, KEYS))?.bases.map(({ id }) => id)).toEqual(['two', 'one'])
    const gone = await written('gone')
    redis.cli('del', gone.chunkKeys[0] ?? '')
    expect(await ours.begin(client, beginning(gone))).toBe('MISSING')
  })

  test('begin: not while a standby has left later serials', async () => {
    await taken()
    const standby = (serial: number) =>
      theirs.take(client, { ...taking, serials: new Map([['cluster.local', serial]]) })
    const withSerial = async (serial: number) => ({
      ...beginning(await written(`of-${serial}`)),
      serials: new Map([['cluster.local', serial]]),
    })
    await standby(8)
    expect(await ours.begin(client, beginning(await written('of-none')))).toBe('RECALL')
    expect(await ours.begin(client, await withSerial(7))).toBe('RECALL')
    expect(redis.cli('hget', KEYS.head, 'base')).toBe('')
    expect(await ours.begin(client, await withSerial(8))).toMatchObject({ position: expect.stringMatching(/-0$/) })
    expect(redis.cli('hget', KEYS.head, 'recall')).toBe('')
    // What makes no sense keeps nobody from publishing.
    redis.cli('hset', KEYS.head, 'recall', `cluster.local x\ncluster.local ${2 ** 32}\n9 ${'9'.repeat(400)}`)
    expect(await ours.begin(client, await withSerial(9))).toMatchObject({ position: expect.stringMatching(/-0$/) })
  })

  test('compact: replaces the base that it was made for, appends nothing', async () => {
    await taken()
    const begun = await ours.begin(client, beginning(await written('one')))
    const zero = typeof begun === 'object' ? begun.position : ''
    const first = zero.replace('-0', '-1')
    await ours.append(client, appending(first, zero))
    const compacting = { base: await written('two'), position: first, replaces: 'one', nowMs: 1 }
    expect(await theirs.compact(client, compacting)).toBe('NOTLEASE')
    expect(await ours.compact(client, { ...compacting, replaces: 'other' })).toBe('STALE')
    expect(await ours.compact(client, { ...compacting, position: zero.replace('-0', '-9') })).toBe('GAP')
    const length = redis.cli('xlen', KEYS.log)
    expect(await ours.compact(client, compacting)).toBe('OK')
    expect(await ours.compact(client, compacting)).toBe('ALREADY')
    expect(redis.cli('xlen', KEYS.log)).toBe(length)
    const head = await readHead(client, KEYS)
    expect(head?.position).toBe(first)
    expect(head?.bases.map(({ id, position }) => [id, position])).toEqual([
      ['two', first],
      ['one', zero],
    ])
    const renewed = { ...compacting.base, position: first, format: 1 }
    expect(await ours.renew(client, LEASE_MS, first, renewed)).toBe('OK')
    for (const [field, wrong] of [
      ['format', '99'],
      ['base', ''],
      ['bases', 'one of another kind'],
    ]) {
      const right = redis.cli('hget', KEYS.head, field ?? '')
      redis.cli('hset', KEYS.head, field ?? '', wrong ?? '')
      expect(await ours.renew(client, LEASE_MS, first, renewed)).toBe('GAP')
      redis.cli('hset', KEYS.head, field ?? '', right)
      expect(await ours.renew(client, LEASE_MS, first, renewed)).toBe('OK')
    }
    redis.cli('del', compacting.base.chunkKeys[0] ?? '')
    expect(await ours.renew(client, LEASE_MS, first, renewed)).toBe('GAP')
  })

  test('trim: only what the caller has read', async () => {
    await taken()
    await ours.begin(client, beginning(await written('one')))
    const begun = await ours.begin(client, beginning(await written('two')))
    const oldest = typeof begun === 'object' ? begun.position : ''
    const from = redis.cli('hget', KEYS.head, 'bases')
    const trimming = { from, to: from.split('\n')[0] ?? '', dropped: [KEYS.chunk('one', 0)], oldest }
    expect(await theirs.trim(client, trimming)).toBe('NOTLEASE')
    expect(await ours.trim(client, { ...trimming, from: 'else' })).toBe('STALE')
    expect(await ours.trim(client, trimming)).toBe('OK')
    expect(await ours.trim(client, trimming)).toBe('STALE')
    expect((await readHead(client, KEYS))?.bases.map(({ id }) => id)).toEqual(['two'])
    expect(redis.cli('xlen', KEYS.log)).toBe('1')
    expect(redis.cli('exists', KEYS.chunk('one', 0))).toBe('0')
  })

  test('handover: once, and the next may take it', async () => {
    const { epoch, zero } = await taken()
    const leaving = { position: `${epoch}-1`, previous: zero, nowMs: 1 }
    expect(await theirs.handOver(client, leaving)).toBe('NOTLEASE')
    expect(await ours.handOver(client, leaving)).toBe('OK')
    expect(await ours.handOver(client, leaving)).toBe('NOTLEASE')
    expect((await take(theirs))?.previous).toBe(`${epoch}-1`)
    redis.cli('del', KEYS.log)
    expect(await theirs.handOver(client, leaving)).toBe('GAP')
    expect(redis.cli('exists', KEYS.lease)).toBe('0')
  })
})
