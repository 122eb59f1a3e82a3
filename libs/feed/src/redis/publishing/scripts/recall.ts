/**
 * Hands the publisher what standbys know better: serials that are later than those in head, which `take` put there.
 *
 * KEYS  lease, head, log
 * ARGV  1 token
 * Returns
 *   {OK, zone, serial, zone, serial, …}   they are in head no more
 *   {NOTLEASE}                            the lease is another's, or has run out
 */
import { RECALLED } from './common.ts'

export const RECALL = `${RECALLED}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'NOTLEASE'} end
local reply = {'OK'}
for zone, serial in recalled() do
  table.insert(reply, zone)
  table.insert(reply, serial)
end
redis.call('HDEL', KEYS[2], 'recall')
return reply`
