/** Jobs of several workers over a real Redis, which may do what servers do. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TestWorker } from '../../feed/src/testing/redis-feed.ts'
import { hasRedis, type RedisServer, startRedis } from '../../feed/src/testing/redis-server.ts'
import { JOB_KINDS, type JobKind, type WorkOutcome } from './index.ts'
import { QUICK, startJobs, type TestJobs } from './testing/worker.ts'

const SOON = { timeout: 20_000 }

describe.skipIf(!hasRedis)('the jobs of a feed (skipped where redis-server is not installed)', () => {
  let redis: RedisServer
  const open: { close(): Promise<void> }[] = []
  function opened<T extends { close(): Promise<void> }>(thing: T): T {
    open.push(thing)
    return thing
  }
  const start = (options?: Parameters<typeof startJobs>[1]) => opened(startJobs(redis.url, options))
  const schedulers = () => redis.cli('zrange', '{zonecast}:prod:repeat', 0, -1).split('\n').filter(Boolean).sort()
  /** The first round of the schedulers is done, and nothing waits. */
  const settled = async ({ jobs, begun }: TestJobs) => {
    await expect.poll(() => [...begun].sort(), SOON).toEqual([...JOB_KINDS].sort())
    await expect.poll(() => jobs.readings.counts, SOON).toMatchObject({ waiting: 0, active: 0, completed: 3 })
    begun.length = 0
  }

  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()))
    await redis.close()
  })

  test('each kind is scheduled, and done at once for the first time', async () => {
    const a = start()
    await settled(a)
    expect(schedulers()).toEqual(['audit', 'compact', 'expire'])
    expect(a.jobs.readings).toMatchObject({
      queue: 'prod',
      connected: true,
      publishing: true,
      counts: { delayed: 3 },
      tallies: { compact: { done: 1, failed: 0 }, audit: { done: 1 }, expire: { done: 1 } },
    })
    // Keys only.
    const id = redis.cli('zrange', '{zonecast}:prod:completed', 0, 0)
    expect(redis.cli('hget', `{zonecast}:prod:${id}`, 'data')).toBe('{"feed":"prod"}')
  })

  test('what many ask for at once is done once, whichever of two workers takes it', async () => {
    const [a, b] = [start(), start({ worker: 'b' })]
    await expect.poll(() => a.begun.length + b.begun.length, SOON).toBe(3)
    await expect.poll(() => a.jobs.readings.counts?.completed, SOON).toBe(3)
    a.publishing = b.publishing = false
    const gate = Promise.withResolvers<WorkOutcome>()
    for (const each of [a, b]) {
      each.begun.length = 0
      each.work = () => gate.promise
    }
    a.publishing = b.publishing = true
    for (let n = 0; n < 20; n++) for (const { jobs } of [a, b]) jobs.want('compact')
    await expect.poll(() => [...a.begun, ...b.begun], SOON).toEqual(['compact'])
    // And what another asks for while it is being done.
    const idle = [a, b].find(({ begun }) => begun.length === 0) as TestJobs
    idle.jobs.want('compact')
    // Who looks about again has added what was wanted.
    const looked = idle.jobs.readings.counts
    await expect.poll(() => idle.jobs.readings.counts !== looked, SOON).toBe(true)
    expect([redis.cli('llen', '{zonecast}:prod:active'), redis.cli('llen', '{zonecast}:prod:wait')]).toEqual(['1', '0'])
    gate.resolve({ said: 'done' })
    await expect.poll(() => a.jobs.readings.counts, SOON).toMatchObject({ waiting: 0, active: 0, completed: 4 })
    expect([...a.begun, ...b.begun]).toEqual(['compact'])
  })

  test('a standby takes no job and registers nothing, until it publishes', async () => {
    const b = start({ publishing: false })
    await expect.poll(() => b.jobs.readings.counts, SOON).toBeDefined()
    expect(schedulers()).toEqual([])
    const a = start()
    await settled(a)
    expect(b.begun).toEqual([])
    a.publishing = false
    b.publishing = true
    b.jobs.want('audit')
    await expect.poll(() => b.begun, SOON).toEqual(['audit'])
    expect(a.begun).toEqual([])
  })

  test('the schedulers are there again after FLUSHALL, and after Redis was restarted empty', async () => {
    const a = start()
    await settled(a)
    redis.cli('flushall')
    await expect.poll(schedulers, SOON).toEqual(['audit', 'compact', 'expire'])
    await settled(a)
    await redis.kill()
    await expect.poll(() => a.messages.join('\n'), SOON).toContain('warning: jobs: ')
    expect(a.jobs.readings.connected).toBe(false)
    await redis.start()
    await expect.poll(schedulers, SOON).toEqual(['audit', 'compact', 'expire'])
    await expect.poll(() => a.messages.join('\n'), SOON).toContain('info: jobs: Redis answers again')
  })

  test('registering again does not put off what is due', async () => {
    const a = start()
    await settled(a)
    const due = redis.cli('zrange', '{zonecast}:prod:delayed', 0, -1, 'withscores')
    const before = a.jobs.queue
    redis.cli('client', 'kill', 'type', 'normal')
    await expect.poll(() => a.jobs.queue !== undefined && a.jobs.queue !== before, SOON).toBe(true)
    a.jobs.want('audit')
    await expect.poll(() => a.begun, SOON).toEqual(['audit'])
    expect(redis.cli('zrange', '{zonecast}:prod:delayed', 0, -1, 'withscores')).toBe(due)
  })

  test('a job whose lease is lost in the middle is put back, and the new publisher does it', async () => {
    const [a, b] = [start(), start({ worker: 'b', publishing: false })]
    await settled(a)
    const begun = Promise.withResolvers<void>()
    const lost = Promise.withResolvers<WorkOutcome>()
    a.work = () => {
      begun.resolve()
      return lost.promise
    }
    a.jobs.want('compact')
    await begun.promise
    a.publishing = false
    lost.reject(new Error('NOTLEASE'))
    await expect.poll(() => a.messages.join('\n'), SOON).toContain('is left to whoever publishes now')
    b.publishing = true
    await expect.poll(() => b.begun, SOON).toEqual(['compact'])
    await expect
      .poll(() => b.jobs.readings, SOON)
      .toMatchObject({
        counts: { failed: 0, waiting: 0, active: 0 },
        tallies: { compact: { done: 1, failed: 0, retried: 0 } },
      })
    expect(a.jobs.readings.tallies.compact).toMatchObject({ failed: 0, retried: 0, left: 1 })
  })

  test('a job whose worker vanished in the middle is taken up when its lock has run out', async () => {
    const [a, b] = [start(), start({ worker: 'b', publishing: false })]
    await settled(a)
    const begun = Promise.withResolvers<void>()
    a.work = () => {
      begun.resolve()
      return new Promise(() => {})
    }
    a.jobs.want('compact')
    await begun.promise
    // It can tell nobody.
    await a.close()
    b.publishing = true
    await expect.poll(() => b.begun, SOON).toEqual(['compact'])
    await expect.poll(() => b.jobs.readings.counts, SOON).toMatchObject({ failed: 0, waiting: 0, active: 0 })
  })

  test('a compaction of a publisher that is no longer one changes nothing and is left', async () => {
    const a = opened(new TestWorker(redis.url, { compactWhen: 'overdue' }))
    a.publisher.seekLease()
    await expect.poll(() => a.publishing, SOON).toBe(true)
    await a.change({ web: 1 })
    await a.change({ web: 2 })
    let steal = () => {}
    const jobs = start({
      isPublishing: () => a.publishing,
      work: {
        compact: async () => {
          steal()
          const said = await a.publisher.compact()
          return said === 'standby' ? 'standby' : { said }
        },
        expire: async () => ({ said: '' }),
        audit: async () => ({ said: '' }),
      },
    })
    await expect.poll(() => jobs.jobs.readings.counts?.completed, SOON).toBe(3)
    const bases = () => redis.cli('hget', 'zonecast:{prod}:head', 'bases')
    const before = bases()
    steal = () => {
      // Another has the lease, which we cannot know yet.
      redis.cli('set', 'zonecast:{prod}:lease', 'another', 'px', 60_000)
    }
    await a.change({ web: 3 })
    jobs.jobs.want('compact')
    await expect.poll(() => jobs.messages.join('\n'), SOON).toContain('is left to whoever publishes now')
    expect(bases()).toBe(before)
    expect(redis.cli('llen', '{zonecast}:prod:wait')).toBe('1')
  })

  test('one that throws is tried again, and one that fails for good is told, counted and kept', async () => {
    const a = start()
    await settled(a)
    a.work = () => Promise.reject(new Error('no luck'))
    a.jobs.want('compact')
    await expect.poll(() => a.jobs.readings.tallies.compact, SOON).toMatchObject({ retried: 1, failed: 0 })
    expect(a.messages.join('\n')).toMatch(/warning: job compact \(\d+\) is tried again: no luck/)
    // The waits are cut short; how long they are is BullMQ's.
    const hurry = setInterval(() => {
      const id = redis.cli('get', '{zonecast}:prod:de:compact')
      if (redis.cli('zscore', '{zonecast}:prod:delayed', id) !== '') redis.cli('zadd', '{zonecast}:prod:delayed', 1, id)
    }, 50)
    await expect.poll(() => a.jobs.readings.counts?.failed, SOON).toBe(1)
    clearInterval(hurry)
    expect(a.jobs.readings.tallies.compact).toMatchObject({ retried: 5, failed: 1 })
    expect(a.messages.join('\n')).toMatch(/error: job compact \(\d+\) failed for good: no luck/)
    expect((await a.jobs.queue?.getFailed())?.[0]).toMatchObject({ name: 'compact', failedReason: 'no luck' })
    // The next of its kind is not held up by it.
    a.work = async () => ({ said: 'done' })
    a.jobs.want('compact')
    await expect.poll(() => a.jobs.readings.tallies.compact.done, SOON).toBe(2)
  })

  test('a job of another feed, or of no kind, fails at once and does nothing', async () => {
    const a = start()
    await settled(a)
    await a.jobs.queue?.add('compact', { feed: 'other' })
    await a.jobs.queue?.add('rm -rf', { feed: 'prod' })
    await expect.poll(() => a.jobs.readings.counts?.failed, SOON).toBe(2)
    expect(a.begun).toEqual([])
    expect(a.messages.filter((text) => text.includes('failed for good: no job of this feed'))).toHaveLength(2)
  })

  test.each([
    ['data', '{bad', 'is none and was removed'],
    ['data', '', 'failed for good: no job of this feed'],
    ['data', 'null', 'failed for good: no job of this feed'],
    ['data', '7', 'failed for good: no job of this feed'],
    ['opts', 'no', 'is none and was removed'],
    ['opts', 'null', 'is none and was removed'],
    ['opts', '[]', 'job audit'],
    ['stacktrace', '{', 'job audit'],
    ['returnvalue', '{', 'job audit'],
    ['parent', '{', 'is none and was removed'],
  ])('a job whose %s is "%s" is told once, and gone', async (field, value, said) => {
    const a = start()
    await settled(a)
    const key = '{zonecast}:prod:evil'
    const fields = {
      name: 'audit',
      data: '{"feed":"else"}',
      opts: '{}',
      timestamp: 1,
      delay: 0,
      priority: 0,
      [field]: value,
    }
    redis.cli('hset', key, ...Object.entries(fields).flat())
    redis.cli('lpush', '{zonecast}:prod:wait', 'evil')
    await expect.poll(() => a.messages.join('\n'), SOON).toContain(said)
    a.jobs.want('compact')
    await expect.poll(() => a.begun, SOON).toContain('compact')
    await expect.poll(() => a.jobs.readings.counts, SOON).toMatchObject({ waiting: 0, active: 0 })
    expect(redis.cli('exists', `${key}:lock`)).toBe('0')
    expect(a.messages).toEqual([expect.stringMatching(/^error: /)])
  })

  test('a job of a scheduler whose data is no JSON goes with it, and the scheduler comes again', async () => {
    const a = start()
    await settled(a)
    const id =
      redis
        .cli('zrange', '{zonecast}:prod:delayed', 0, -1)
        .split('\n')
        .find((one) => one.includes('audit')) ?? ''
    redis.cli('hset', `{zonecast}:prod:${id}`, 'data', '{bad')
    redis.cli('zadd', '{zonecast}:prod:delayed', 1, id)
    await expect.poll(() => a.messages.join('\n'), SOON).toContain(`job ${id} is none and was removed`)
    await expect.poll(() => a.begun, SOON).toContain('audit')
    await expect.poll(schedulers, SOON).toEqual(['audit', 'compact', 'expire'])
    expect(redis.cli('exists', `{zonecast}:prod:${id}`)).toBe('0')
    expect(a.messages).toHaveLength(1)
  })

  test('no word is waited for: Redis gone, paused or silent, asking and closing return at once', async () => {
    const a = start()
    await settled(a)
    redis.pause()
    for (let n = 0; n < 1000; n++) a.jobs.want('compact')
    const closed = a.close()
    await closed
    redis.resume()
    const b = start()
    await redis.kill()
    for (let n = 0; n < 1000; n++) b.jobs.want('compact')
    await redis.start()
    await expect.poll(() => b.begun.filter((kind: JobKind) => kind === 'compact').length, SOON).toBeGreaterThan(0)
    // The scheduler's, and one for a thousand words.
    await expect.poll(() => b.jobs.readings.counts, SOON).toMatchObject({ waiting: 0, active: 0 })
    expect(b.begun.filter((kind: JobKind) => kind === 'compact').length).toBeLessThanOrEqual(2)
    expect(QUICK.lookMs).toBeDefined()
  })
})
