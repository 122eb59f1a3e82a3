/**
 * Lets bases go that are kept no longer, and the log before the oldest that is.
 *
 * KEYS  lease, head, log, 4.. chunks of the bases that go
 * ARGV  1 token, 2 head's `bases` as the caller read it, 3 what it shall be, 4 position of the oldest base kept
 * Returns
 *   OK
 *   NOTLEASE  the lease is another's, or has run out
 *   STALE     head's `bases` is not ARGV[2]
 */
export const TRIM = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'NOTLEASE' end
if redis.call('HGET', KEYS[2], 'bases') ~= ARGV[2] then return 'STALE' end
redis.call('HSET', KEYS[2], 'bases', ARGV[3])
redis.call('XTRIM', KEYS[3], 'MINID', ARGV[4])
for i = 4, #KEYS do redis.call('UNLINK', KEYS[i]) end
return 'OK'`
