"""Counters count each thing once, by hour and by day, for its facility and for the product."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside import domains
from bedside.adapters.redis.client import Redis, RedisError, Script
from bedside.capture.counters import PHOTOS_ARRIVED, SESSIONS_OPENED
from bedside.identity.counters import CODES_SENT, SIGN_INS
from bedside.platform.transient.counters import (
    DAY_MS,
    HOUR_MS,
    TALLY,
    Counter,
    Counters,
)
from tests.conftest import Upstash
from tests.examples import examples

COUNTERS = domains.counters()
# Redis forgets by its own clock, so that what is counted lies in the future; a little after an hour's beginning.
NOW = 4_000_000_000_000 // DAY_MS * DAY_MS + 5 * HOUR_MS + 60_000


@pytest.fixture
def counters(redis: Redis) -> Counters:
    return Counters(redis, "test", b"key")


def totals(counters: Counters, facility: str | None, now: int = NOW, hours: int = 48, days: int = 90) -> dict[str, int]:
    """Give the sums of the hours, which those of the days must be too."""
    found = counters.read(COUNTERS, facility, hours, days, now)
    assert found
    sums = [{each.field: sum(span.counts.get(each.field, 0) for span in spans) for each in COUNTERS} for spans in found]
    assert sums[0] == sums[1]
    return sums[0]


def test_the_table_is_whole() -> None:
    """Each counter of a manifest has a name of its own; codes belong to no facility."""
    assert sorted(each.name for each in COUNTERS) == ["codes-sent", "photos-arrived", "sessions-opened", "sign-ins"]
    assert len({each.field for each in COUNTERS}) == len(COUNTERS)
    assert [each.name for each in COUNTERS if not each.by_facility] == ["codes-sent"]


def test_a_facilitys_counts_are_the_products_too(counters: Counters) -> None:
    """And no other facility's; a person without one counts for the product."""
    counters.count(SESSIONS_OPENED, "FAC001", NOW)
    counters.count(PHOTOS_ARRIVED, "FAC001", NOW)
    counters.count(PHOTOS_ARRIVED, "FAC002", NOW)
    counters.count(SIGN_INS, None, NOW)
    counters.count(CODES_SENT, "FAC001", NOW)
    nothing = {each.field: 0 for each in COUNTERS}
    assert totals(counters, "FAC001") == nothing | {"sessionsOpened": 1, "photosArrived": 1}
    assert totals(counters, "FAC002") == nothing | {"photosArrived": 1}
    assert totals(counters, "FAC003") == nothing
    assert totals(counters, None) == {"sessionsOpened": 1, "photosArrived": 2, "signIns": 1, "codesSent": 1}


def test_a_facility_is_not_told_what_is_not_its_own(counters: Counters) -> None:
    """Codes are sent to numbers, before anybody knows whose they are."""
    found = counters.read(COUNTERS, "FAC001", 1, 1, NOW)
    assert found
    assert set(found[0][0].counts) == {"sessionsOpened", "photosArrived", "signIns"}


def test_hours_and_days_begin_where_they_do(counters: Counters) -> None:
    """Each is listed with its beginning, oldest first, the one under way last, and with nothing where nothing was."""
    for ago in (0, 1, HOUR_MS, 24 * HOUR_MS):
        counters.count(SIGN_INS, "FAC001", NOW - ago)
    found = counters.read(COUNTERS, "FAC001", 3, 2, NOW)
    assert found
    hours, days = found
    this = NOW // HOUR_MS * HOUR_MS
    assert [(span.at, span.counts["signIns"]) for span in hours] == [
        (this - 2 * HOUR_MS, 0),
        (this - HOUR_MS, 1),
        (this, 2),
    ]
    today = NOW // DAY_MS * DAY_MS
    assert [(span.at, span.counts["signIns"]) for span in days] == [(today - DAY_MS, 1), (today, 3)]
    assert counters.read(COUNTERS, "FAC001", 0, 0, NOW) == ([], [])


def test_redis_forgets_hours_after_two_days_and_days_after_ninety(counters: Counters, redis: Redis) -> None:
    """Counted from their end, so that what can be asked for is still there; and nothing says which facility it is."""
    counters.count(SIGN_INS, "FAC001", NOW)
    keys = cast("list[str]", redis.execute("KEYS", "*"))
    assert len(keys) == 4
    assert "FAC001" not in str(keys)
    ends = {cast("int", redis.execute("PEXPIRETIME", key)) for key in keys if ":hour:" in key}
    assert ends == {(NOW // HOUR_MS + 49) * HOUR_MS}
    ends = {cast("int", redis.execute("PEXPIRETIME", key)) for key in keys if ":day:" in key}
    assert ends == {(NOW // DAY_MS + 91) * DAY_MS}


def test_counting_and_reading_are_one_request_each(counters: Counters, redis: Redis) -> None:
    """Once the scripts are known; all there is to read comes at once."""
    for _ in range(2):
        before = redis.requests
        counters.count(SIGN_INS, "FAC001", NOW)
        counters.read(COUNTERS, None, 48, 90, NOW)
    assert redis.requests - before == 2


def test_a_tally_is_counted_by_another_script(counters: Counters, redis: Redis) -> None:
    """It rides in another's request, behind that one's own keys."""
    tally = counters.prepare(SESSIONS_OPENED, "FAC001", NOW)
    script = Script(TALLY + "tally(2, ARGV[1], ARGV[2], ARGV[3]) return redis.call('EXISTS', KEYS[1])")
    assert redis.run(script, ["another", *tally.keys], tally.args) == 0
    assert totals(counters, "FAC001")["sessionsOpened"] == 1
    assert totals(counters, None)["sessionsOpened"] == 1


def test_many_at_once_are_all_counted(upstash: Upstash, counters: Counters) -> None:
    """From processes of their own."""

    def count(_: int) -> None:
        Counters(Redis(upstash.url, upstash.token, deadline_s=20), "test", b"key").count(SIGN_INS, "FAC001", NOW)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(count, range(50)))
    assert totals(counters, "FAC001")["signIns"] == 50


def test_without_redis_nothing_is_counted_and_nothing_is_told(
    counters: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does anything fail; what happened then is never made up for."""

    def away(*_: Any) -> Any:
        raise RedisError("away")

    with monkeypatch.context() as patch:
        patch.setattr(Redis, "run", away)
        counters.count(SIGN_INS, "FAC001", NOW)
        assert counters.read(COUNTERS, "FAC001", 24, 14, NOW) is None
    assert totals(counters, "FAC001")["signIns"] == 0


@pytest.mark.parametrize(
    "reply",
    [
        None,
        7,
        "OK",
        [],
        [[None, None, None]] * 2,
        [["1", None], [None]],
        [["1", "x", None]],
        [["-1", None, None]],
        [[[]]],
    ],
    ids=str,
)
def test_an_odd_reply_tells_nothing(counters: Counters, monkeypatch: pytest.MonkeyPatch, reply: Any) -> None:
    """Rather no numbers than wrong ones."""
    monkeypatch.setattr(Redis, "run", lambda *_: reply)
    assert counters.read(COUNTERS, "FAC001", 1, 0, NOW) is None


EVENTS = st.lists(
    st.tuples(st.sampled_from(COUNTERS), st.sampled_from([None, "FAC001", "FAC002"]), st.integers(0, 60 * HOUR_MS)),
    max_size=30,
)


@settings(max_examples=examples(10), deadline=None)
@given(events=EVENTS, hours=st.integers(1, 48), days=st.integers(1, 90), facility=st.sampled_from([None, "FAC001"]))
def test_what_is_read_is_what_was_counted(
    upstash: Upstash,
    events: list[tuple[Counter, str | None, int]],
    hours: int,
    days: int,
    facility: str | None,
) -> None:
    """Whatever is counted for whomever and whenever: each hour and day has its own, and all are listed."""
    redis = Redis(upstash.url, upstash.token, deadline_s=20)
    redis.execute("FLUSHALL")
    counters = Counters(redis, "test", b"key")
    for counter, whose, ago in events:
        counters.count(counter, whose, NOW - ago)
    found = counters.read(COUNTERS, facility, hours, days, NOW)
    assert found
    for spans, length, wanted in ((found[0], HOUR_MS, hours), (found[1], DAY_MS, days)):
        assert [span.at for span in spans] == [NOW // length * length - length * ago for ago in range(wanted)][::-1]
        for span in spans:
            for field, number in span.counts.items():
                assert number == sum(
                    counter.field == field and span.at <= NOW - ago < span.at + length and facility in {None, whose}
                    for counter, whose, ago in events
                )
