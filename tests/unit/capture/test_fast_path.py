"""The fast path answers as the record would, or says that it does not know."""

from typing import Any

import pytest

from bedside.adapters.redis.client import Redis, RedisError
from bedside.adapters.seal import Seal
from bedside.capture.counters import PHOTOS_ARRIVED, SESSIONS_OPENED
from bedside.capture.fast_path import CachedSession, FastPath
from bedside.capture.model import MAX_DELETED, Session
from bedside.capture.session_record import session_from_record
from bedside.kernel.errors import Limit
from bedside.kernel.opaque_tokens import OpaqueToken
from bedside.platform.limits.limiter import PendingCheck
from bedside.platform.limits.policies import Policy
from bedside.platform.transient.counters import Counters
from tests.unit.capture.test_model import ITEM

# Redis expires keys by its own clock, so the session's life lies in the future.
NOW = 4_000_000_000_000
KEY = "k" * 24


def session(**changes: Any) -> Session:
    times = {"started": NOW, "lastActivity": NOW, "expiresAt": NOW + 10_000}
    slots = {"slots": {"here": 1, "held": -(NOW + 500)}, "images": {"here": ITEM["images"]["a"]}}
    facts = {"revisions": {"here": 1}, "tokens": {"t": NOW + 100}, "patientName": "Aroha", "patientNHI": "ZZZ0016"}
    phones = {f"phone:{name}": {"name": "iPhone", "at": NOW, "standing": name} for name in ("joined", "asking")}
    return session_from_record({**ITEM, **times, **slots, **facts, **phones, **changes})


def reserve(fast: FastPath, image_id: str, *, limit: int = 3, now: int = NOW, started: int = NOW) -> str:
    return fast.reserve(KEY, started, image_id, now + 1000, limit, None, now)[1]


def scan(fast: FastPath, digest: str, *, now: int = NOW, key: str = KEY, phone: str = "joined") -> CachedSession | None:
    return fast.scan(OpaqueToken(key, digest), phone, ticket(), now)[1]


def ticket(quota: int = 100) -> PendingCheck:
    policy = Policy(Limit("test", quota, 60), "bucket", "session")
    return PendingCheck(policy, "bedside:test:limit:test:caller", (quota, 60_000))


def test_a_token_opens_what_was_remembered(fast: FastPath) -> None:
    """Until its last millisecond, with the patient's name and the number of images."""
    fast.store(session(), NOW)
    found = scan(fast, "t", now=NOW + 99)
    assert found
    assert (found.started, found.expires_at, found.image_count) == (NOW, NOW + 10_000, 1)
    assert found.facts["patientName"] == "Aroha"
    assert scan(fast, "t", now=NOW + 100) is None
    assert found.phone_name in {"iPhone", "iPhone 2"}
    assert scan(fast, "other") is None
    assert scan(fast, "t", key="z" * 24) is None
    assert scan(fast, "t", phone="asking") is None
    assert scan(fast, "t", phone="another") is None


def test_deletions_fill_a_session(fast: FastPath) -> None:
    """As in the record: after 200 no more places are given."""
    for deleted, outcome in ((MAX_DELETED - 1, "held"), (MAX_DELETED, "full")):
        fast.store(session(deletedImages={f"i-{number}" for number in range(deleted)}), NOW)
        assert reserve(fast, f"after-{deleted}", limit=9) == outcome


def test_redis_is_believed_for_a_minute(fast: FastPath) -> None:
    """Then the record is asked again: whatever Redis missed is over by then. Being reminded begins another minute."""
    long = session(expiresAt=NOW + 500_000, tokens={"t": NOW + 400_000})
    fast.store(long, NOW)
    assert scan(fast, "t", now=NOW + 59_999)
    assert reserve(fast, "a", now=NOW + 59_999) == "held"
    fast.mark(long, "here", here=True)
    fast.extend(long)
    assert scan(fast, "t", now=NOW + 60_000) is None
    assert reserve(fast, "a", now=NOW + 60_000) == "unknown"
    fast.store(long, NOW + 60_000)
    assert scan(fast, "t", now=NOW + 119_999)
    assert reserve(fast, "a", now=NOW + 119_999) == "held"


def test_nothing_of_the_patient_is_readable_in_redis(fast: FastPath, redis: Redis) -> None:
    """Neither keys nor values hold a name, a number, the encounter, the facility, a phone or the consent in clear."""
    fast.store(session(consent={"manner": "bestInterests", "at": 1_795_228_399_999}), NOW)
    keys = redis.execute("KEYS", "*")
    assert keys == [f"bedside:test:session:{KEY}"]
    held = str(keys) + str(redis.execute("HGETALL", f"bedside:test:session:{KEY}"))
    for secret in ("Aroha", "ZZZ0016", "PAT-1", "ENC-1", "FAC001", "iPhone", "bestInterests", "1795228399999"):
        assert secret not in held


def test_redis_forgets_a_session_at_its_end(fast: FastPath, redis: Redis) -> None:
    """The key's life is the session's, and grows with it."""
    fast.store(session(), NOW)
    place = f"bedside:test:session:{KEY}"
    assert redis.execute("PEXPIRETIME", place) == NOW + 10_000
    fast.extend(session(expiresAt=NOW + 20_000))
    assert redis.execute("PEXPIRETIME", place) == NOW + 20_000
    fast.mark(session(expiresAt=NOW + 30_000), "x", here=False)
    assert redis.execute("PEXPIRETIME", place) == NOW + 30_000


def test_places_are_held_under_the_limit(fast: FastPath) -> None:
    """Images and held places count; asking again does not; lapsed ones do not count."""
    fast.store(session(), NOW)
    assert reserve(fast, "new") == "held"
    assert reserve(fast, "new") == "held"
    assert reserve(fast, "held") == "held"
    assert reserve(fast, "here") == "held"
    assert reserve(fast, "fourth") == "full"
    assert reserve(fast, "fourth", now=NOW + 1000) == "held"


def status(fast: FastPath, unsent: int = 0, *, now: int = NOW, started: int = NOW, phone: str = "p") -> int | None:
    found = fast.status(KEY, started, phone, unsent, ticket(), now)[1]
    return found and found[0]


def test_a_phone_learns_how_many_images_there_are(fast: FastPath) -> None:
    """As long as Redis knows the session, and what the phone still holds; otherwise the record is asked."""
    assert status(fast) is None
    fast.store(session(**{"unsent:p": 3}), NOW)
    assert status(fast, 3) == 1
    assert status(fast, 2) is None
    assert status(fast, 0, phone="q") == 1
    assert status(fast, 3, now=NOW + 10_000) is None
    assert status(fast, 3, started=NOW + 1) is None
    assert fast.status(KEY, NOW, "p", 3, ticket(), NOW)[1] == (1, 0, None)
    fast.mark(session(), "here", here=False)
    assert status(fast, 3) == 0
    fast.store(session(), NOW)
    assert status(fast) == 0
    fast.end(session())
    assert status(fast) is None
    assert fast.status(KEY, NOW, "p", 0, ticket(0), NOW)[0] != [1]


def test_only_the_tokens_of_the_record_are_known(fast: FastPath) -> None:
    """A token that the record no longer has ends in Redis with the next store."""
    fast.store(session(tokens={"old": NOW + 100}), NOW)
    fast.store(session(tokens={"new": NOW + 100}), NOW)
    assert scan(fast, "old") is None
    assert scan(fast, "new")


def test_an_arrived_image_keeps_its_place(fast: FastPath) -> None:
    """Asking for an image that has arrived does not turn it back into a held place."""
    fast.store(session(), NOW)
    reserve(fast, "here")
    assert scan(fast, "t", now=NOW + 50) is not None
    assert not fast.holds_place(KEY, "here")
    assert fast.holds_place(KEY, "held")
    assert not fast.holds_place(KEY, "never")


def test_the_gone_stay_gone(fast: FastPath) -> None:
    """A deleted image gets no place, and its place is free for others."""
    fast.store(session(deletedImages={"before"}), NOW)
    assert reserve(fast, "before") == "gone"
    assert reserve(fast, "c") == "held"
    fast.mark(session(), "c", here=False)
    assert reserve(fast, "c") == "gone"
    assert not fast.holds_place(KEY, "c")
    assert reserve(fast, "d") == "held"


def test_what_redis_does_not_know_it_says(fast: FastPath) -> None:
    """A missing session, another one of the same encounter and a dead one are all unknown."""
    assert reserve(fast, "a") == "unknown"
    fast.store(session(), NOW)
    assert reserve(fast, "a", started=NOW - 1) == "unknown"
    assert reserve(fast, "a", now=NOW + 10_000) == "unknown"
    fast.end(session())
    assert reserve(fast, "a") == "unknown"
    fast.mark(session(), "a", here=True)
    fast.extend(session())
    assert reserve(fast, "a") == "unknown"


def test_a_new_session_starts_empty(fast: FastPath) -> None:
    """Nothing of an earlier session of the encounter stays; remembering the same one keeps held places."""
    fast.store(session(), NOW)
    reserve(fast, "new")
    fast.store(session(), NOW)
    assert fast.holds_place(KEY, "new")
    fast.store(session(started=NOW + 1, slots={}, images={}), NOW)
    assert not fast.holds_place(KEY, "new")
    assert reserve(fast, "a", limit=1, started=NOW + 1, now=NOW + 1) == "held"


def test_facts_sealed_by_an_unknown_key_are_a_failure(fast: FastPath, redis: Redis) -> None:
    """After a key was dropped the record is asked, rather than the phone refused."""
    FastPath(redis, lambda: Seal({"k": b"1" * 32}), "test").store(session(), NOW)
    with pytest.raises(RedisError, match="unknown key"):
        scan(fast, "t")


def test_every_question_is_one_request(fast: FastPath, redis: Redis) -> None:
    """Once its scripts are known."""
    for _ in range(2):
        before = redis.requests
        fast.store(session(), NOW)
        scan(fast, "t")
        fast.reserve(KEY, NOW, "a", NOW + 1000, 3, ticket(), NOW)
        fast.mark(session(), "a", here=True)
    assert redis.requests - before == 4


def test_an_older_view_brings_nothing_back(fast: FastPath) -> None:
    """What was read before a deletion, an end or a new session, and is written after it, changes nothing."""
    fast.store(session(), NOW)
    fast.mark(session(), "here", here=False)
    fast.store(session(), NOW)
    fast.mark(session(), "here", here=True)
    assert reserve(fast, "here") == "gone"
    fast.end(session())
    fast.store(session(), NOW)
    assert scan(fast, "t") is None
    assert reserve(fast, "a") == "unknown"
    later = session(started=NOW + 1, slots={}, images={})
    fast.store(later, NOW)
    fast.store(session(), NOW)
    fast.end(session())
    found = scan(fast, "t", now=NOW + 2)
    assert found
    assert found.started == NOW + 1


def test_codes_that_were_ended_stay_so(fast: FastPath) -> None:
    """A view from before the end of earlier codes, written after it, does not bring them back; a later session may."""
    before, after = session(), session(tokens={"new": NOW + 100}, codeSeries=1)
    for view in (before, after, before):
        fast.store(view, NOW)
    assert (scan(fast, "t"), bool(scan(fast, "new"))) == (None, True)
    fast.store(session(tokens={"new": NOW + 100, "newer": NOW + 100}, codeSeries=1), NOW)
    assert scan(fast, "newer")
    fast.store(session(started=NOW + 1), NOW)
    assert scan(fast, "t", now=NOW + 2)


def test_a_scan_is_counted_whatever_it_finds(fast: FastPath, redis: Redis) -> None:
    """The check rides in the same request; one too many learns nothing, though the code is right."""
    fast.store(session(), NOW)
    before = redis.requests
    for digest, remaining in (("t", 2), ("other", 1), ("t", 0)):
        count, _ = fast.scan(OpaqueToken(KEY, digest), "joined", ticket(3), NOW)
        assert isinstance(count, list)
        assert count[:2] == [1, remaining]
    assert fast.scan(OpaqueToken(KEY, "t"), "joined", ticket(3), NOW) == ([0, 0, 20_000], None)
    assert fast.scan(OpaqueToken(KEY, "t"), "joined", ticket(3), NOW + 49)[0] == [0, 0, 19_951]
    assert redis.requests - before <= 6


def test_a_place_asked_for_too_often_is_not_held(fast: FastPath) -> None:
    """Counted in the same request as the place is held, also where nothing is known of the session."""
    count, outcome, _ = fast.reserve(KEY, NOW, "a", NOW + 1000, 3, ticket(2), NOW)
    assert (count, outcome) == ([1, 1, 30_000], "unknown")
    fast.store(session(), NOW)
    assert fast.reserve(KEY, NOW, "a", NOW + 1000, 3, ticket(2), NOW)[:2] == ([1, 0, 60_000], "held")
    assert fast.reserve(KEY, NOW, "b", NOW + 1000, 4, ticket(2), NOW) == ([0, 0, 30_000], "unknown", 0)
    assert not fast.holds_place(KEY, "b")
    assert reserve(fast, "b", limit=4) == "held"  # without a ticket nothing is counted


@pytest.mark.parametrize("reply", [None, 7, [], [[1, 2, 3], "what", "1"], [[1, 2, 3], ["1", "2", "3", "4"]]])
def test_another_scripts_answer_is_a_failure(reply: Any, monkeypatch: pytest.MonkeyPatch, fast: FastPath) -> None:
    """What these scripts never answer is not believed."""
    monkeypatch.setattr(Redis, "run", lambda *_: reply)
    with pytest.raises(RedisError, match="this script"):
        scan(fast, "t")
    with pytest.raises(RedisError, match="this script"):
        reserve(fast, "a")


def test_what_happened_is_counted_in_the_same_request(fast: FastPath, redis: Redis) -> None:
    """With remembering a session and with marking an image; also where an older view of it changes nothing."""
    counters = Counters(redis, "test", b"key")
    opened, arrived = (counters.prepare(each, "FAC001", NOW) for each in (SESSIONS_OPENED, PHOTOS_ARRIVED))
    fast.store(session(), NOW, opened)
    fast.mark(session(), "a", here=True, count=arrived)
    before = redis.requests
    fast.end(session())
    fast.store(session(), NOW, opened)
    fast.mark(session(started=NOW - 1), "a", here=True, count=arrived)
    assert redis.requests - before <= 4  # one each, and one more for a script that is new
    fast.store(session(), NOW)
    fast.extend(session())
    for whose in ("FAC001", None):
        found = counters.read((SESSIONS_OPENED, PHOTOS_ARRIVED), whose, 1, 1, NOW)
        assert found
        assert [(span.counts["sessionsOpened"], span.counts["photosArrived"]) for spans in found for span in spans] == [
            (2, 2)
        ] * 2
