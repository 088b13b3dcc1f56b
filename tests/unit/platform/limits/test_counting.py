"""Windows and buckets let through what they should, in Lua and in Python alike."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside.adapters.redis.client import Redis, Script
from bedside.kernel.errors import Limit
from bedside.platform.limits.algorithms import BUCKET, WINDOW, Count, count_bucket, count_window
from bedside.platform.limits.policies import Policy
from tests.conftest import Upstash
from tests.examples import examples
from tests.unit.platform.limits.test_policies import POLICIES

NOW = 1_795_228_312_345
ARGUMENTS = "(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))"
SCRIPTS = {"window": Script(f"{WINDOW}return window{ARGUMENTS}"), "bucket": Script(f"{BUCKET}return bucket{ARGUMENTS}")}
KEYS = (f"counter-{number}" for number in itertools.count())
AGAINST_REDIS = settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))

# How long after the one before a call is made (ms; clocks differ and are set back), or "told": as long as was said.
PAUSES = st.lists(st.integers(-3000, 9000) | st.integers(0, 5) | st.just("told"), max_size=40)


# Redis measures a key's life by its own clock, so that no window may end while an example runs.
LIMITS = st.builds(Limit, st.just("x"), st.integers(1, 7), st.integers(4, 9))


class Python:
    """Counts calls in this process."""

    def __init__(self, shape: str, limit: Limit) -> None:
        self.shape, self.limit = shape, limit
        self.calls: tuple[int, ...] = ()
        self.level: tuple[int, int] | None = None

    def count(self, now: int) -> Count:
        if self.shape == "window":
            self.calls, count = count_window(self.calls, self.limit, now)
        else:
            self.level, count = count_bucket(self.level, self.limit, now)
        return count


class Lua:
    """Counts calls in Redis."""

    def __init__(self, shape: str, limit: Limit, redis: Redis) -> None:
        self.shape, self.limit, self.redis = shape, limit, redis
        self.key = next(KEYS)

    def count(self, now: int) -> Count:
        arguments = [now, self.limit.quota, self.limit.window_s * 1000]
        reply: Any = self.redis.run(SCRIPTS[self.shape], [self.key], arguments)
        passes, remaining, reset_ms = reply
        return Count(bool(passes), remaining, reset_ms)


def times(counter: Python, pauses: list[Any]) -> list[int]:
    """Give the instants of calls with these pauses; "told" is what the counter said last."""
    now, made, told = NOW, [NOW], counter.count(NOW).reset_ms
    for pause in pauses:
        now += told if pause == "told" else pause
        made.append(now)
        told = counter.count(now).reset_ms
    return made


@AGAINST_REDIS
@given(limit=LIMITS, pauses=PAUSES)
def test_windows_count_alike(redis: Redis, limit: Limit, pauses: list[Any]) -> None:
    """Every call gets the same answer from Lua and from Python, to the millisecond, whatever the clocks do."""
    lua, python = Lua("window", limit, redis), Python("window", limit)
    for now in times(Python("window", limit), pauses):
        assert lua.count(now) == python.count(now)


@AGAINST_REDIS
@given(limit=LIMITS, pauses=PAUSES)
def test_buckets_count_alike(redis: Redis, limit: Limit, pauses: list[Any]) -> None:
    """As for windows."""
    lua, python = Lua("bucket", limit, redis), Python("bucket", limit)
    for now in times(Python("bucket", limit), pauses):
        assert lua.count(now) == python.count(now)


@settings(max_examples=examples(60))
@given(limit=LIMITS, pauses=PAUSES)
def test_no_window_holds_more_than_the_quota(limit: Limit, pauses: list[Any]) -> None:
    """In any half-open stretch of its length; and whoever could pass does. Late clocks are put forward."""
    counter, passed = Python("window", limit), list[int]()
    length = limit.window_s * 1000
    for now in times(Python("window", limit), pauses):
        at = max([now, *passed[-1:]])
        recent = [before for before in passed if before > at - length]
        count = counter.count(now)
        assert count.passes == (len(recent) < limit.quota)
        assert count.remaining == max(0, limit.quota - len(recent) - 1)
        assert count.reset_ms == (length if count.passes else recent[0] + length - at)
        passed += [at] * count.passes
    for first, beyond in zip(passed, passed[limit.quota :], strict=False):
        assert beyond - first >= length


@settings(max_examples=examples(60))
@given(limit=LIMITS, pauses=PAUSES)
def test_no_bucket_gives_more_than_it_held_and_got(limit: Limit, pauses: list[Any]) -> None:
    """In any stretch at most the quota and what flowed in meanwhile; a full one gives its quota at once."""
    counter, passed = Python("bucket", limit), list[int]()
    latest = NOW
    for now in times(Python("bucket", limit), pauses):
        latest = max(latest, now)
        if counter.count(now).passes:
            passed.append(latest)
    length = limit.window_s * 1000
    for start, end in itertools.combinations(range(len(passed)), 2):
        flowed_in = Fraction((passed[end] - passed[start]) * limit.quota, length)
        assert end - start + 1 <= limit.quota + flowed_in
    burst = [counter.count(latest + length).passes for _ in range(limit.quota + 1)]
    assert burst == [True] * limit.quota + [False]


@AGAINST_REDIS
@given(limit=LIMITS, pauses=st.lists(st.integers(0, 3000), max_size=10), shape=st.sampled_from(sorted(SCRIPTS)))
def test_a_refused_call_passes_exactly_when_told(redis: Redis, limit: Limit, pauses: list[int], shape: str) -> None:
    """Not a millisecond earlier: in Redis and here."""
    for counter in (Lua(shape, limit, redis), Python(shape, limit)):
        now = times(Python(shape, limit), pauses)[-1]
        while (count := counter.count(now)).passes:
            pass
        assert count.remaining == 0
        assert 0 < count.reset_ms <= limit.window_s * 1000
        assert not counter.count(now + count.reset_ms - 1).passes
        assert counter.count(now + count.reset_ms).passes


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_a_hundred_at_once_get_exactly_the_quota(upstash: Upstash, redis: Redis, policy: Policy) -> None:
    """Parallel calls of one caller over sixteen connections: as many pass as there is room for, and no more."""
    room = min(policy.limit.quota, 37)
    for _ in range(policy.limit.quota - room):
        assert lua(policy, redis).count(NOW).passes
    clients = [Redis(upstash.url, upstash.token, deadline_s=20) for _ in range(16)]

    def call(number: int) -> bool:
        return lua(policy, clients[number % 16]).count(NOW).passes

    groups = [range(start, 100, 16) for start in range(16)]
    with ThreadPoolExecutor(16) as pool:
        passed = pool.map(lambda group: [call(number) for number in group], groups)
        assert sum(map(sum, passed)) == room


def lua(policy: Policy, redis: Redis) -> Lua:
    """Give the counter of a policy's one caller."""
    counter = Lua(policy.shape, policy.limit, redis)
    counter.key = f"one-caller-of-{policy.name}"
    return counter


@pytest.mark.parametrize("shape", sorted(SCRIPTS))
def test_a_counter_leaves_redis_with_its_last_call(redis: Redis, shape: str) -> None:
    """One window after the last call that passed nothing of it is left."""
    counter = Lua(shape, Limit("x", 2, 60), redis)
    counter.count(NOW)
    life = redis.execute("PTTL", counter.key)
    assert isinstance(life, int)
    assert 50_000 < life <= 60_000
