"""The two ways to count calls, for Redis as Lua and for this process as Python: the same steps, the same answers."""

from dataclasses import dataclass
from typing import Final

from bedside.kernel.errors import Limit


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
  local kept = redis.call('HMGET', key, 'credit', 'at')
  local full = quota * length
  local credit, at = tonumber(kept[1] or full), tonumber(kept[2] or now)
  if at > now then now = at end
  credit = math.min(full, credit + (now - at) * quota)
  if credit < length then return {0, 0, math.ceil((length - credit) / quota)} end
  credit = credit - length
  redis.call('HSET', key, 'credit', string.format('%.0f', credit), 'at', string.format('%.0f', now))
  redis.call('PEXPIRE', key, length)
  return {1, math.floor(credit / length), math.ceil((full - credit) / quota)}
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


def count_bucket(kept: tuple[int, int] | None, limit: Limit, now_ms: int) -> tuple[tuple[int, int] | None, Count]:
    """Count one call against a bucket's `kept` credit and its instant; returns what to keep, and what came of it.

    A call costs as much credit as the length has milliseconds, so that every number is whole.
    """
    length = limit.window_s * 1000
    full = limit.quota * length
    credit, at = kept or (full, now_ms)
    now_ms = max(now_ms, at)
    credit = min(full, credit + (now_ms - at) * limit.quota)
    if credit < length:
        return kept, Count(passes=False, remaining=0, reset_ms=-(-(length - credit) // limit.quota))
    credit -= length
    reset_ms = -(-(full - credit) // limit.quota)
    return (credit, now_ms), Count(passes=True, remaining=credit // length, reset_ms=reset_ms)
