/** The feeds in Redis that a Corefile names: which stanzas each carries, and the way to it. */
import { readFileSync } from 'node:fs'
import { type FeedDirective, feedId, type SecretSource, type ServerBlock } from '@zonecast/corefile'
import { FeedError } from '@zonecast/feed'
import { credentialsFrom, type RedisFeedOptions, type RedisPlace } from '@zonecast/feed/redis'
import { type FeedStanzas, feedsOf } from './stanzas.ts'

export interface RedisFeed extends FeedStanzas {
  readonly directive: FeedDirective
}

/**
 * Blocks that name the same Redis and the same feed share it.
 * @throws Error for a `kubernetes` stanza in a block without `feed`
 */
export function redisFeedsOf(blocks: readonly ServerBlock[]): RedisFeed[] {
  return feedsOf(blocks, feedInRedis).map((feed) => {
    const block = blocks.find((each) => each.kubernetes !== undefined && feedInRedis(each) === feed.feed)
    return { ...feed, directive: block?.feed as FeedDirective }
  })
}

/** What a feed in Redis is known by in this process: its name, and where it is. */
export function feedInRedis({ feed, kubernetes, position }: ServerBlock): string {
  if (feed === undefined) {
    const { file, line, column } = kubernetes?.position ?? position
    throw new Error(`${file}:${line}:${column}: kubernetes in a server block without "feed": sync and respond need one`)
  }
  return feedId(feed)
}

/** How to reach a feed. Secrets are read anew at each connection, TLS files now. */
export function redisOptions({
  redis,
  name,
  cache,
}: FeedDirective): Pick<RedisFeedOptions, 'feed' | 'place' | 'credentials' | 'tls' | 'cache'> {
  const { topology, addresses, tls, user, password } = redis
  const place: RedisPlace = {
    topology: topology.kind,
    addresses,
    tls: tls !== undefined,
    database: 0,
    primaryName: topology.kind === 'sentinel' ? topology.master : 'mymaster',
  }
  const sentinel = topology.kind === 'sentinel' ? topology : undefined
  const credentials = () => {
    const fallback = credentialsFrom(process.env, readText)
    return {
      username: secret('user', user) ?? fallback.username,
      password: secret('password', password) ?? fallback.password,
      sentinelUsername: secret('sentinel_user', sentinel?.user) ?? fallback.sentinelUsername,
      sentinelPassword: secret('sentinel_password', sentinel?.password) ?? fallback.sentinelPassword,
    }
  }
  return { feed: name, place, credentials, cache, ...(tls === undefined ? {} : { tls: tlsFiles(tls) }) }
}

function tlsFiles(tls: NonNullable<FeedDirective['redis']['tls']>): NonNullable<RedisFeedOptions['tls']> {
  const files = Object.entries(tls).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(files.map(([name, path]) => [name, readPem(`"tls" of the feed (${name})`, path)]))
}

/** @throws FeedError no-auth, when it is not where the Corefile says */
function secret(option: string, source: SecretSource | undefined): string | undefined {
  if (source === undefined) return undefined
  const name = `"${option}" of the feed`
  if (source.kind === 'file') {
    const held = readNamed(name, source.path).replace(/\r?\n$/, '')
    if (held === '') throw new FeedError('no-auth', `${name}: ${source.path} is empty`)
    return held
  }
  const value = process.env[source.name]
  if (!value) throw new FeedError('no-auth', `${name}: the environment variable ${source.name} is not set`)
  return value
}

/** Without this, what is no PEM counts as no file at all on Node, and is an unreachable server on Bun. */
function readPem(name: string, path: string): string {
  const text = readNamed(name, path)
  if (!text.includes('-----BEGIN ')) throw new FeedError('no-auth', `${name}: ${path} holds no PEM`)
  return text
}

function readNamed(name: string, path: string): string {
  try {
    return readText(path)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new FeedError('no-auth', `${name}: ${path} cannot be read (${reason})`)
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}
