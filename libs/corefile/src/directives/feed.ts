import { atLeast, atMost, list, none, one } from '../arguments/arguments.ts'
import { durationWithin, feedName, fileBeside, hostPortOrOff, integer, oneOf, text } from '../arguments/kinds.ts'
import { option } from '../arguments/option.ts'
import { type RedisAddress, redisAddress, redisPort, sentinelPort } from '../arguments/redis-address.ts'
import { secretSource } from '../arguments/secret-source.ts'
import type { FeedDirective, HostPort, Position, RedisServers, RedisTls, RedisTopology } from '../config.ts'
import type { Arguments, Context, Values } from '../schema.ts'
import { showHostPort } from '../values/host-port.ts'
import { directive } from './directive.ts'

/** As CoreDNS orders the files of a TLS client: the authorities alone, or a certificate and its key before them. */
const tlsFiles: Arguments<RedisTls | undefined> = {
  usage: '[CERT KEY] [CA]',
  expected: [
    ['CERT', 'a file with the client certificate (PEM)'],
    ['KEY', 'a file with its key (PEM)'],
    ['CA', 'a file with the authorities of the servers (PEM); without it those of the system count'],
  ],
  initial: undefined,
  shownInitial: undefined,
  read(node, context) {
    if (!atLeast(1, node, 'CA, CERT KEY or CERT KEY CA', context) || !atMost(3, node, context)) return undefined
    const [first, key, ca] = node.args.map((word) => fileBeside.read(word, context))
    return node.args.length === 1 ? { ca: first, cert: undefined, key: undefined } : { ca, cert: first, key }
  },
}

const age = durationWithin(5_000, 168 * 3_600_000)
const action = oneOf(['serve', 'servfail'])

const staleness: Arguments<FeedDirective['maxStaleness']> = {
  usage: `${age.name} ${action.name}`,
  expected: [[age.name, age.expected]],
  initial: undefined,
  shownInitial: undefined,
  read(node, context) {
    const [first, second] = node.args
    if (!atLeast(2, node, `${age.name}, and ${action.expected}`, context) || !atMost(2, node, context)) return undefined
    const ageMs = first && age.read(first, context)
    const does = second && action.read(second, context)
    return ageMs === undefined || does === undefined ? undefined : { ageMs, action: does }
  },
}

const options = {
  name: option(one(feedName, 'default'), 'Tells the feeds of one Redis apart; it is part of their keys.'),
  cache: option(
    one(fileBeside),
    'Where the last state is kept, so that `respond` answers and `sync` goes on where they were when Redis is away at start.',
  ),
  batch: option(
    one(durationWithin(0, 10_000), 100),
    'The longest that `sync` gathers changes while they keep coming. A few that come together wait for nothing; 15 ms are usual, and more when Redis is slow.',
  ),
  max_staleness: option(
    staleness,
    `When no publisher was heard for so long, \`respond\` logs it and goes on answering, or answers SERVFAIL. Without it age is
told by metrics only.`,
  ),
  history: option(
    one(integer('NUMBER', 2, 1000), 2),
    'How many bases `sync` keeps, with the log since the oldest of them.',
  ),
  eviction: option(
    one(oneOf(['warn'])),
    '`sync` warns of a `maxmemory-policy` other than `noeviction`, which may drop keys; without this it does not start with such a Redis.',
  ),
  format: option(
    one(integer('VERSION', 1, 2), 2),
    'What `sync` writes: 1 as long as responders of a release before format 2 follow. It excludes `names`, `iporder` and `wildcards`.',
  ),
  admin: option(
    one(hostPortOrOff, { at: { host: '127.0.0.1', port: 9154 } }),
    `Where \`sync\` shows its jobs to a browser, over HTTP. Feeds may share an address. Whoever can reach it can read it: let it be
loopback, or an address that only operators reach.`,
  ),
  sentinel: option(
    one({ ...text, name: 'MASTER' }),
    'The addresses are sentinels, and this is their name for the master.',
  ),
  sentinel_user: option(secretSource, 'The user at the sentinels.'),
  sentinel_password: option(secretSource, 'The password at the sentinels.'),
  cluster: option(none(), 'The addresses are nodes of a Redis Cluster; the others are found by them.'),
  user: option(secretSource, 'The ACL user.'),
  password: option(secretSource, 'The password.'),
  tls: option(
    tlsFiles,
    'Files for `rediss://`. Relative paths start from the folder of the file that names them, here and in `cache`.',
  ),
}

export const feed = directive({
  arguments: list(redisAddress, 1),
  options,
  doc: `Where \`sync\` publishes the compiled zones of the block's \`kubernetes\`, and \`respond\` follows them; \`serve\` needs no feed
and passes over it. Blocks with the same addresses and name share one feed, which they must describe alike (\`import\` a
snippet), and all take their objects from one cluster.`,
  repeats: false,
  examples: [
    `cluster.local {
    kubernetes
    feed redis://redis:6379 {
        name prod-eu
        cache /var/lib/zonecast/prod-eu.image
    }
}`,
    `cluster.local {
    kubernetes
    feed rediss://sentinel-0 rediss://sentinel-1 rediss://sentinel-2 {
        sentinel zonecast
        tls /etc/redis/ca.pem
        user env REDIS_USER
        password file /run/secrets/redis
        max_staleness 30m servfail
        history 24
    }
}`,
  ],
  build({ position, args, options: values, given }, context): FeedDirective | undefined {
    const redis = redisOf(args, values, given, position, context)
    if (redis === undefined) return undefined
    const { name, cache, batch: batchMs, max_staleness: maxStaleness, history, eviction = 'refuse' } = values
    const format = values.format === 1 ? 1 : 2
    return { position, redis, name, cache, batchMs, maxStaleness, history, eviction, format, admin: values.admin.at }
  },
})

type Given = ReadonlyMap<keyof typeof options, Position>

/** Undefined when what it says of the servers does not fit together, or was reported. */
function redisOf(
  args: readonly RedisAddress[],
  { sentinel, sentinel_user, sentinel_password, cluster, user, password, tls }: Values<typeof options>,
  given: Given,
  position: Position,
  { faults, inside }: Context,
): RedisServers | undefined {
  const faultsBefore = faults.count
  const [first] = args
  const other = args.find((address) => address.tls !== first?.tls)
  if (other !== undefined) {
    const suggestion = 'all addresses of a feed are redis://, or all are rediss://'
    faults.add('conflict', other.position, redisAddress.show(other), { inside, suggestion })
  }
  const refuse = (option: keyof typeof options, code: 'conflict' | 'missing-directive', suggestion: string) => {
    const at = given.get(option)
    if (at !== undefined) faults.add(code, at, option, { inside, suggestion })
  }
  if (cluster && given.has('sentinel')) refuse('cluster', 'conflict', 'it excludes "sentinel"')
  if (first?.tls === false) refuse('tls', 'conflict', 'redis:// goes without TLS; rediss:// has it')
  if (!given.has('sentinel')) {
    for (const option of ['sentinel_user', 'sentinel_password'] as const) {
      refuse(option, 'missing-directive', 'it is for "sentinel NAME"')
    }
  }
  const isServer = !cluster && !given.has('sentinel')
  const addresses = distinct(args, given.has('sentinel') ? sentinelPort : redisPort)
  if (isServer && addresses.length > 1) {
    const suggestion = 'several addresses are those of sentinels ("sentinel NAME") or of a Redis Cluster ("cluster")'
    faults.add('missing-directive', position, inside, { suggestion })
  }
  if (first === undefined || faults.count > faultsBefore) return undefined
  const topology: RedisTopology =
    sentinel === undefined
      ? { kind: cluster ? 'cluster' : 'server' }
      : { kind: 'sentinel', master: sentinel, user: sentinel_user, password: sentinel_password }
  const files = tls ?? { ca: undefined, cert: undefined, key: undefined }
  return { topology, addresses, tls: first.tls ? files : undefined, user, password }
}

/** Each once, in an order that does not depend on that of the Corefile. */
function distinct(args: readonly RedisAddress[], defaultPort: number): HostPort[] {
  const all = args.map(({ host, port = defaultPort }) => ({ host, port }))
  const byName = new Map(all.map((address) => [showHostPort(address), address]))
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address)
}
