/**
 * Gives the lease up and tells the followers, of whom a standby then takes it at once.
 *
 * KEYS  lease, head, log
 * ARGV  1 token, 2 id, 3 prev: the id before it, 4 time (ms)
 * Returns
 *   OK
 *   GAP       given up, but nothing was appended, since head, log and `prev` do not agree
 *   NOTLEASE  the lease is another's, or has run out
 */
import { LAST_ID } from './common.ts'

export const HANDOVER = `${LAST_ID}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'NOTLEASE' end
local agreed = lastId() == ARGV[3] and redis.call('HGET', KEYS[2], 'pos') == ARGV[3]
if agreed then
  redis.call('XADD', KEYS[3], ARGV[2], 'prev', ARGV[3], 'kind', 'handover', 'at', ARGV[4])
  redis.call('HSET', KEYS[2], 'pos', ARGV[2])
end
redis.call('DEL', KEYS[1])
return agreed and 'OK' or 'GAP'`
