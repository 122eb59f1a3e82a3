/**
 * What an error of Redis means and what to do about it. The text never holds arguments of a command: those of AUTH are
 * secrets.
 */
import { FeedError, type RedisFaultCode } from '../../errors.ts'

type Code = RedisFaultCode | 'damaged'

const ADVICE: Record<Code, string> = {
  unreachable: 'check address (rediss:// for TLS), network and that the server runs',
  'no-auth':
    'set the right user and password, by "user" and "password" in the feed block, or by ZONECAST_REDIS_USERNAME and ZONECAST_REDIS_PASSWORD or …_PASSWORD_FILE',
  'no-permission': 'give the ACL user the commands and keys that docs/feed.md lists for its role',
  'read-only':
    'point the publisher at the primary (with Sentinel or a cluster it finds it by itself), and see that it can persist',
  'out-of-memory': 'raise maxmemory, or lower "history"; followers go on with what they have',
  loading: 'the server reads its data from disk',
  moved: 'the server is part of a cluster: say "cluster" in the feed block, and see that all its slots are served',
  damaged: 'a key is not of the type that docs/feed.md gives: delete it, the publisher writes what is missing',
  redis: '',
}

/** Of OpenSSL, on whose errors the codes stand. */
const CERTIFICATE_ADVICE = 'its certificate is not believed: see the CA of "tls" in the feed block'

/** What Node puts behind it, which is of no use here. */
const NODE_ADVICE = /; if the root CA is installed locally, try running Node\.js with .*$/

/** Where nobody has to do anything but wait. */
const PASSING: readonly Code[] = ['unreachable', 'loading', 'redis']

/** Beginnings of error replies, https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REPLIES: Record<string, Code> = {
  NOAUTH: 'no-auth',
  WRONGPASS: 'no-auth',
  NOPERM: 'no-permission',
  READONLY: 'read-only',
  MISCONF: 'read-only',
  NOREPLICAS: 'read-only',
  MASTERDOWN: 'read-only',
  OOM: 'out-of-memory',
  LOADING: 'loading',
  MOVED: 'moved',
  ASK: 'moved',
  CROSSSLOT: 'moved',
  CLUSTERDOWN: 'moved',
  TRYAGAIN: 'moved',
  WRONGTYPE: 'damaged',
}

/**
 * A FeedError stays as it is.
 * @param isTriedAgain whether the caller does so by itself
 */
export function faultOf(error: unknown, place: string, isTriedAgain = true): FeedError {
  if (error instanceof FeedError) return error
  const said = (error instanceof Error ? error.message : String(error)).replace(NODE_ADVICE, '')
  const code = codeOf(error, said)
  const isCertificate = code === 'unreachable' && /CERT|ISSUER|LEAF_SIGNATURE/.test(systemCode(error))
  const advice = [
    isCertificate ? CERTIFICATE_ADVICE : ADVICE[code],
    isTriedAgain && PASSING.includes(code) ? 'trying again' : '',
  ]
    .filter(Boolean)
    .join('; ')
  return new FeedError(code, `Redis at ${place}: ${said.slice(0, 300)}${advice && ` (${advice})`}`)
}

/** After these the connection is of no more use, or another server may do better. */
export function endsConnection({ code }: FeedError): boolean {
  return code === 'unreachable' || code === 'read-only' || code === 'no-auth' || code === 'loading' || code === 'moved'
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Of a command in a script, up to Redis 7.0 and after it; the script's own error says no more. */
const SCRIPT_RIGHTS = /^ERR (?:The user executing the script can't|ACL failure in script)/

function codeOf(error: unknown, said: string): Code {
  if (SCRIPT_RIGHTS.test(said)) return 'no-permission'
  // A script that failed puts the reply it met behind words of its own.
  for (const word of said.split(/[\s:]+/, 12)) {
    const known = REPLIES[word]
    if (known !== undefined) return known
  }
  const isReply = error instanceof Error && error.name === 'ReplyError'
  return isReply ? 'redis' : 'unreachable'
}
