/** What may fail, each for a while, and what it takes along: no two that share a subject at one time. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Installation } from '../faults/installation.ts'

/**
 * `knowledge`: of the serials, which are in Redis and in each sync worker; not all of these lose it, or are out of touch, at one time.
 */
export type Subject = 'redis' | 'api' | 'knowledge' | `sync ${number}` | `responder ${number}`

export interface Fault {
  readonly name: string
  readonly subjects: readonly Subject[]
  /** Resolves when what failed is back. @param forMs how long it is away, where that can be chosen */
  run(all: Installation, forMs: number): Promise<void>
}

const HEAD = 'zonecast:{prod}:head'
const LOG = 'zonecast:{prod}:log'

export function faultsOf({ syncs, responders }: Installation): readonly Fault[] {
  return [
    ...redisFaults,
    ...dataFaults,
    ...apiFaults,
    ...syncs.keys().flatMap(syncFaults),
    ...responders.keys().flatMap(responderFaults),
  ]
}

const redisFaults: readonly Fault[] = [
  {
    name: 'Redis is paused',
    subjects: ['redis'],
    async run({ redis }, forMs) {
      redis.pause()
      await sleep(forMs)
      redis.resume()
    },
  },
  {
    name: 'Redis is read-only',
    subjects: ['redis'],
    async run({ redis }, forMs) {
      redis.cli('replicaof', '127.0.0.1', 1)
      await sleep(forMs)
      redis.cli('replicaof', 'no', 'one')
    },
  },
  {
    name: 'Redis is out of memory',
    subjects: ['redis'],
    async run({ redis }, forMs) {
      redis.cli('config', 'set', 'maxmemory', 1)
      await sleep(forMs)
      redis.cli('config', 'set', 'maxmemory', 0)
    },
  },
]

const dataFaults: readonly Fault[] = [
  {
    name: 'Redis is killed and comes back empty',
    subjects: ['redis', 'knowledge'],
    async run({ redis }, forMs) {
      redis.cli('flushall')
      redis.cli('save')
      await redis.kill()
      await sleep(forMs)
      await redis.start()
    },
  },
  {
    name: 'Redis is killed and comes back as it was before',
    subjects: ['redis', 'knowledge'],
    async run({ redis }, forMs) {
      redis.cli('save')
      await sleep(forMs)
      await redis.kill()
      await redis.start()
    },
  },
  ...Object.entries({
    'Redis is emptied': (redis: Installation['redis']) => redis.cli('flushall'),
    'head is deleted': (redis: Installation['redis']) => redis.cli('del', HEAD),
    'the log is deleted': (redis: Installation['redis']) => redis.cli('del', LOG),
    'the log is trimmed': (redis: Installation['redis']) => redis.cli('xtrim', LOG, 'MAXLEN', 1),
    'the lease is deleted': (redis: Installation['redis']) => redis.cli('del', 'zonecast:{prod}:lease'),
    'a chunk of the base is deleted': (redis: Installation['redis']) =>
      redis.cli('del', `zonecast:{prod}:image:${redis.cli('hget', HEAD, 'base')}:0`),
  }).map(
    ([name, act]): Fault => ({
      name,
      subjects: ['redis', 'knowledge'],
      async run({ redis }) {
        act(redis)
      },
    }),
  ),
]

const apiFaults: readonly Fault[] = [
  {
    name: 'the API server is killed',
    subjects: ['api'],
    async run({ api }, forMs) {
      await api.kill()
      await sleep(forMs)
      await api.start()
    },
  },
  {
    name: 'the API server stalls',
    subjects: ['api'],
    async run({ api }, forMs) {
      api.stall()
      await sleep(forMs)
      api.resume()
    },
  },
]

function syncFaults(index: number): Fault[] {
  const subjects: readonly Subject[] = [`sync ${index}`, 'knowledge']
  const ended = (name: string, signal: NodeJS.Signals): Fault => ({
    name,
    subjects,
    async run({ syncs }, forMs) {
      await syncs[index]?.stop(signal)
      await sleep(forMs)
      syncs[index]?.start()
    },
  })
  return [
    ended('a sync worker is killed', 'SIGKILL'),
    ended('a sync worker gets SIGTERM', 'SIGTERM'),
    {
      name: 'a sync worker is stopped and wakes',
      subjects,
      async run({ syncs }, forMs) {
        syncs[index]?.signal('SIGSTOP')
        await sleep(forMs)
        syncs[index]?.signal('SIGCONT')
      },
    },
    ...wayFaults('a sync worker', subjects, ({ syncs }) => syncs[index]?.proxy),
  ]
}

function responderFaults(index: number): Fault[] {
  const subjects: readonly Subject[] = [`responder ${index}`]
  const restarted = (name: string, signal: NodeJS.Signals): Fault => ({
    name,
    subjects,
    run: (all) => all.restartResponder(index, signal),
  })
  return [
    restarted('a responder is killed', 'SIGKILL'),
    restarted('a responder gets SIGTERM', 'SIGTERM'),
    {
      name: 'a responder is stopped and wakes',
      subjects,
      async run({ responders, questioners }, forMs) {
        questioners[index]?.pause()
        responders[index]?.signal('SIGSTOP')
        await sleep(forMs)
        responders[index]?.signal('SIGCONT')
        questioners[index]?.resume(false)
      },
    },
    ...wayFaults('a responder', subjects, ({ responders }) => responders[index]?.proxy),
  ]
}

type Way = Installation['syncs'][number]['proxy'] | undefined

function wayFaults(who: string, subjects: readonly Subject[], wayOf: (all: Installation) => Way): Fault[] {
  const once = (name: string, act: (way: Way) => void): Fault => ({
    name,
    subjects,
    run: async (all) => act(wayOf(all)),
  })
  return [
    once(`packets of ${who} are silently dropped`, (way) => way?.dropSilently()),
    once(`the connections of ${who} are cut`, (way) => way?.cutAll()),
    once(`the connections of ${who} are cut, and cut again`, (way) => {
      way?.cutAfter(300, 3)
      way?.cutAll()
    }),
    {
      name: `nothing passes between ${who} and Redis`,
      subjects,
      async run(all, forMs) {
        wayOf(all)?.freeze()
        await sleep(forMs)
        wayOf(all)?.thaw()
      },
    },
  ]
}
