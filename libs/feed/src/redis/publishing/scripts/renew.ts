/**
 * Renews the lease and is the publisher's heartbeat.
 *
 * KEYS  lease, head, log, 4.. the chunks of the current base
 * ARGV  1 token, 2 lease in ms, 3 the position the caller stands at, '' while a write of its own is on the way,
 *       4 position of the current base, '' when there is none yet; else 5 its id, 6 head's format
 * Returns
 *   OK        renewed; head's heartbeat is the server's time
 *   GAP       renewed, but head or log no longer stand where the caller does, a chunk of the base is gone, the log no
 *             longer leads on from the base, or head no longer names it, or another format
 *   RECALL    renewed; a standby knows later serials than head has, which the script `recall` tells
 *   NOTLEASE  the lease is another's, or has run out
 */
import { LAST_ID, NOW_MS } from './common.ts'

export const RENEW = `${LAST_ID}${NOW_MS}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'NOTLEASE' end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] ~= '' and (redis.call('HGET', KEYS[2], 'pos') ~= ARGV[3] or lastId() ~= ARGV[3]) then return 'GAP' end
if ARGV[3] ~= '' and ARGV[4] ~= '' then
  local head = redis.call('HMGET', KEYS[2], 'base', 'bases', 'format')
  if head[1] ~= ARGV[5] or string.match(head[2] or '', '^[^ ]*') ~= ARGV[5] or head[3] ~= ARGV[6] then return 'GAP' end
  if #redis.call('XRANGE', KEYS[3], ARGV[4], ARGV[4]) == 0 then return 'GAP' end
  for i = 4, #KEYS do
    if redis.call('EXISTS', KEYS[i]) == 0 then return 'GAP' end
  end
end
redis.call('HSET', KEYS[2], 'heartbeat', string.format('%.0f', nowMs()))
if redis.call('HEXISTS', KEYS[2], 'recall') == 1 then return 'RECALL' end
return 'OK'`
