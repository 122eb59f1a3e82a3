/**
 * Begins a new epoch with a base: appends EPOCH-0 of kind `base`, makes the base's chunks last and names it in head. Runs
 * without agreement of head and log; where they do not agree `prev` is '', which fits no follower.
 *
 * KEYS  lease, head, log, 4.. the base's chunks
 * ARGV  1 token, 2 base id, 3 octets of the image, 4 its SHA-256, 5 highest epoch the caller knows of,
 *       6 time of publication (ms), 7 publisher's name, 8 feed format, 9 hash of the configuration (head may be lost),
 *       10 the same in words, 11.. pairs of a zone and its serial
 * Returns
 *   {OK, EPOCH-0}
 *   {ALREADY, EPOCH-0}  it is there: the reply to an earlier attempt was lost
 *   {NOTLEASE}          the lease is another's, or has run out
 *   {MISSING}           a chunk is gone
 *   {RECALL}            a standby knows later serials than the caller, which the script `recall` tells
 */
import { IS_LATER, LAST_ID, NEW_EPOCH, NOW_MS, RECALLED, SET_SERIALS } from './common.ts'

export const BEGIN = `${LAST_ID}${NOW_MS}${NEW_EPOCH}${SET_SERIALS}${IS_LATER}${RECALLED}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'NOTLEASE'} end
local last = lastId()
local pos = redis.call('HGET', KEYS[2], 'pos') or ''
if redis.call('HGET', KEYS[2], 'base') == ARGV[2] and last == pos then return {'ALREADY', pos} end
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then return {'MISSING'} end
end
local known = {}
for i = 11, #ARGV, 2 do known[ARGV[i]] = tonumber(ARGV[i + 1]) end
for zone, serial in recalled() do
  if not known[zone] or isLater(serial, known[zone]) then return {'RECALL'} end
end
makeRoom()
local epoch = newEpoch(last, pos, ARGV[5])
local id = epoch .. '-0'
local line = table.concat({ARGV[2], id, #KEYS - 3, ARGV[3], ARGV[4], ARGV[6]}, ' ')
local bases = redis.call('HGET', KEYS[2], 'bases')
if bases and bases ~= '' then line = line .. '\\n' .. bases end
redis.call('XADD', KEYS[3], id, 'prev', last == pos and pos or '', 'kind', 'base', 'at', ARGV[6])
redis.call('HSET', KEYS[2], 'epoch', epoch, 'pos', id, 'base', ARGV[2], 'bases', line,
  'publisher', ARGV[7], 'format', ARGV[8], 'config', ARGV[9], 'options', ARGV[10],
  'heartbeat', string.format('%.0f', nowMs()))
redis.call('HDEL', KEYS[2], 'recall')
for i = 4, #KEYS do redis.call('PERSIST', KEYS[i]) end
setSerials(11)
return {'OK', id}`
