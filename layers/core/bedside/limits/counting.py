"""The two ways to count calls, for Redis as Lua and for this process as Python: the same steps, the same answers."""

from dataclasses import dataclass
from typing import Final

from bedside.errors import Limit


@dataclass(frozen=True, slots=True)
class Count:
    """What a check came to: whether the call may pass, how many more may now, and when (ms from now) there is room.

    `reset_ms` is the time until another call may pass where none may now, or until the quota is whole again.
    """

    passes: bool
    remaining: int
    reset_ms: int


# Each returns {1 or 0, remaining, reset in ms}. A caller's clock that is behind another's is put forward to it, so that
# what one has counted the other does not drop.
WINDOW: Final = """
local function window(key, now, quota, length)
  local newest = redis.call('LINDEX', key, -1)
  if newest and tonumber(newest) > now then now = tonumber(newest) end
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) <= now - length do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  local used = redis.call('LLEN', key)
  if used >= quota then return {0, 0, tonumber(oldest) + length - now} end
  redis.call('RPUSH', key, string.format('%.0f', now))
  redis.call('PEXPIRE', key, length)
  return {1, quota - used - 1, length}
end
"""

BUCKET: Final = """
local function bucket(key, now, quota, length)
  local kept = redis.call('HMGET', key, 'level', 'at')
  local level, at = tonumber(kept[1] or quota), tonumber(kept[2] or now)
  if at > now then now = at end
  level = math.min(quota, level + (now - at) * quota / length)
  local passes = 0
  if level >= 1 then
    passes, level = 1, level - 1
    redis.call('HSET', key, 'level', string.format('%.6f', level), 'at', string.format('%.0f', now))
    redis.call('PEXPIRE', key, length)
  end
  local missing = passes == 1 and quota - level or 1 - level
  return {passes, math.floor(level), math.ceil(missing * length / quota)}
end
"""


def count_window(calls: tuple[int, ...], limit: Limit, now_ms: int) -> tuple[tuple[int, ...], Count]:
    """Count one call among earlier `calls` (Unix ms, oldest first); returns those to keep, and what came of it."""
    length = limit.window_s * 1000
    now_ms = max(now_ms, calls[-1]) if calls else now_ms
    recent = tuple(at for at in calls if at > now_ms - length)
    if len(recent) >= limit.quota:
        return recent, Count(passes=False, remaining=0, reset_ms=recent[0] + length - now_ms)
    return (*recent, now_ms), Count(passes=True, remaining=limit.quota - len(recent) - 1, reset_ms=length)


def count_bucket(kept: tuple[float, int] | None, limit: Limit, now_ms: int) -> tuple[tuple[float, int], Count]:
    """Count one call against a bucket's `kept` level and its instant; returns the new ones, and what came of it."""
    length = limit.window_s * 1000
    level, at = kept or (float(limit.quota), now_ms)
    now_ms = max(now_ms, at)
    level = min(limit.quota, level + (now_ms - at) * limit.quota / length)
    if level < 1:
        wait = -int(-((1 - level) * length) // limit.quota)
        return (level, now_ms), Count(passes=False, remaining=int(level), reset_ms=wait)
    level -= 1
    full = -int(-((limit.quota - level) * length) // limit.quota)
    return (level, now_ms), Count(passes=True, remaining=int(level), reset_ms=full)
