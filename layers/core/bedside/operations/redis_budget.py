"""How long a month's commands of Redis suffice.

Upstash's free plan has 500,000 commands a month (https://upstash.com/pricing/redis) and refuses what is more. A command
that runs a script counts once, whatever the script does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MONTHLY_COMMANDS: Final = 500_000
DAY_MS: Final = 86_400_000
WINDOW_DAYS: Final = 7
WINDOW_S: Final = WINDOW_DAYS * 86_400
# A month of 31 days has parts of five windows. Whoever uses up a month's commands has therefore used a fifth of them
# within one window before: that is when the alarm rings.
WINDOWS: Final = 5


@dataclass(frozen=True, slots=True)
class Forecast:
    """Commands used this month, what they will be at its end, and when they are used up (Unix ms), if they will be."""

    used: int
    at_the_end: int
    used_up_at: int | None


def month(now_ms: int) -> tuple[int, int]:
    """Return the beginning and the end of the current month (UTC, Unix ms)."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    begins = datetime(now.year, now.month, 1, tzinfo=UTC)
    ends = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    return int(begins.timestamp()) * 1000, int(ends.timestamp()) * 1000


def forecast(used: int, last_days: int, budget: int, now_ms: int) -> Forecast:
    """Return a forecast: the rest of the month goes on like the last `WINDOW_DAYS`, in which `last_days` were used."""
    _, ends = month(now_ms)
    pace = last_days / (WINDOW_DAYS * DAY_MS)
    left = budget - used
    if left <= 0:
        used_up_at: int | None = now_ms
    else:
        used_up_at = now_ms + round(left / pace) if pace * (ends - now_ms) >= left else None
    return Forecast(used, used + round(pace * (ends - now_ms)), used_up_at)
