/**
 * Names a base that holds what the log led to at a position, and appends nothing: for a follower nothing has changed. A
 * compare-and-set on the base that head names.
 *
 * KEYS  lease, head, log, 4.. the base's chunks
 * ARGV  1 token, 2 base id, 3 octets of the image, 4 its SHA-256, 5 its position, 6 the base id that head has now, '' for
 *       none, 7 time (ms)
 * Returns
 *   OK
 *   ALREADY   head names it: the reply to an earlier attempt was lost
 *   NOTLEASE  the lease is another's, or has run out
 *   STALE     head names another base than ARGV[6]
 *   GAP       head and log do not agree, or the log does not lead on from the position
 *   MISSING   a chunk is gone
 */
import { LAST_ID } from './common.ts'

export const COMPACT = `${LAST_ID}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'NOTLEASE' end
local base = redis.call('HGET', KEYS[2], 'base') or ''
if base == ARGV[2] then return 'ALREADY' end
if base ~= ARGV[6] then return 'STALE' end
if redis.call('HGET', KEYS[2], 'pos') ~= lastId() then return 'GAP' end
if #redis.call('XRANGE', KEYS[3], ARGV[5], ARGV[5]) == 0 then return 'GAP' end
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then return 'MISSING' end
end
local line = table.concat({ARGV[2], ARGV[5], #KEYS - 3, ARGV[3], ARGV[4], ARGV[7]}, ' ')
local bases = redis.call('HGET', KEYS[2], 'bases')
if bases and bases ~= '' then line = line .. '\\n' .. bases end
redis.call('HSET', KEYS[2], 'base', ARGV[2], 'bases', line)
for i = 4, #KEYS do redis.call('PERSIST', KEYS[i]) end
return 'OK'`
