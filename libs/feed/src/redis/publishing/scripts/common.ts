/**
 * Lua that several scripts share. Each begins with the keys of one feed: KEYS[1] lease, KEYS[2] head, KEYS[3] log, and with
 * ARGV[1], the caller's token. A script that raises an error before its first write has changed nothing; Redis refuses the
 * first write when it is out of memory or read-only, and lets the rest through once one was accepted, so a script happens
 * as a whole or not at all.
 */

/** lastId(): the id of the last entry in the log, '' without one. */
export const LAST_ID = `
local function lastId()
  local last = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)
  return last[1] and last[1][1] or ''
end`

/** nowMs(): the server's clock in milliseconds, as a number. */
export const NOW_MS = `
local function nowMs()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end`

/**
 * newEpoch(last, pos, least): max(highest known + 1, time in ms) as text. Also above what the stream remembers of entries
 * that were deleted, since XADD takes no lower id. makeRoom() deletes a log that leaves none, which is no publisher's work:
 * numbers end at 2^53, and an epoch beyond 2^51, in the year 73,000, counts for nothing.
 */
export const NEW_EPOCH = `
local function epochOf(id)
  local epoch = tonumber(string.match(id or '', '^(%d+)')) or 0
  return epoch <= 2251799813685248 and epoch or nil
end
local function lastGenerated()
  if redis.call('EXISTS', KEYS[3]) == 0 then return '' end
  local info = redis.call('XINFO', 'STREAM', KEYS[3])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return info[i + 1] end
  end
end
local function makeRoom()
  if not epochOf(lastGenerated()) then redis.call('DEL', KEYS[3]) end
end
local function newEpoch(last, pos, least)
  local highest = 0
  for _, id in ipairs({last, pos, least, redis.call('HGET', KEYS[2], 'epoch') or '', lastGenerated()}) do
    highest = math.max(highest, epochOf(id) or 0)
  end
  return string.format('%.0f', math.max(highest + 1, nowMs()))
end`

/** setSerials(from): the rest of ARGV, from that index on, is pairs of a zone and its SOA serial; they go to head. */
export const SET_SERIALS = `
local function setSerials(from)
  for i = from, #ARGV, 2 do
    redis.call('HSET', KEYS[2], 'serial:' .. ARGV[i], ARGV[i + 1])
  end
end`

/** isLater(serial, than): whether a serial, as text, comes after a number (RFC 1982 section 3.2). */
export const IS_LATER = `
local function isLater(serial, than)
  local ahead = (tonumber(serial) - than) % 4294967296
  return ahead > 0 and ahead < 2147483648
end`

/** recalled(): pairs of a zone and its serial, as text, in an iterator: what head's field `recall` has that makes sense. */
export const RECALLED = `
local function recalled()
  local next = string.gmatch(redis.call('HGET', KEYS[2], 'recall') or '', '([^ \\n]*) (%d+)')
  return function()
    local zone, serial = next()
    while zone and tonumber(serial) > 4294967295 do zone, serial = next() end
    return zone, serial
  end
end`
