"""The fast path answers as the record would, or says that it does not know."""

from typing import Any

import pytest

from bedside.adapters.redis import Redis, RedisError
from bedside.adapters.seal import Seal
from bedside.capture.fastpath import FastPath
from bedside.capture.handles import Handle
from bedside.capture.session import Session, session_from_record
from tests.bedside.capture.test_session_rules import ITEM

# Redis expires keys by its own clock, so the session's life lies in the future.
NOW = 4_000_000_000_000
KEY = "k" * 24


def session(**changes: Any) -> Session:
    times = {"started": NOW, "lastActivity": NOW, "expiresAt": NOW + 10_000}
    slots = {"slots": {"here": 1, "held": -(NOW + 500)}, "images": {"here": ITEM["images"]["a"]}}
    facts = {"revisions": {"here": 1}, "tokens": {"t": NOW + 100}, "patientName": "Aroha", "patientNHI": "ZZZ0016"}
    return session_from_record({**ITEM, **times, **slots, **facts, **changes})


def reserve(fast: FastPath, image_id: str, *, limit: int = 3, now: int = NOW, started: int = NOW) -> str:
    return fast.reserve(KEY, started, image_id, now + 1000, limit, now)[0]


def test_a_token_opens_what_was_remembered(fast: FastPath) -> None:
    """Until its last millisecond, with the patient's name and the number of images."""
    fast.remember(session())
    scan = fast.scan(Handle(KEY, "t"), NOW + 99)
    assert scan
    assert (scan.started, scan.expires_at, scan.image_count) == (NOW, NOW + 10_000, 1)
    assert scan.facts["patientName"] == "Aroha"
    assert fast.scan(Handle(KEY, "t"), NOW + 100) is None
    assert fast.scan(Handle(KEY, "other"), NOW) is None
    assert fast.scan(Handle("z" * 24, "t"), NOW) is None


def test_nothing_of_the_patient_is_readable_in_redis(fast: FastPath, redis: Redis) -> None:
    """Neither keys nor values hold a name, a number, the encounter or the facility in clear."""
    fast.remember(session())
    keys = redis.execute("KEYS", "*")
    assert keys == [f"bedside:test:session:{KEY}"]
    held = str(keys) + str(redis.execute("HGETALL", f"bedside:test:session:{KEY}"))
    for secret in ("Aroha", "ZZZ0016", "PAT-1", "ENC-1", "FAC001"):
        assert secret not in held


def test_redis_forgets_a_session_at_its_end(fast: FastPath, redis: Redis) -> None:
    """The key's life is the session's, and grows with it."""
    fast.remember(session())
    place = f"bedside:test:session:{KEY}"
    assert redis.execute("PEXPIRETIME", place) == NOW + 10_000
    fast.extend(session(expiresAt=NOW + 20_000))
    assert redis.execute("PEXPIRETIME", place) == NOW + 20_000
    fast.mark(session(expiresAt=NOW + 30_000), "x", here=False)
    assert redis.execute("PEXPIRETIME", place) == NOW + 30_000


def test_places_are_held_under_the_limit(fast: FastPath) -> None:
    """Images and held places count; asking again does not; lapsed ones do not count."""
    fast.remember(session())
    assert reserve(fast, "new") == "held"
    assert reserve(fast, "new") == "held"
    assert reserve(fast, "held") == "held"
    assert reserve(fast, "here") == "held"
    assert reserve(fast, "fourth") == "full"
    assert reserve(fast, "fourth", now=NOW + 1000) == "held"


def test_an_arrived_image_keeps_its_place(fast: FastPath) -> None:
    """Asking for an image that has arrived does not turn it back into a held place."""
    fast.remember(session())
    reserve(fast, "here")
    assert fast.scan(Handle(KEY, "t"), NOW + 50) is not None
    assert not fast.holds_place(KEY, "here")
    assert fast.holds_place(KEY, "held")
    assert not fast.holds_place(KEY, "never")


def test_the_gone_stay_gone(fast: FastPath) -> None:
    """A deleted image gets no place, and its place is free for others."""
    fast.remember(session(deletedImages={"before"}))
    assert reserve(fast, "before") == "gone"
    assert reserve(fast, "c") == "held"
    fast.mark(session(), "c", here=False)
    assert reserve(fast, "c") == "gone"
    assert not fast.holds_place(KEY, "c")
    assert reserve(fast, "d") == "held"


def test_what_redis_does_not_know_it_says(fast: FastPath) -> None:
    """A missing session, another one of the same encounter and a dead one are all unknown."""
    assert reserve(fast, "a") == "unknown"
    fast.remember(session())
    assert reserve(fast, "a", started=NOW - 1) == "unknown"
    assert reserve(fast, "a", now=NOW + 10_000) == "unknown"
    fast.end(session())
    assert reserve(fast, "a") == "unknown"
    fast.mark(session(), "a", here=True)
    fast.extend(session())
    assert reserve(fast, "a") == "unknown"


def test_a_new_session_starts_empty(fast: FastPath) -> None:
    """Nothing of an earlier session of the encounter stays; remembering the same one keeps held places."""
    fast.remember(session())
    reserve(fast, "new")
    fast.remember(session())
    assert fast.holds_place(KEY, "new")
    fast.remember(session(started=NOW + 1, slots={}, images={}))
    assert not fast.holds_place(KEY, "new")
    assert fast.reserve(KEY, NOW + 1, "a", NOW + 1000, 1, NOW + 1)[0] == "held"


def test_facts_sealed_by_an_unknown_key_are_a_failure(fast: FastPath, redis: Redis) -> None:
    """After a key was dropped the record is asked, rather than the phone refused."""
    FastPath(redis, lambda: Seal({"k": b"1" * 32}), "test").remember(session())
    with pytest.raises(RedisError, match="unknown key"):
        fast.scan(Handle(KEY, "t"), NOW)


def test_every_question_is_one_request(fast: FastPath, redis: Redis) -> None:
    """Once its scripts are known."""
    for _ in range(2):
        before = redis.requests
        fast.remember(session())
        fast.scan(Handle(KEY, "t"), NOW)
        reserve(fast, "a")
        fast.mark(session(), "a", here=True)
    assert redis.requests - before == 4


def test_an_older_view_brings_nothing_back(fast: FastPath) -> None:
    """What was read before a deletion, an end or a new session, and is written after it, changes nothing."""
    fast.remember(session())
    fast.mark(session(), "here", here=False)
    fast.remember(session())
    fast.mark(session(), "here", here=True)
    assert reserve(fast, "here") == "gone"
    fast.end(session())
    fast.remember(session())
    assert fast.scan(Handle(KEY, "t"), NOW) is None
    assert reserve(fast, "a") == "unknown"
    later = session(started=NOW + 1, slots={}, images={})
    fast.remember(later)
    fast.remember(session())
    fast.end(session())
    scan = fast.scan(Handle(KEY, "t"), NOW + 2)
    assert scan
    assert scan.started == NOW + 1
