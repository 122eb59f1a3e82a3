/**
 * Renews the lease and is the publisher's heartbeat.
 *
 * KEYS  lease, head, log
 * ARGV  1 token, 2 lease in ms, 3 the position the caller stands at, '' while an append of its own is on the way
 * Returns
 *   OK        renewed; head's heartbeat is the server's time
 *   GAP       renewed, but head or log no longer stand where the caller does
 *   NOTLEASE  the lease is another's, or has run out
 */
import { LAST_ID, NOW_MS } from './common.ts'

export const RENEW = `${LAST_ID}${NOW_MS}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'NOTLEASE' end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] ~= '' and (redis.call('HGET', KEYS[2], 'pos') ~= ARGV[3] or lastId() ~= ARGV[3]) then return 'GAP' end
redis.call('HSET', KEYS[2], 'heartbeat', string.format('%.0f', nowMs()))
return 'OK'`
