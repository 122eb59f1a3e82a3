/** Where Redis is, from the words of a `feed` block. */
import { FeedError } from '../../errors.ts'

export interface RedisAddress {
  readonly host: string
  readonly port: number
}

/** server: one. sentinel: the addresses are those of the Sentinels. cluster: of some of its servers. */
export type Topology = 'server' | 'sentinel' | 'cluster'

export interface RedisPlace {
  readonly topology: Topology
  readonly addresses: readonly RedisAddress[]
  /** `rediss://` */
  readonly tls: boolean
  readonly database: number
  /** What the Sentinels call the primary. */
  readonly primaryName: string
}

export interface PlaceOptions {
  readonly topology?: Topology
  /** Default `mymaster`. */
  readonly primaryName?: string
}

const DEFAULT_PORT = { server: 6379, sentinel: 26379, cluster: 6379 } as const

/**
 * @param urls `redis://HOST[:PORT][/DATABASE]` or `rediss://…`; several with Sentinel and clusters only
 * @throws FeedError bad-address
 */
export function placeOf(
  urls: readonly string[],
  { topology = 'server', primaryName = 'mymaster' }: PlaceOptions = {},
): RedisPlace {
  if (urls.length === 0) throw new FeedError('bad-address', 'no address of Redis')
  if (topology === 'server' && urls.length > 1) {
    throw new FeedError('bad-address', 'several addresses of Redis need "sentinel" or "cluster"')
  }
  const read = urls.map((url) => readUrl(url, topology))
  const [first] = read
  if (first === undefined || read.some(({ tls, database }) => tls !== first.tls || database !== first.database)) {
    throw new FeedError('bad-address', 'the addresses of Redis differ in scheme or database')
  }
  if (topology === 'cluster' && first.database !== 0) {
    throw new FeedError('bad-address', 'a Redis Cluster has no database but 0')
  }
  return {
    topology,
    addresses: read.map(({ address }) => address),
    tls: first.tls,
    database: first.database,
    primaryName,
  }
}

/** For people; without anything secret. */
export function placeText({ topology, addresses, tls, primaryName }: RedisPlace): string {
  const list = addresses
    .map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`))
    .join(', ')
  const kind = topology === 'server' ? '' : topology === 'sentinel' ? ` (Sentinel, ${primaryName})` : ' (cluster)'
  return `${tls ? 'rediss' : 'redis'}://${list}${kind}`
}

function readUrl(text: string, topology: Topology): { address: RedisAddress; tls: boolean; database: number } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    // Not the text itself: it may hold a password.
    throw new FeedError('bad-address', 'an address of Redis is redis://HOST[:PORT][/DATABASE], or rediss:// for TLS')
  }
  if (url.username !== '' || url.password !== '') {
    throw new FeedError(
      'bad-address',
      `user and password do not belong into the address of Redis at ${url.hostname}: set ZONECAST_REDIS_USERNAME and ZONECAST_REDIS_PASSWORD or ZONECAST_REDIS_PASSWORD_FILE`,
    )
  }
  const database = url.pathname === '' || url.pathname === '/' ? 0 : Number(url.pathname.slice(1))
  if (!Number.isInteger(database) || database < 0 || url.search !== '' || url.hash !== '') {
    throw new FeedError('bad-address', `"${text}" is no address of Redis: only a database number may follow the host`)
  }
  const port = url.port === '' ? DEFAULT_PORT[topology] : Number(url.port)
  return { address: { host: url.hostname.replace(/^\[|\]$/g, ''), port }, tls: url.protocol === 'rediss:', database }
}
