"""Limits are checked in one request, in none for the blocked, and in this process while Redis is away."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from bedside.adapters.redis.client import Redis
from bedside.kernel.errors import Limit, LimitReachedError
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter, PendingCheck
from bedside.platform.limits.policies import Policy
from tests.conftest import Upstash
from tests.fakes.switched_redis import SwitchedRedis

NOW = 1_795_228_312_345
WINDOW = Policy(Limit("few", 3, 60), "window", "user")
BUCKET = Policy(Limit("many", 3, 60), "bucket", "address")
BOTH = pytest.mark.parametrize("policy", [WINDOW, BUCKET], ids=["window", "bucket"])


class Desk:
    """One process: its limiter, and what that told."""

    def __init__(self, upstash: Upstash, key: bytes = b"key", stage: str = "test") -> None:
        self.redis = SwitchedRedis(upstash.url, upstash.token, deadline_s=20)
        self.limited: list[str] = []
        self.away: list[str] = []
        self.limiter = Limiter(self.redis, stage, key, on_limited=self.limited.append, on_away=self.away.append)

    def passes(self, policy: Policy, now: int = NOW, caller: str = "somebody") -> bool:
        try:
            self.limiter.check(policy, caller, now)
        except LimitReachedError:
            return False
        return True

    def refusal(self, policy: Policy, now: int = NOW, caller: str = "somebody") -> LimitReachedError:
        with pytest.raises(LimitReachedError) as caught:
            self.limiter.check(policy, caller, now)
        return caught.value


@pytest.fixture
def desk(upstash: Upstash, redis: Redis) -> Desk:  # noqa: ARG001  # it empties the database
    return Desk(upstash)


def test_an_address_is_counted_by_its_network(desk: Desk) -> None:
    """Each call from another address of one customer's; callers that are no addresses count as they are."""
    assert [desk.passes(BUCKET, caller=f"2001:db8:0:1::{number}") for number in range(4)] == [True] * 3 + [False]
    assert desk.passes(BUCKET, caller="2001:db8:0:2::1")
    by_user = [desk.passes(WINDOW, caller=f"2001:db8:0:1::{number}") for number in range(4)]
    assert by_user == [True] * 4


@BOTH
@pytest.mark.parametrize("away", [False, True], ids=["redis", "process"])
def test_the_quota_passes_and_then_nobody(desk: Desk, policy: Policy, away: bool) -> None:  # noqa: FBT001  # parametrised
    """With what is left told each time; the refusal names the limit and whole seconds, rounded up."""
    desk.redis.away = away
    counts = [desk.limiter.check(policy, "somebody", NOW + number) for number in range(3)]
    assert [(count.passes, count.remaining) for count in counts] == [(True, 2), (True, 1), (True, 0)]
    whole = 60_000 if policy is WINDOW else 60_000 - 2
    assert counts[2].reset_ms == pytest.approx(whole, abs=1)
    error = desk.refusal(policy, NOW + 500)
    assert error.limit == policy.limit
    assert error.retry_after_s == (60 if policy is WINDOW else 20)  # 59.5 s and 19.5 s
    assert (error.status, error.slug) == (429, "too-many-requests")
    assert desk.limited == [policy.name]
    assert desk.away == [policy.name] * 4 * away


@BOTH
def test_callers_and_policies_are_counted_apart(desk: Desk, policy: Policy) -> None:
    """Somebody's flood is nobody else's, and no other call's."""
    while desk.passes(policy):
        pass
    assert desk.passes(policy, caller="another")
    assert desk.passes(Policy(Limit("other", 3, 60), policy.shape, "user"))
    assert not desk.passes(policy)


def test_callers_are_not_named_in_redis(desk: Desk, upstash: Upstash, redis: Redis) -> None:
    """Neither an address nor a person can be read from the keys; stages and clinics' keys are apart."""
    desk.limiter.check(WINDOW, "203.0.113.7", NOW)
    [name] = cast("list[str]", redis.execute("KEYS", "*"))
    assert re.fullmatch("bedside:test:limit:few:[0-9a-f]{24}", name)
    assert name == desk.limiter.prepare(WINDOW, "203.0.113.7", NOW).key
    desks = [Desk(upstash, key, stage) for key in (b"a", b"b") for stage in ("test", "prod")]
    names = {
        each.limiter.prepare(policy, who, NOW).key for each in desks for policy in (WINDOW, BUCKET) for who in "xy"
    }
    assert len(names) == 16
    # Nor can it be told that two limits count the same caller.
    assert len({name.rpartition(":")[2] for name in names}) == 8


@BOTH
def test_a_blocked_caller_costs_no_request(desk: Desk, policy: Policy) -> None:
    """Until exactly the instant that was told; then Redis is asked again, and lets them in."""
    while desk.passes(policy):
        pass
    before = desk.redis.requests
    wait = 60_000 if policy is WINDOW else 20_000
    for later in (0, 1, 1000, wait - 1):
        error = desk.refusal(policy, NOW + later)
        assert error.retry_after_s == max(1, -(-(wait - later) // 1000))
    assert desk.redis.requests == before
    assert len(desk.limited) == 5
    assert desk.passes(policy, NOW + wait)
    assert desk.redis.requests == before + 1


@BOTH
def test_a_check_is_one_request(desk: Desk, policy: Policy) -> None:
    """Once the script is known."""
    desk.limiter.check(policy, "first", NOW)
    before = desk.redis.requests
    for number in range(3):
        desk.limiter.check(policy, "somebody", NOW + number)
    assert desk.redis.requests - before == 3


@BOTH
def test_processes_count_together_while_redis_is_there(desk: Desk, upstash: Upstash, policy: Policy) -> None:
    """A hundred calls at once through ten processes: exactly the quota."""
    room = Policy(Limit("room", 17, 60), policy.shape, "user")
    desks = [desk, *(Desk(upstash) for _ in range(9))]
    with ThreadPoolExecutor(10) as pool:
        passed = list(pool.map(lambda each: sum(each.passes(room) for _ in range(10)), desks))
    assert sum(passed) == 17
    assert not any(each.away for each in desks)


@BOTH
def test_without_redis_each_process_counts_for_itself(desk: Desk, upstash: Upstash, policy: Policy) -> None:
    """The quota holds in each of them, for their own calls."""
    other = Desk(upstash)
    desk.redis.away = other.redis.away = True
    assert [desk.passes(policy) for _ in range(5)] == [True] * 3 + [False] * 2
    assert [other.passes(policy) for _ in range(5)] == [True] * 3 + [False] * 2
    # Whoever is known to be blocked is not even counted.
    assert desk.away == [policy.name] * 4


@BOTH
def test_without_redis_time_goes_on(desk: Desk, policy: Policy) -> None:
    """Let in again exactly when told."""
    desk.redis.away = True
    while desk.passes(policy):
        pass
    wait = 60_000 if policy is WINDOW else 20_000
    assert not desk.passes(policy, NOW + wait - 1)
    assert desk.passes(policy, NOW + wait)


@BOTH
def test_what_was_counted_here_is_forgotten_when_redis_is_back(desk: Desk, policy: Policy) -> None:
    """Then Redis counts for everybody, from what it knows; and another outage begins anew."""
    assert desk.passes(policy)
    desk.redis.away = True
    for _ in range(2):
        assert desk.passes(policy)
    desk.redis.away = False
    desk.limiter.discard_local()
    assert desk.limiter.check(policy, "somebody", NOW).remaining == 1
    desk.redis.away = True
    assert desk.limiter.check(policy, "somebody", NOW).remaining == 2


@BOTH
def test_who_was_blocked_here_is_asked_about_when_redis_is_back(desk: Desk, policy: Policy) -> None:
    """For Redis they may have calls left."""
    desk.redis.away = True
    while desk.passes(policy):
        pass
    desk.redis.away = False
    assert not desk.passes(policy)
    desk.limiter.discard_local()
    assert desk.passes(policy)


@BOTH
@pytest.mark.parametrize("reply", [None, 7, "OK", [], [1, 2], [1, 2, "3"], [None, 1, 1], [[1, 2, 3]]], ids=str)
def test_an_odd_reply_is_counted_here(desk: Desk, policy: Policy, reply: Any) -> None:
    """A Redis that talks nonsense is as good as away."""
    ticket = desk.limiter.prepare(policy, "somebody", NOW)
    assert desk.limiter.resolve(ticket, reply, NOW).remaining == 2
    assert desk.away == [policy.name]


def test_a_ticket_rides_in_another_script(desk: Desk, redis: Redis) -> None:
    """It names the counter and what to count with; what that script answers is judged like a check's own answer."""
    ticket = desk.limiter.prepare(BUCKET, "somebody", NOW)
    assert ticket == PendingCheck(BUCKET, ticket.key, (3, 60_000))
    before = desk.redis.requests
    assert desk.limiter.resolve(ticket, [1, 2, 20_000], NOW) == Count(passes=True, remaining=2, reset_ms=20_000)
    with pytest.raises(LimitReachedError) as caught:
        desk.limiter.resolve(ticket, [0, 0, 1500], NOW)
    assert (caught.value.retry_after_s, caught.value.limit) == (2, BUCKET.limit)
    with pytest.raises(LimitReachedError):
        desk.limiter.prepare(BUCKET, "somebody", NOW + 1499)
    assert desk.limiter.prepare(BUCKET, "somebody", NOW + 1500).key == ticket.key
    assert desk.redis.requests == before
    assert redis.execute("KEYS", "*") == []


def test_a_wait_under_a_second_is_told_as_one(desk: Desk) -> None:
    """Retry-After has whole seconds, and 0 would ask for a repetition at once."""
    quick = Policy(Limit("quick", 1000, 1), "bucket", "user")
    ticket = desk.limiter.prepare(quick, "somebody", NOW)
    with pytest.raises(LimitReachedError) as caught:
        desk.limiter.resolve(ticket, [0, 0, 1], NOW)
    assert caught.value.retry_after_s == 1
