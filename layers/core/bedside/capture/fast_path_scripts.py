"""Lua scripts of the fast path; `fast_path` describes the fields of a session's hash."""

from typing import Final

from bedside.adapters.redis.client import Script
from bedside.capture.model import MAX_DELETED
from bedside.platform.limits.algorithms import BUCKET
from bedside.platform.transient.counters import TALLY

# KEYS[1] session, then counters. ARGV: start, expiry, sealed facts, trusted until, the three arguments of a count, the
# series of codes, then pairs of field and value. A view from before earlier codes were ended changes nothing.
STORE: Final = Script(
    TALLY
    + """
tally(2, ARGV[5], ARGV[6], ARGV[7])
local known = redis.call('HMGET', KEYS[1], 's', 'over', 'n')
if known[1] then
  if tonumber(known[1]) > tonumber(ARGV[1]) or (known[1] == ARGV[1] and known[2]) then return 0 end
  if known[1] == ARGV[1] and tonumber(known[3] or '0') > tonumber(ARGV[8]) then return 0 end
  if known[1] ~= ARGV[1] then redis.call('DEL', KEYS[1]) end
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    local kind = string.sub(field, 1, 2)
    if kind == 't:' or kind == 'u:' or kind == 'a:' then redis.call('HDEL', KEYS[1], field) end
  end
end
redis.call('HSET', KEYS[1], 's', ARGV[1], 'e', ARGV[2], 'd', ARGV[3], 'b', ARGV[4], 'n', ARGV[8])
for n = 9, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[n]) ~= 'gone' then redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
end
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
"""
)

# KEYS[1] session, KEYS[2] counter. ARGV: now, token field, quota, length in ms, phone field. Returns {count}, or
# {count, {start, expiry, facts, phone's name, consent, images}} if the token is valid and the phone has joined; facts,
# name and consent are sealed.
SCAN: Final = Script(
    BUCKET
    + """
local count = bucket(KEYS[2], tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]))
local ends = redis.call('HGET', KEYS[1], ARGV[2])
if count[1] == 0 or not ends or tonumber(ends) <= tonumber(ARGV[1]) then return {count} end
local found = redis.call('HMGET', KEYS[1], 's', 'e', 'd', 'over', 'b', ARGV[5], 'c')
local now = tonumber(ARGV[1])
if found[4] or not found[6] or not found[5] then return {count} end
if tonumber(found[5]) <= now or tonumber(found[2]) <= now then return {count} end
local images = 0
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do if value == 'here' then images = images + 1 end end
return {count, {found[1], found[2], found[3], found[6], found[7] or '', images}}
"""
)

# KEYS[1] session, KEYS[2] counter. ARGV: now, start, phone field, its unsent photos, quota, length in ms. Returns
# {count}, or {count, images, consent, how many are in the record} if the session is known and so is the number of
# unsent photos.
STATUS: Final = Script(
    BUCKET
    + """
local now = tonumber(ARGV[1])
local count = bucket(KEYS[2], now, tonumber(ARGV[5]), tonumber(ARGV[6]))
if count[1] == 0 then return {count} end
local found = redis.call('HMGET', KEYS[1], 's', 'e', 'over', 'b', ARGV[3], 'c', 'r')
if found[3] or found[1] ~= ARGV[2] or not found[4] or tonumber(found[4]) <= now or tonumber(found[2]) <= now
  or (found[5] or '0') ~= ARGV[4] then return {count} end
local images = 0
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do if value == 'here' then images = images + 1 end end
return {count, images, found[6] or '', found[7] or '0'}
"""
)

# KEYS[1] session, KEYS[2] counter, KEYS[3] draft, if any. ARGV: now, start, image field, held until, limit, quota (0:
# do not count), length in ms, preview field ('': this is about the photo itself), draft, its lifetime in ms. Returns
# {count, outcome, expiry}, or {count} if the call exceeds its rate limit.
RESERVE: Final = Script(
    BUCKET
    + """
local found = redis.call('HMGET', KEYS[1], 's', 'e', ARGV[3], 'over', 'b')
local now = tonumber(ARGV[1])
local count = {1, 0, 0}
if tonumber(ARGV[6]) > 0 then count = bucket(KEYS[2], now, tonumber(ARGV[6]), tonumber(ARGV[7])) end
if count[1] == 0 then return {count} end
if found[4] or found[1] ~= ARGV[2] or not found[5] or tonumber(found[5]) <= now or tonumber(found[2]) <= now then
  return {count, 'unknown', '0'}
end
local slot = found[3]
if slot == 'gone' then return {count, 'gone', found[2]} end
if slot == 'here' or slot == 'old' then return {count, ARGV[8] == '' and 'held' or 'repeated', found[2]} end
if not slot or tonumber(slot) <= now then
  local taken = 0
  local deleted = 0
  local fields = redis.call('HGETALL', KEYS[1])
  for n = 1, #fields, 2 do
    if string.sub(fields[n], 1, 2) == 'i:' then
      local value = fields[n + 1]
      if value == 'gone' then deleted = deleted + 1 end
      if value == 'here' or (value ~= 'gone' and value ~= 'old' and tonumber(value) > now) then taken = taken + 1 end
    end
  end
  if taken >= tonumber(ARGV[5]) or deleted >= @MAX_DELETED@ then return {count, 'full', found[2]} end
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
if KEYS[3] then redis.call('SET', KEYS[3], ARGV[9], 'PX', ARGV[10]) end
if ARGV[8] ~= '' and redis.call('HSETNX', KEYS[1], ARGV[8], '1') == 0 then return {count, 'repeated', found[2]} end
return {count, 'held', found[2]}
""".replace("@MAX_DELETED@", str(MAX_DELETED))
)

# KEYS[1] session, KEYS[2] a draft to delete (the session itself: none), then counters. ARGV: start, expiry, image
# field, value, the three arguments of a count. Does not mark anything in a session that Redis does not know.
MARK: Final = Script(
    TALLY
    + """
if KEYS[2] ~= KEYS[1] then redis.call('DEL', KEYS[2]) end
tally(3, ARGV[5], ARGV[6], ARGV[7])
if redis.call('HGET', KEYS[1], 's') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'e', ARGV[2])
if redis.call('HGET', KEYS[1], ARGV[3]) ~= 'gone' then redis.call('HSET', KEYS[1], ARGV[3], ARGV[4]) end
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
"""
)

# KEYS[1] session. ARGV: start, expiry. Replaces the session by a tombstone.
END: Final = Script("""
local known = redis.call('HGET', KEYS[1], 's')
if known and tonumber(known) > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 's', ARGV[1], 'over', '1')
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return 1
""")
