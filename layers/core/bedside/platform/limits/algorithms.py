"""Sliding window and token bucket, in Lua for Redis and in Python for this process, with identical results."""

from dataclasses import dataclass
from typing import Final

from bedside.kernel.errors import Limit


@dataclass(frozen=True, slots=True)
class Count:
    """The result of a check: whether the call passes, and how many more calls would pass now.

    `reset_ms` is the time until the next call may pass if none may now, or else until the full quota is available.
    """

    passes: bool
    remaining: int
    reset_ms: int


# Each returns {1 or 0, remaining, reset in ms}. A client whose clock is behind uses the latest recorded time, so that
# it does not discard calls that other clients have counted.
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
    """Check one call against earlier `calls` (Unix ms, oldest first); return the calls to keep, and the result."""
    length = limit.window_s * 1000
    now_ms = max(now_ms, calls[-1]) if calls else now_ms
    recent = tuple(at for at in calls if at > now_ms - length)
    if len(recent) >= limit.quota:
        return recent, Count(passes=False, remaining=0, reset_ms=recent[0] + length - now_ms)
    return (*recent, now_ms), Count(passes=True, remaining=limit.quota - len(recent) - 1, reset_ms=length)


def count_bucket(kept: tuple[int, int] | None, limit: Limit, now_ms: int) -> tuple[tuple[int, int] | None, Count]:
    """Check one call against a bucket's stored credit and its instant; return the values to store, and the result.

    A call costs as much credit as the window has milliseconds, so that all numbers are integers.
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
