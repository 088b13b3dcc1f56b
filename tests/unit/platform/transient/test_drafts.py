"""Drafts are kept sealed, under a hashed name and for their time, and those of single use are used once."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bedside.adapters.redis.client import Redis
from bedside.adapters.seal import Seal
from bedside.platform.transient import drafts as table
from bedside.platform.transient.drafts import KINDS, OAUTH_STATE, PHOTO_DETAILS, SETUP_PROGRESS, Drafts, Kind
from tests.conftest import Upstash
from tests.examples import examples
from tests.fakes.switched_redis import SwitchedRedis

NOW = 1_795_228_312_345
DOCUMENT = {"step": 2, "name": "Aroha Ngata"}
MANY = pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.single_use], ids=lambda kind: kind.name)
ONCE = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.single_use], ids=lambda kind: kind.name)


_HOW = st.sampled_from(["well", "away", "silent"])


class Process:
    """One process with its drafts."""

    def __init__(self, upstash: Upstash, seal: bytes = b"0" * 32, name: bytes = b"key", stage: str = "test") -> None:
        self.redis = SwitchedRedis(upstash.url, upstash.token, deadline_s=20)
        self.drafts = Drafts(self.redis, lambda: Seal({"k": seal}), stage, name)


@pytest.fixture
def process(upstash: Upstash, redis: Redis) -> Process:  # noqa: ARG001  # it empties the database
    return Process(upstash)


def test_the_kinds_live_as_long_as_they_should() -> None:
    """Setup an hour, OAuth a quarter of one, verification an hour, a token a minute; these three are used once."""
    assert {kind.name: (kind.life_s, kind.single_use) for kind in KINDS} == {
        "photo-details": (3600, False),
        "setup-progress": (3600, False),
        "oauth-state": (900, True),
        "verification-token": (3600, True),
        "rtc-token": (60, True),
        "payment-customer": (86_400, False),
    }
    assert {id(kind) for kind in vars(table).values() if isinstance(kind, Kind)} == {id(kind) for kind in KINDS}


@MANY
@pytest.mark.parametrize("away", [False, True], ids=["redis", "process"])
def test_a_draft_is_kept_for_its_time(process: Process, kind: Kind, away: bool) -> None:  # noqa: FBT001  # parametrised
    """Until its last millisecond; a later one takes its place, and other names and kinds have their own."""
    process.redis.away = away
    drafts, ends = process.drafts, NOW + kind.life_s * 1000
    assert drafts.get(kind, "a", NOW) is None
    assert drafts.put(kind, "a", {"step": 1}, NOW - 5)
    assert drafts.put(kind, "a", DOCUMENT, NOW)
    assert drafts.get(kind, "a", NOW) == DOCUMENT
    assert drafts.get(kind, "a", ends - 1) == DOCUMENT
    assert drafts.get(kind, "a", ends) is None
    assert drafts.get(kind, "b", NOW) is None
    assert drafts.get(next(each for each in KINDS if each != kind and not each.single_use), "a", NOW) is None
    assert drafts.take(kind, "a", NOW) == DOCUMENT
    assert drafts.get(kind, "a", NOW) is None


@ONCE
@pytest.mark.parametrize("away", [False, True], ids=["redis", "process"])
def test_one_of_twenty_takes_it(upstash: Upstash, process: Process, kind: Kind, away: bool) -> None:  # noqa: FBT001  # parametrised
    """However many try at once, from processes of their own where Redis is there."""
    process.redis.away = away
    takers = [process] * 20 if away else [Process(upstash) for _ in range(20)]
    for number in range(3):
        assert process.drafts.put(kind, f"n-{number}", DOCUMENT, NOW)
        name = f"n-{number}"
        with ThreadPoolExecutor(20) as pool:
            found = list(pool.map(lambda each, name=name: each.drafts.take(kind, name, NOW), takers))
        assert [each for each in found if each] == [DOCUMENT]


@ONCE
def test_what_is_used_once_is_not_looked_at(process: Process, kind: Kind) -> None:
    """To look and to take later would be two uses."""
    with pytest.raises(ValueError, match="is taken"):
        process.drafts.get(kind, "a", NOW)


@ONCE
def test_what_redis_may_have_is_not_kept_here_as_well(process: Process, kind: Kind) -> None:
    """An answer that is lost leaves it in Redis: kept here too it could be used twice. It has to be made anew."""
    process.redis.silent = True
    assert not process.drafts.put(kind, "a", DOCUMENT, NOW)
    assert process.drafts.take(kind, "a", NOW) is None
    process.redis.silent, process.redis.away = False, True
    assert process.drafts.put(kind, "b", DOCUMENT, NOW)
    assert process.drafts.take(kind, "b", NOW) == DOCUMENT


def test_what_was_kept_here_is_dropped_when_redis_is_back(process: Process) -> None:
    """Then Redis keeps for everybody, and another outage begins anew."""
    process.redis.away = True
    process.drafts.put(SETUP_PROGRESS, "a", DOCUMENT, NOW)
    process.drafts.discard_local()
    assert process.drafts.get(SETUP_PROGRESS, "a", NOW) is None
    process.redis.away = False
    assert process.drafts.get(SETUP_PROGRESS, "a", NOW) is None


def test_nothing_can_be_read_in_redis(process: Process, upstash: Upstash, redis: Redis) -> None:
    """Neither the name nor what is in it; keys are apart by stage and by pseudonym key; Redis forgets it in time."""
    process.drafts.put(SETUP_PROGRESS, "aroha@example.org", DOCUMENT, NOW)
    [key] = cast("list[str]", redis.execute("KEYS", "*"))
    assert re.fullmatch("bedside:test:draft:setup-progress:[0-9a-f]{32}", key)
    assert "Aroha" not in str(redis.execute("GET", key))
    assert 3_590_000 < cast("int", redis.execute("PTTL", key)) <= 3_600_000
    others = [Process(upstash, name=name, stage=stage).drafts for name in (b"a", b"b") for stage in ("test", "prod")]
    places = {each.key_of(kind, who) for each in others for kind in KINDS for who in "xy"}
    assert len(places) == 4 * len(KINDS) * 2


def test_each_is_one_request(process: Process) -> None:
    """To keep, to read and to take."""
    before = process.redis.requests
    process.drafts.put(SETUP_PROGRESS, "a", DOCUMENT, NOW)
    process.drafts.get(SETUP_PROGRESS, "a", NOW)
    process.drafts.take(SETUP_PROGRESS, "a", NOW)
    assert process.redis.requests - before == 3


def test_a_parcel_is_kept_by_another_script(process: Process, redis: Redis) -> None:
    """What rides in another request is the same draft, and costs none of its own."""
    before = process.redis.requests
    parcel = process.drafts.prepare(PHOTO_DETAILS, "a", DOCUMENT, NOW)
    assert process.redis.requests == before
    assert (parcel.key, parcel.life_ms) == (process.drafts.key_of(PHOTO_DETAILS, "a"), 3_600_000)
    redis.execute("SET", parcel.key, parcel.sealed, "PX", parcel.life_ms)
    assert process.drafts.get(PHOTO_DETAILS, "a", NOW) == DOCUMENT


@pytest.mark.parametrize("kept", ["", "not base64!", "QUJD", "OK"])
def test_what_is_no_draft_is_none(process: Process, redis: Redis, kept: str) -> None:
    """Garbage is as good as nothing."""
    redis.execute("SET", process.drafts.key_of(SETUP_PROGRESS, "a"), kept)
    assert process.drafts.get(SETUP_PROGRESS, "a", NOW) is None
    assert process.drafts.take(SETUP_PROGRESS, "a", NOW) is None


def test_a_draft_of_another_name_or_key_is_none(process: Process, upstash: Upstash, redis: Redis) -> None:
    """Sealed for one place, it opens in no other; nor with another key."""
    process.drafts.put(SETUP_PROGRESS, "a", DOCUMENT, NOW)
    sealed = redis.execute("GET", process.drafts.key_of(SETUP_PROGRESS, "a"))
    redis.execute("SET", process.drafts.key_of(SETUP_PROGRESS, "b"), str(sealed))
    assert process.drafts.get(SETUP_PROGRESS, "b", NOW) is None
    assert Process(upstash, seal=b"1" * 32).drafts.get(SETUP_PROGRESS, "a", NOW) is None
    redis.execute("SET", process.drafts.key_of(SETUP_PROGRESS, "c"), "x")
    odd = Seal({"k": b"0" * 32}).close({"until": "late"}, process.drafts.key_of(SETUP_PROGRESS, "c"))
    redis.execute("SET", process.drafts.key_of(SETUP_PROGRESS, "c"), odd)
    assert process.drafts.get(SETUP_PROGRESS, "c", NOW) is None


@pytest.mark.parametrize("reply", [None, 7, [], ["a"]], ids=str)
def test_an_odd_reply_is_none(process: Process, monkeypatch: pytest.MonkeyPatch, reply: Any) -> None:
    """Redis may answer whatever it likes."""
    monkeypatch.setattr(Redis, "execute", lambda *_: reply)
    assert process.drafts.get(SETUP_PROGRESS, "a", NOW) is None
    assert process.drafts.take(OAUTH_STATE, "a", NOW) is None


def test_a_draft_of_single_use_is_never_used_twice(upstash: Upstash, redis: Redis) -> None:
    """Whatever happens to Redis, to its answers and to processes, and in whatever order."""

    class Life(RuleBasedStateMachine):
        """Two processes; each draft is new, and is looked for again and again."""

        def __init__(self) -> None:
            super().__init__()
            redis.execute("FLUSHALL")
            self.processes = [Process(upstash), Process(upstash)]
            self.made = 0
            self.taken: list[int] = []

        @rule(which=st.integers(0, 1), how=_HOW)
        def put(self, which: int, how: str) -> None:
            self.made += 1
            self._finding(which, how).put(OAUTH_STATE, "state", {"number": self.made}, NOW)

        @rule(which=st.integers(0, 1), how=_HOW)
        def take(self, which: int, how: str) -> None:
            found = self._finding(which, how).take(OAUTH_STATE, "state", NOW)
            if found:
                assert found["number"] not in self.taken
                self.taken.append(found["number"])

        def _finding(self, which: int, how: str) -> Drafts:
            """Give the drafts of a process that finds Redis so."""
            process = self.processes[which]
            process.redis.away, process.redis.silent = how == "away", how == "silent"
            if how == "well":
                process.drafts.discard_local()
            return process.drafts

    run_state_machine_as_test(Life, settings=settings(max_examples=examples(16), stateful_step_count=25, deadline=None))
