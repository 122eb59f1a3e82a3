/**
 * Takes a lease that is free (or the caller's own, when an earlier reply was lost) and begins an epoch: appends EPOCH-0 of
 * kind `epoch`. Its `prev` is the last position when head and log agree on it and the caller knows of none after it (else Redis
 * lost its end, and followers that have it must not be led back), else '', which fits no follower.
 *
 * KEYS  lease, head, log
 * ARGV  1 token, 2 lease in ms, 3 publisher's name, 4 feed format, 5 hash of the configuration, 6 the same in words, 7 last position that
 *       the caller knows of, or '', 8 time of publication (ms), 9.. pairs of a zone and the last serial that the caller knows of
 * Returns
 *   {OK, EPOCH-0, prev}
 *   {HELD, pos, token, zone, serial, …}
 *             another has the lease, by this token; head's position and serials, as pairs, which the caller may not know, its
 *             follower being stuck. Where the lease would last longer than any does, for the server's clock has gone back since,
 *             it is cut to one that nobody renews. Where head's serials are not as late as the caller's, for who began there did
 *             not know them, its field `recall` has the caller's, for `renew` to notice; beside what others left there, of which
 *             the latest counts
 */
import { IS_LATER, LAST_ID, NEW_EPOCH, NOW_MS, RECALLED } from './common.ts'

export const TAKE = `${LAST_ID}${NOW_MS}${NEW_EPOCH}${IS_LATER}${RECALLED}
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  local leftMs = redis.call('PTTL', KEYS[1])
  if leftMs < 0 or leftMs > tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  local held, there = {'HELD', redis.call('HGET', KEYS[2], 'pos') or '', holder}, {}
  local head = redis.call('HGETALL', KEYS[2])
  for i = 1, #head, 2 do
    local zone = string.match(head[i], '^serial:(.*)$')
    if zone then
      there[zone] = tonumber(head[i + 1])
      table.insert(held, zone)
      table.insert(held, head[i + 1])
    end
  end
  local isEmpty = (redis.call('HGET', KEYS[2], 'bases') or '') == ''
  local later, isNews = {}, false
  local function recall(zone, serial)
    if there[zone] and not isLater(serial, there[zone]) or not there[zone] and not isEmpty then return end
    there[zone], later[zone], isNews = tonumber(serial), serial, true
  end
  for zone, serial in recalled() do recall(zone, serial) end
  isNews = false
  for i = 9, #ARGV, 2 do recall(ARGV[i], ARGV[i + 1]) end
  if isNews then
    local lines = {}
    for zone, serial in pairs(later) do table.insert(lines, zone .. ' ' .. serial) end
    redis.call('HSET', KEYS[2], 'recall', table.concat(lines, '\\n'))
  end
  return held
end
makeRoom()
local last = lastId()
local pos = redis.call('HGET', KEYS[2], 'pos') or ''
local function parts(id)
  local epoch, n = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(epoch) or -1, tonumber(n) or -1
end
local epochThere, nThere = parts(pos)
local epochKnown, nKnown = parts(epochOf(ARGV[7]) and ARGV[7] or '')
local behind = epochThere < epochKnown or (epochThere == epochKnown and nThere < nKnown)
local prev = last == pos and not behind and pos or ''
local epoch = newEpoch(last, pos, ARGV[7])
local id = epoch .. '-0'
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('XADD', KEYS[3], id, 'prev', prev, 'kind', 'epoch', 'at', ARGV[8])
redis.call('HSET', KEYS[2], 'epoch', epoch, 'pos', id, 'publisher', ARGV[3], 'format', ARGV[4], 'config', ARGV[5],
  'options', ARGV[6], 'heartbeat', string.format('%.0f', nowMs()))
return {'OK', id, prev}`
