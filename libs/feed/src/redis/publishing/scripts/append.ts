/**
 * Appends one delta.
 *
 * KEYS  lease, head, log
 * ARGV  1 token, 2 id, 3 prev: the id before it, 4 payload, 5 time of publication (ms), 6.. pairs of a zone and its serial
 * Returns
 *   OK        followers can see it
 *   ALREADY   it is there: the reply to an earlier attempt was lost
 *   NOTLEASE  the lease is another's, or has run out
 *   GAP       head's `pos`, the last id in the log and `prev` do not agree
 */
import { LAST_ID, NOW_MS, SET_SERIALS } from './common.ts'

export const APPEND = `${LAST_ID}${NOW_MS}${SET_SERIALS}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'NOTLEASE' end
local last = lastId()
local pos = redis.call('HGET', KEYS[2], 'pos')
if last == ARGV[2] and pos == ARGV[2] then return 'ALREADY' end
if last ~= ARGV[3] or pos ~= ARGV[3] then return 'GAP' end
redis.call('XADD', KEYS[3], ARGV[2], 'prev', ARGV[3], 'kind', 'delta', 'at', ARGV[5], 'image', ARGV[4])
redis.call('HSET', KEYS[2], 'pos', ARGV[2], 'heartbeat', string.format('%.0f', nowMs()))
setSerials(6)
return 'OK'`
