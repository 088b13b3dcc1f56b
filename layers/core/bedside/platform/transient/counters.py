"""Hourly and daily counters (UTC) for dashboards, in Redis only: events while Redis is down are not counted.

Each hour and each day of a facility, and of the product as a whole, is one Redis hash with a field per counter. The
hashes contain no personal data, and their keys contain the facility only as a keyed hash.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bedside.adapters.redis.client import Redis, RedisError, Reply, Script
from bedside.kernel.pseudonym import pseudonym

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
HOURS_KEPT: Final = 48
DAYS_KEPT: Final = 90
# Stands for the whole product in place of a facility id; no facility has this id.
_PRODUCT: Final = "-"


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter with its names in Redis and in responses; counted per facility too, or only for the product."""

    name: str
    field: str
    by_facility: bool = True


# From KEYS[first] on, hours and days alternate. `hour` and `day` are the instants at which their hashes expire.
TALLY: Final = """
local function tally(first, counter, hour, day)
  for n = first, #KEYS do
    redis.call('HINCRBY', KEYS[n], counter, 1)
    redis.call('PEXPIREAT', KEYS[n], (n - first) % 2 == 0 and hour or day)
  end
end
"""
_COUNT: Final = Script(TALLY + "tally(1, ARGV[1], ARGV[2], ARGV[3]) return 1")

# KEYS: hours and days. ARGV: names of counters. Returns a list of counts for each key.
_READ: Final = Script("""
local found = {}
for n = 1, #KEYS do found[n] = redis.call('HMGET', KEYS[n], unpack(ARGV)) end
return found
""")


@dataclass(frozen=True, slots=True)
class PendingCount:
    """An increment to be made by another script in the same Redis request: its keys and arguments."""

    keys: tuple[str, ...]
    args: tuple[str, int, int]


NO_COUNT: Final = PendingCount((), ("", 0, 0))


@dataclass(frozen=True, slots=True)
class Span:
    """The counts of the hour or day that begins at `at` (Unix ms), by counter field."""

    at: int
    counts: dict[str, int]


class Counters:
    """Counts events, per facility and for the product, and reads the counts."""

    def __init__(self, redis: Redis, stage: str, key: bytes) -> None:
        self._redis = redis
        self._prefix = f"bedside:{stage}:count:"
        self._key = key

    def prepare(self, counter: Counter, facility_id: str | None, now_ms: int) -> PendingCount:
        """Return an increment for another script to make; it must not be retried, or an event could count twice."""
        whose = [_PRODUCT, facility_id] if facility_id and counter.by_facility else [_PRODUCT]
        hour, day = now_ms // HOUR_MS, now_ms // DAY_MS
        keys = [key for each in whose for key in (self._place(each, "hour", hour), self._place(each, "day", day))]
        hour_ends, day_ends = (hour + 1 + HOURS_KEPT) * HOUR_MS, (day + 1 + DAYS_KEPT) * DAY_MS
        return PendingCount(tuple(keys), (counter.name, hour_ends, day_ends))

    def count(self, counter: Counter, facility_id: str | None, now_ms: int) -> None:
        """Count one event in a separate Redis request; lost if Redis is down."""
        count = self.prepare(counter, facility_id, now_ms)
        with suppress(RedisError):
            self._redis.run(_COUNT, count.keys, count.args)

    def read(
        self, counters: Iterable[Counter], facility_id: str | None, hours: int, days: int, now_ms: int
    ) -> tuple[list[Span], list[Span]] | None:
        """Return the latest hours and days including the current ones, oldest first; without a facility, the product's.

        Returns None if Redis is down. One Redis request.
        """
        whose, counted = facility_id or _PRODUCT, [each for each in counters if each.by_facility or not facility_id]
        begun = [*_begun("hour", hours, now_ms), *_begun("day", days, now_ms)]
        if not begun:
            return [], []
        keys = [self._place(whose, unit, at // length) for unit, length, at in begun]
        try:
            reply = self._redis.run(_READ, keys, [each.name for each in counted])
        except RedisError:
            return None
        counts = _counts(reply, counted, len(keys))
        if counts is None:
            return None
        spans = [Span(at, count) for (_, _, at), count in zip(begun, counts, strict=True)]
        return spans[:hours], spans[hours:]

    def _place(self, whose: str, unit: str, number: int) -> str:
        return f"{self._prefix}{unit}:{pseudonym(self._key, f'counter\n{whose}\n{unit}\n{number}')}"


def _begun(unit: str, number: int, now_ms: int) -> Iterator[tuple[str, int, int]]:
    """Yield unit, length and start (ms) of the latest `number` hours or days, including the current one."""
    length = HOUR_MS if unit == "hour" else DAY_MS
    this = now_ms // length
    return ((unit, length, each * length) for each in range(this - number + 1, this + 1))


def _counts(reply: Reply, counters: list[Counter], wanted: int) -> list[dict[str, int]] | None:
    """Return the counts in a reply, or None if the reply is malformed."""
    if not isinstance(reply, list) or len(reply) != wanted:
        return None
    found = []
    for row in reply:
        if not isinstance(row, list) or len(row) != len(counters):
            return None
        numbers = [_number(each) for each in row]
        if any(number is None for number in numbers):
            return None
        found.append({each.field: number or 0 for each, number in zip(counters, numbers, strict=True)})
    return found


def _number(said: Reply) -> int | None:
    if said is None:
        return 0
    return int(said) if isinstance(said, str) and said.isascii() and said.isdigit() else None
