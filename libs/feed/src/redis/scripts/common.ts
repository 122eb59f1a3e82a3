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
 * that were deleted, since XADD takes no lower id.
 */
export const NEW_EPOCH = `
local function newEpoch(last, pos, least)
  local highest = tonumber(least) or 0
  local function see(id)
    local epoch = tonumber(string.match(id or '', '^(%d+)')) or 0
    if epoch > highest then highest = epoch end
  end
  see(last)
  see(pos)
  see(redis.call('HGET', KEYS[2], 'epoch') or '')
  if redis.call('EXISTS', KEYS[3]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[3])
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then see(info[i + 1]) end
    end
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
