/**
 * Connections by ioredis. Its own reconnecting, its offline queue and its resending are off: a connection lives once. What was
 * on the way when it ends is rejected, never sent again behind our back, and whoever needs Redis makes the next connection
 * (link.ts). RESP2, so that replies look the same on every server.
 */
import type { ConnectionOptions } from 'node:tls'
import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { FeedError } from '../../errors.ts'
import { placeText, type RedisPlace } from './address.ts'
import type { Argument, RedisClient } from './client.ts'
import type { Credentials } from './credentials.ts'

/** Replies keep their RESP2 shapes. */
type ServerOptions = Omit<RedisOptions, 'replyMapping'>

/** Until a connection that we end is gone, whatever the server does; all that counts has been read by then. */
const DISCONNECT_MS = 200

export interface ConnectOptions {
  readonly place: RedisPlace
  /** Asked at every connection. */
  readonly credentials?: () => Credentials
  /** CA, client certificate and key, server name; for `rediss://`. */
  readonly tls?: ConnectionOptions
  /** Shown by CLIENT LIST. */
  readonly connectionName: string
  /** Longest time to wait for a reply, blocking commands included; what is silent for so long is dead. */
  readonly silenceMs: number
  /** Longest time until a connection can be used. */
  readonly connectMs: number
  /** Ends the wait for that. */
  readonly signal?: AbortSignal
}

/** @throws the errors of ioredis; see `faultOf` */
export async function connectRedis(options: ConnectOptions): Promise<RedisClient> {
  return new ConnectedClient(await connectIoredis(options))
}

/**
 * The same as a client of ioredis, for what is made to work with one. It lives once, too: `end` is its last event.
 * @throws the errors of ioredis; see `faultOf`
 */
export async function connectIoredis(options: ConnectOptions): Promise<Redis | Cluster> {
  const client = await makeClient(options)
  // Commands are rejected with the errors they meet; connecting only with "Connection is closed", whatever the reason.
  let reason: unknown
  client.on('error', (error: unknown) => {
    reason = error
  })
  const giveUp = () => disconnect(client)
  options.signal?.addEventListener('abort', giveUp, { once: true })
  try {
    options.signal?.throwIfAborted()
    await within(options.connectMs, client.connect())
  } catch (error) {
    disconnect(client)
    throw reason ?? error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
  return client
}

/** Ends a client of `connectIoredis`. */
export function disconnect(client: Redis | Cluster): void {
  // In the middle of a TLS handshake a socket can have two errors, of which ioredis hears the first.
  for (const { stream } of 'nodes' in client ? client.nodes() : [client]) stream?.on('error', () => {})
  client.disconnect()
}

class ConnectedClient implements RedisClient {
  readonly #client: Redis | Cluster
  ended = false

  constructor(client: Redis | Cluster) {
    this.#client = client
    client.on('end', () => {
      this.ended = true
    })
  }

  call(command: string, args: readonly Argument[]): Promise<unknown> {
    return this.#client.call(command, args.map(sendable))
  }

  callBuffer(command: string, args: readonly Argument[]): Promise<unknown> {
    return this.#client.callBuffer(command, args.map(sendable))
  }

  async info(section: string): Promise<readonly string[]> {
    const nodes = 'nodes' in this.#client ? this.#client.nodes('master') : [this.#client]
    return Promise.all(nodes.map(async (node) => String(await node.call('info', [section]))))
  }

  end(): void {
    this.ended = true
    disconnect(this.#client)
  }
}

function sendable(argument: Argument): string | number | Buffer {
  if (typeof argument !== 'object') return argument
  const { buffer, byteOffset, length } = argument
  // A socket takes no shared memory on every runtime.
  return buffer instanceof ArrayBuffer ? Buffer.from(buffer, byteOffset, length) : Buffer.from(argument)
}

async function makeClient(options: ConnectOptions): Promise<Redis | Cluster> {
  // Loaded late: a responder answers from its cache file before it needs this.
  const { Redis: RedisClass, Cluster: ClusterClass } = await import('./ioredis.ts')
  const { place } = options
  const { username, password, sentinelUsername, sentinelPassword } = options.credentials?.() ?? {}
  const tls = place.tls ? { ...options.tls } : undefined
  const server: ServerOptions = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    protocol: 2,
    connectionName: options.connectionName,
    disableClientInfo: true,
    connectTimeout: options.connectMs,
    commandTimeout: options.silenceMs,
    socketTimeout: options.silenceMs,
    blockingTimeout: options.silenceMs,
    blockingTimeoutGrace: 1000,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    keepAlive: 10_000,
    // A server that was stopped does not end its side.
    disconnectTimeout: DISCONNECT_MS,
  }
  if (place.topology === 'cluster') {
    const nodes = place.addresses.map(({ host, port }) => ({ host, port }))
    return new ClusterClass(nodes, {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: null,
      retryDelayOnFailover: 0,
      slotsRefreshTimeout: options.connectMs,
      // Certificates are for names, and CLUSTER SLOTS may give addresses: names are left as they are.
      dnsLookup: (address, callback) => callback(null, address),
      redisOptions: server,
    })
  }
  const single: ServerOptions = {
    ...server,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: null,
    db: place.database,
  }
  if (place.topology === 'sentinel') {
    return new RedisClass({
      ...single,
      sentinels: place.addresses.map(({ host, port }) => ({ host, port })),
      name: place.primaryName,
      role: 'master',
      sentinelRetryStrategy: () => null,
      sentinelCommandTimeout: options.connectMs,
      failoverDetector: true,
      ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
      ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
      ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls }),
      // It asks the server whether it is a primary.
      enableReadyCheck: true,
      maxLoadingRetryTime: 500,
    })
  }
  const [address] = place.addresses
  if (address === undefined) throw new FeedError('bad-address', `no address of Redis in ${placeText(place)}`)
  // LOADING is told by the first command, so that it can be logged.
  return new RedisClass({ ...single, host: address.host, port: address.port, enableReadyCheck: false })
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no connection after ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
