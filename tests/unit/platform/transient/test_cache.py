"""What is kept is found in one request until it changes or is over; and nothing that Redis does is anybody's error."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from bedside.adapters.redis.client import Redis, Script
from bedside.adapters.seal import Seal
from bedside.kernel.errors import UnavailableError
from bedside.platform.transient import cache as module
from bedside.platform.transient.cache import LIFE_MS, LOCAL_MS, NEGATIVE_LIFE_MS, Cache
from bedside.platform.transient.invalidations import VERSION_MS
from tests.conftest import Upstash
from tests.faults.proxy import FAULTS, proxy
from tests.unit.platform.transient.caching import KEYS, NOW, Process, Start, starting
from tests.waiting import until

OLD, NEW = {"phone": "+64215550111"}, {"phone": "+64215550112"}


@pytest.fixture
def start(upstash: Upstash, redis: Redis) -> Start:  # noqa: ARG001  # it empties the database
    return starting(upstash)


@pytest.fixture
def one(start: Start) -> Process:
    return start()


@pytest.fixture
def other(start: Start) -> Process:
    return start()


def entry_of(one: Process, name: str = "n") -> str:
    return one.cache._name("entry", name)  # noqa: SLF001  # what Redis calls it


def tag_of(one: Process, name: str = "t") -> str:
    return one.cache._name("tag", name)  # noqa: SLF001  # as above


def test_a_hit_is_one_request(one: Process, other: Process) -> None:
    """A miss is two: one finds nothing, one keeps what was loaded. Every process finds it."""
    assert one.spent(lambda: one.get(OLD)) == 2
    assert other.spent(lambda: other.get(NEW)) == 1
    assert other.get(NEW) == OLD
    assert (one.loads, other.loads) == (1, 0)
    assert (one.outcomes, other.outcomes) == (["miss"], ["hit", "hit"])


@pytest.mark.parametrize("value", [{}, {"a": [1, None, True, "é\n"]}, None])
def test_every_document_comes_back(one: Process, other: Process, value: Any) -> None:
    """And so does "there is nothing"."""
    assert one.get(value) == value
    assert other.get(NEW) == value
    assert other.loads == 0


@pytest.mark.parametrize(("value", "life"), [(OLD, LIFE_MS), (None, NEGATIVE_LIFE_MS)])
@pytest.mark.parametrize(("drawn", "share"), [(b"\x00\x00", 1.0), (b"\xff\xff", 0.8)])
def test_nothing_lives_longer_than_said(
    start: Start, redis: Redis, value: Any, life: int, drawn: bytes, share: float
) -> None:
    """Thirty seconds for a document, ten for nothing, up to a fifth less; by Redis's clock, and by one's own."""
    one = start(randomness=lambda size: drawn if size == 2 else b"12345678"[:size])
    one.get(value)
    kept = cast("int", redis.execute("PTTL", entry_of(one)))
    assert life * share - 5000 < kept <= life * share + 1
    other = start()
    lasts = int(life * share)
    assert other.get(NEW, now=NOW + lasts - 1) == value
    assert other.get(NEW, now=NOW + lasts + 1) == NEW


def test_versions_outlive_what_was_kept_before_them() -> None:
    """Otherwise an old entry, or a lease of before, would be as good as new again."""
    assert VERSION_MS > LIFE_MS + 2 * module._LEASE_MS  # noqa: SLF001  # the one rule that no test can wait for


def test_redis_learns_nothing(one: Process, start: Start, redis: Redis) -> None:
    """Names are keyed hashes and values are sealed; stages and clinics' keys are apart."""
    redis.execute("FLUSHALL")
    one.get(OLD, "user\n+64215550111", "facility\nFAC001")
    one.change("facility\nFAC002")
    names = cast("list[str]", redis.execute("KEYS", "*"))
    assert {re.sub("[0-9a-f]{32}$", "…", name) for name in names} == {
        "bedside:test:cache:entry:…",
        "bedside:test:cache:tag:…",
    }
    [entry] = [name for name in names if redis.execute("TYPE", name) == "hash"]
    stored = str(redis.execute("HGETALL", entry))
    assert "phone" not in stored
    assert "5550111" not in stored
    others = [start(key=key, stage=stage) for key in (b"a", b"b") for stage in ("test", "prod")]
    assert len({name for each in others for name in (entry_of(each), tag_of(each))}) == 8
    assert len({entry_of(each).rpartition(":")[2] for each in others}) == 2


def test_a_change_is_one_request_and_reaches_everybody(one: Process, other: Process) -> None:
    """Whatever has one of its tags is loaded anew; the rest is still there."""
    one.get(OLD, "a", "x", "y")
    one.get(OLD, "b", "y", "z")
    one.get(OLD, "c", "z")
    assert other.spent(lambda: other.change("x", "y")) == 1
    assert [one.get(NEW, "a", "x", "y"), one.get(NEW, "b", "y", "z"), one.get(NEW, "c", "z")] == [NEW, NEW, OLD]
    assert [other.get(OLD, "a", "x", "y"), other.get(OLD, "b", "y", "z")] == [NEW, NEW]


def test_what_was_read_before_a_change_is_not_kept(one: Process, other: Process) -> None:
    """Though whoever asked before the change may get it; whoever asks meanwhile need not wait for it."""

    def load() -> Any:
        other.change()
        assert other.get(NEW) == NEW
        return OLD

    assert one.get(load) == OLD
    assert one.get(OLD) == other.get(OLD) == NEW
    assert (one.loads, other.loads) == (1, 1)


def test_whoever_loads_for_too_long_does_not_keep_it(one: Process, other: Process, redis: Redis) -> None:
    """Their lease is over, and perhaps another's."""

    def load() -> Any:
        redis.execute("DEL", f"{entry_of(one)}:lease")
        return OLD

    assert one.get(load) == OLD
    assert other.get(NEW) == NEW


def test_an_index_may_trail(one: Process, other: Process, redis: Redis) -> None:
    """For so long after a change nothing is kept that may come from before it."""
    one.change()
    assert one.spent(lambda: one.get(OLD, index_lag_ms=5000)) == 1
    assert other.get(NEW, index_lag_ms=5000) == NEW
    redis.execute("PEXPIRE", tag_of(one), VERSION_MS - 5001)
    assert one.spent(lambda: one.get(NEW, index_lag_ms=5000)) == 2
    assert other.get(OLD, index_lag_ms=5000) == NEW


class TestOneLoadsForAll:
    """Single flight."""

    def test_a_hundred_at_once(self, upstash: Upstash, start: Start) -> None:
        """A hundred processes that find nothing: one of them loads."""
        randomness, lock, loads = start().cache._randomness, threading.Lock(), list[int]()  # noqa: SLF001  # shared
        asking: list[int] = []

        def draw(size: int) -> bytes:
            with lock:
                return randomness(size)

        def load() -> Any:
            loads.append(1)
            until(lambda: len(asking) == 100, lambda: len(asking))
            return OLD

        def ask(number: int) -> Any:
            asking.append(number)
            redis = Redis(upstash.url, upstash.token, deadline_s=20)
            caching = Cache(redis, lambda: Seal(KEYS), "test", b"key", patience_s=20, randomness=draw)
            return caching.get("n", ("t",), load, NOW)

        with ThreadPoolExecutor(100) as pool:
            assert list(pool.map(ask, range(100))) == [OLD] * 100
        assert len(loads) == 1

    def test_waiting_has_an_end(self, one: Process, start: Start) -> None:
        """Within the patience in all; then each loads for themselves, and leaves it to the other to keep theirs."""
        waiting = start(patience_s=0.3)

        def load() -> Any:
            assert waiting.get(NEW) == NEW
            return OLD

        assert one.get(load) == OLD
        assert waiting.pauses == [0.02, 0.04, 0.08]
        assert waiting.get(NEW) == OLD

    def test_a_slow_redis_is_not_waited_for(self, one: Process, start: Start) -> None:
        """No pause whose answer would come after the patience is over."""
        waiting = start(patience_s=0.3)
        run = waiting.redis.run

        def running(script: Script, keys: Any, args: Any) -> Any:
            waiting.pauses.append(0.2)  # so long it takes
            return run(script, keys, args)

        waiting.redis.run = running  # type: ignore[method-assign]  # slower
        assert one.get(lambda: waiting.get(NEW)) == NEW
        assert waiting.pauses == [0.2]

    def test_who_waits_gets_what_was_kept_meanwhile(self, one: Process, start: Start) -> None:
        """Without loading."""
        waiting = start(patience_s=0.3)
        done = list[Any]()

        def pause(_seconds: float) -> None:
            waiting.pauses.append(0.01)
            if not done:
                done.append(finish())

        waiting.cache._sleep = pause  # noqa: SLF001  # in which the other finishes
        token, keys = "t" * 16, [entry_of(one), f"{entry_of(one)}:lease", tag_of(one)]
        assert one.redis.run(module._FIND, keys, [token, 2000, VERSION_MS]) == [token, "ours", ""]  # noqa: SLF001  # half of a get

        def finish() -> Any:
            one.cache._keep(keys, token, OLD, NOW)  # noqa: SLF001  # the other half

        assert waiting.get(NEW) == OLD
        assert waiting.loads == 0

    def test_a_load_that_fails_holds_nobody_up_for_long(self, one: Process, start: Start, redis: Redis) -> None:
        """Its error is the caller's; others wait their patience once, until the lease is over."""

        def fail() -> Any:
            raise UnavailableError("The record could not be read.")

        with pytest.raises(UnavailableError):
            one.get(fail)
        assert 0 < cast("int", redis.execute("PTTL", f"{entry_of(one)}:lease")) <= 2000
        waiting = start(patience_s=0.3)
        assert waiting.get(NEW) == NEW
        assert sum(waiting.pauses) <= 0.3


class TestWithoutRedis:
    """Each process for itself, for five seconds, and nothing of it afterwards."""

    def test_this_process_keeps_it_for_five_seconds(self, one: Process, other: Process) -> None:
        """And for itself alone."""
        one.redis.away = other.redis.away = True
        assert [one.get(OLD), one.get(NEW), one.get(NEW, now=NOW + LOCAL_MS - 1)] == [OLD] * 3
        assert other.get(None) is other.get(NEW) is None
        assert one.get(NEW, now=NOW + LOCAL_MS) == NEW
        assert (one.loads, other.loads) == (2, 1)
        assert set(one.outcomes) == {"away"}

    def test_not_more_than_so_much(self, one: Process) -> None:
        """A thousand, the newest."""
        one.redis.away = True
        for number in range(1001):
            one.get(OLD, str(number))
        assert one.get(NEW, "1000") == one.get(NEW, "1") == OLD
        assert one.get(NEW, "0") == NEW

    @pytest.mark.parametrize("told", [False, True])
    def test_it_is_dropped_when_redis_is_back(self, one: Process, told: bool) -> None:  # noqa: FBT001  # parametrised
        """Whether the breaker says so, or an answer does."""
        one.redis.away = True
        one.get(OLD)
        one.redis.away = False
        if told:
            one.cache.redis_recovered(NOW)
        else:
            one.get(OLD, "another")
        one.redis.away = True
        assert one.get(NEW) == NEW

    def test_ones_own_change_is_seen_at_once(self, one: Process) -> None:
        """By the process that made it."""
        one.redis.away = True
        one.get(OLD)
        one.change()
        assert one.get(NEW) == NEW

    def test_what_was_loaded_before_redis_was_back_is_not_in_redis(self, one: Process, other: Process) -> None:
        """It is not copied there."""
        one.redis.away = True
        one.get(OLD)
        one.redis.away = False
        assert other.get(NEW) == one.get(OLD) == NEW

    @pytest.mark.parametrize("first", ["the breaker", "a get", "a change"])
    def test_a_change_that_redis_missed_is_told_first(self, one: Process, other: Process, first: str) -> None:
        """As soon as this process finds it back, before it believes anything that Redis says."""
        one.get(OLD)
        one.redis.away = True
        one.change()
        assert other.get(NEW) == OLD  # nobody has told it
        one.redis.away = False
        if first == "the breaker":
            assert one.spent(lambda: one.cache.redis_recovered(NOW)) == 1
        elif first == "a get":
            assert one.get(NEW) == NEW
        else:
            assert one.spent(lambda: one.change("another")) == 1
        assert other.get(NEW) == NEW
        assert one.spent(lambda: one.cache.redis_recovered(NOW)) == 0

    def test_nothing_is_believed_until_it_was_told(self, one: Process, other: Process) -> None:
        """A Redis that answers questions and takes no changes is away."""
        one.get(OLD)
        one.redis.away = True
        one.change()
        one.redis.away = False
        run = one.redis.run

        def running(script: Script, keys: Any, args: Any) -> Any:
            return 7 if "'SET', KEYS[n]" in script.source else run(script, keys, args)

        one.redis.run = running  # type: ignore[method-assign]  # as said
        assert one.get(NEW) == NEW
        assert one.outcomes[-1] == "away"
        assert other.get(NEW) == OLD

    def test_so_many_changes_wait(self, one: Process, other: Process) -> None:
        """A thousand, the newest, and none for longer than anything lives that was kept before."""
        other.get(OLD, "a", "0")
        other.get(OLD, "b", "1")
        one.redis.away = True
        for number in range(1001):
            one.change(str(number))
        one.redis.away = False
        one.cache.redis_recovered(NOW)
        assert [other.get(NEW, "a", "0"), other.get(NEW, "b", "1")] == [OLD, NEW]
        one.redis.away = True
        one.change()
        one.redis.away = False
        assert one.spent(lambda: one.cache.redis_recovered(NOW + VERSION_MS)) == 0


class TestAnOddRedis:
    """Whatever it says that is not what was kept is a miss."""

    @pytest.mark.parametrize("kind", ["list", "text"])
    @pytest.mark.parametrize("place", ["entry", "lease", "tag"])
    def test_another_type(self, one: Process, redis: Redis, kind: str, place: str) -> None:
        """The entry mends itself; the rest is as good as away."""
        name = {"entry": entry_of(one), "lease": f"{entry_of(one)}:lease", "tag": tag_of(one)}[place]
        redis.execute(*(("RPUSH", name, "x") if kind == "list" else ("SET", name, "x")))
        assert one.get(OLD) == OLD
        if place == "entry":
            assert one.spent(lambda: one.get(NEW)) == 1
            assert one.get(NEW) == OLD
        one.change()
        assert one.get(NEW) == NEW

    @pytest.mark.parametrize("value", ["", "x", "é", "AAAA", "A" * 400])
    def test_garbage_in_place_of_what_was_kept(self, one: Process, redis: Redis, value: str) -> None:
        """Nothing opens it."""
        one.get(OLD)
        redis.execute("HSET", entry_of(one), "value", value)
        assert one.get(NEW) == NEW

    def test_another_entrys_value_opens_nothing(self, one: Process, redis: Redis) -> None:
        """It is sealed for its place, so that no facility is shown another's."""
        one.get(OLD, "a")
        one.get(NEW, "b")
        value = redis.execute("HGET", entry_of(one, "a"), "value")
        redis.execute("HSET", entry_of(one, "b"), "value", cast("str", value))
        assert one.get({}, "b") == {}

    def test_a_key_that_nobody_has_any_more(self, one: Process, start: Start) -> None:
        """What it sealed is loaded anew; a new key opens what an old one sealed."""
        one.get(OLD)
        assert start(keys={"2": b"n" * 32}).get(NEW) == NEW
        assert start(keys={**KEYS, "2": b"n" * 32}).get(NEW) == OLD

    def test_what_should_be_over_is(self, one: Process, redis: Redis) -> None:
        """Though Redis forgot to let it go."""
        one.get(OLD)
        redis.execute("PERSIST", entry_of(one))
        assert one.get(NEW, now=NOW + LIFE_MS) == NEW

    @pytest.mark.parametrize(
        "reply", [None, 7, "OK", [], ["t" * 16, "hit", "x"], [1, 2, 3], ["", "ours", None], [["a"]]], ids=str
    )
    def test_another_answer(self, one: Process, reply: Any) -> None:
        """Not even one that is well-formed, and for another question."""
        one.get(OLD)
        one.redis.run = lambda *_: reply  # type: ignore[method-assign]  # says nothing else
        assert one.get(NEW) == NEW
        one.change()
        assert one.get(OLD) == OLD

    def test_an_answer_to_an_earlier_question(self, one: Process, other: Process) -> None:
        """Even if it was right then, and is sealed for this place."""
        one.get(OLD)
        run, said = one.redis.run, list[Any]()

        def running(script: Script, keys: Any, args: Any) -> Any:
            said.append(run(script, keys, args))
            return said[0]

        one.redis.run = running  # type: ignore[method-assign]  # one answer behind
        assert one.get(NEW) == OLD
        other.change()
        assert one.get(NEW) == NEW


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_nobodys(upstash: Upstash, start: Start, fault: str) -> None:
    """Every call is answered, with what is so or was so before a change that another made; and all is well after."""
    other = start()
    with proxy(upstash.url, upstash.token) as line:
        redis = Redis(line.origin, upstash.token, deadline_s=0.08)
        draw = other.cache._randomness  # noqa: SLF001  # the same for both
        caching = Cache(redis, lambda: Seal(KEYS), "test", b"key", patience_s=0.08, randomness=draw)
        for number in range(3):
            before = {"before": number}
            other.change()
            assert other.get(before) == before
            # A fault is waited out quickly; where all is well, a busy machine has time.
            redis._deadline_s = 0.08  # noqa: SLF001  # as above
            line.switch(fault)
            assert caching.get("n", ("t",), lambda before=before: before, NOW) == before  # type: ignore[misc]  # it is a dict
            caching.invalidate(("t",), NOW)
            during = {"during": number}
            for _ in range(4):
                assert caching.get("n", ("t",), lambda during=during: during, NOW) == during  # type: ignore[misc]  # as above
            line.switch(None)
            redis._deadline_s = 5  # noqa: SLF001  # as above
            redis._breaker._next_probe_at = 0  # noqa: SLF001  # five seconds are over
            caching.invalidate((), NOW)
            after = {"after": number}
            got = [caching.get("n", ("t",), lambda after=after: after, NOW), other.get(after)]  # type: ignore[misc]  # as above
            assert json.dumps(got[0]) == json.dumps(got[1])
            assert got[0] in (during, after)
