/** What responders follow in the benchmark: an API server, a sync worker on Node, and Redis between it and them. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { freePort } from './free-port.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Runtime } from './servers.ts'

export interface FeedStand {
  readonly redis: RedisServer
  readonly sync: ServerProcess
  /** From its exec to the base in Redis. */
  readonly publishedAfterMs: number
  stop(): Promise<void>
}

export interface ResponderOptions {
  readonly runtime: Runtime
  readonly directory: string
  readonly name: string
  readonly packetThreads: number
  /** Whether it has a cache file, which stays in the directory. */
  readonly cache: boolean
  readonly cores: string
}

const root = join(import.meta.dirname, '../..')
const program = join(root, 'dist/zonecast.js')
const publishedMs = 120_000

/** Resolves when everything is published. @param url of the API server */
export async function startFeed(url: string, directory: string, cores: string): Promise<FeedStand> {
  await mkdir(directory, { recursive: true })
  const redis = await startRedis()
  const file = join(directory, 'sync.corefile')
  await writeFile(file, corefile(5300, redis, `endpoint ${url}`, 1, ''))
  const startedMs = performance.now()
  const logFile = join(directory, 'sync.log')
  const sync = startServer(['node', program, 'sync', '-conf', file], { cores, logFile })
  try {
    while (redis.cli('hget', 'zonecast:{bench}:head', 'base') === '') {
      if (performance.now() - startedMs > publishedMs) throw new Error(`nothing is published; the log: ${logFile}`)
      await sleep(20)
    }
  } catch (error) {
    await Promise.all([sync.stop(), redis.close()])
    throw error
  }
  return {
    redis,
    sync,
    publishedAfterMs: performance.now() - startedMs,
    async stop() {
      await sync.stop()
      await redis.close()
    },
  }
}

export async function startResponder(
  { redis }: FeedStand,
  { runtime, directory, name, packetThreads, cache, cores }: ResponderOptions,
): Promise<ServerProcess & { readonly port: number }> {
  const port = await freePort()
  const file = join(directory, `${name}.corefile`)
  const option = cache ? `cache ${join(directory, `${name}.cache`)}` : ''
  await writeFile(file, corefile(port, redis, 'endpoint http://nobody.invalid', packetThreads, option))
  const logFile = join(directory, `${name}.log`)
  const started = startServer([runtime, program, 'respond', '-conf', file], { cores, logFile })
  return { ...started, port }
}

function corefile(port: number, redis: RedisServer, source: string, packetThreads: number, cache: string): string {
  return `.:${port} {
    bind 127.0.0.1
    multisocket ${packetThreads}
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        ${source}
        ttl 30
    }
    feed ${redis.url} {
        name bench
        ${cache}
    }
}
`
}
