"""Sessions that nobody ended: found once their life is over, ended once, and never before."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bedside.adapters.aws.dynamodb import Table
from bedside.adapters.redis.client import Redis
from bedside.adapters.seal import Seal
from bedside.capture.edit_erasure import EditErasure
from bedside.capture.errors import ImageDeletedError, SessionNotFoundError
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.model import LONGEST_LIFE_MS, Session
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_expiry import SessionExpiry
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_repository import SessionRepository
from bedside.capture.session_retention import SessionRetention
from bedside.kernel.errors import UnavailableError
from bedside.live.subscriptions import Subscriber
from tests.conftest import LIFE_MS
from tests.fakes.hostile import refused
from tests.unit.capture.test_machines import EXAMPLES, KEYS, machine

NOW = 1_795_228_312_345
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
# As long as the parameter allows: so that a few touches reach the longest life of a session.
LONG_MS = 12 * HOUR_MS


@dataclass
class Pages:
    """Whoever watches; keeps what was said, by session."""

    heard: list[tuple[str, int, Mapping[str, Any]]] = field(default_factory=list)

    def publish(self, session: Session, message: Mapping[str, Any], now_ms: int) -> None:
        assert message["timestamp"] == now_ms
        self.heard.append((session.key, session.started, message))

    def invitation(self, session: Session, ticket: str, now_ms: int) -> dict[str, Any]:
        raise NotImplementedError


def enter(record: SessionRepository, key: str, now: int) -> Session:
    facts = {"facilityId": "F", "encounterId": "E", "patientId": "P"}
    ticket = Ticket(f"l-{now}", now + 60_000, Subscriber("u", "f"))
    return SessionAccess(record).open(key, facts, HashedToken(f"t-{now}", now + 600_000), ticket, now)[0]


@dataclass
class Objects:
    """The bucket; keeps the keys that were deleted, and fails while it is `away`."""

    deleted: list[str] = field(default_factory=list)
    away: bool = False

    def delete(self, keys: Sequence[str]) -> None:
        if self.away:
            raise UnavailableError("away")
        self.deleted += keys


def expiry(
    record: SessionRepository, fast: FastPath, pages: Any, objects: Any = None, retention_ms: int = DAY_MS
) -> SessionExpiry:
    retention = SessionRetention(record._table)  # noqa: SLF001  # the same table
    bucket: Any = objects or Objects()
    edits = EditErasure(record._table)  # noqa: SLF001  # likewise
    return SessionExpiry(record, retention, fast, pages, bucket, edits, lambda _facility, _now: retention_ms)


@pytest.fixture
def sweeping(record: SessionRepository, fast: FastPath) -> SessionExpiry:
    return expiry(record, fast, Pages())


def heard(sweeping: SessionExpiry) -> list[Any]:
    pages: Any = sweeping.publisher
    return [message for _, _, message in pages.heard]


def test_a_session_that_nobody_ended_is_ended(table: Table, sweeping: SessionExpiry) -> None:
    """At its very end, not before; pages hear what they hear of an end; then nothing of it is found again."""
    session = enter(sweeping.repository, "k", NOW)
    sweeping.fast_path.store(session, NOW)
    over = NOW + LIFE_MS
    assert sweeping.due(over - 1, 9) == []
    assert sweeping.due(over, 9) == ["k"]
    assert sweeping.expire("k", over)
    assert not sweeping.expire("k", over)
    assert sweeping.due(over + LIFE_MS, 9) == []
    assert heard(sweeping) == [
        {
            "type": "session-ended",
            "encounterId": "E",
            "imageCount": 0,
            "sequence": 0,
            "revision": 1,
            "timestamp": over,
        }
    ]
    stood = table.get("k")
    assert stood
    assert (stood["open"], stood["tokens"], stood["tickets"]) == (False, {}, {})
    assert sweeping.fast_path.reserve("k", NOW, "a", over + 1, 9, None, over)[1] == "unknown"


def test_the_item_is_as_if_its_clinician_had_ended_it(table: Table, sweeping: SessionExpiry) -> None:
    """Whatever comes later meets the same in both cases, but for the instant."""
    for key in ("swept", "ended"):
        enter(sweeping.repository, key, NOW)
        ImageRepository(sweeping.repository, limit=3).reserve(key, NOW, "a", NOW + 9, NOW)
    sweeping.repository.end("ended", NOW + 1)
    assert sorted(sweeping.due(NOW + LIFE_MS, 9)) == ["ended", "swept"]
    for key in ("swept", "ended"):
        sweeping.expire(key, NOW + LIFE_MS)
    swept, ended = table.get("swept"), table.get("ended")
    assert swept
    assert ended
    assert (swept["endedAt"], swept["retainedUntil"]) == (NOW + LIFE_MS, NOW + LIFE_MS + DAY_MS)
    assert (ended["endedAt"], ended["retainedUntil"]) == (NOW + 1, NOW + 1 + DAY_MS)
    differing = {"pk", "endedAt", "retainedUntil", "ttl", "events"}
    assert {name: value for name, value in swept.items() if name not in differing} == {
        name: value for name, value in ended.items() if name not in differing
    }
    assert sweeping.due(NOW + LIFE_MS, 9) == []


def test_a_link_brings_no_photo_back_that_has_vanished(table: Table, record: SessionRepository, fast: FastPath) -> None:
    """Where photos vanish at the end, a link that was got just before it still works for an hour."""
    objects, images = Objects(), ImageRepository(record, limit=3)
    sweeping = expiry(record, fast, Pages(), objects, 0)
    enter(record, "k", NOW)
    picture = {"key": "a.jpg", "uploadedAt": NOW, "metadata": {}, "notified": False, "generation": NOW}
    images.add("k", NOW, "a", picture, NOW)
    ended = NOW + HOUR_MS - 1
    record.end("k", ended)
    sweeping.expire("k", NOW + HOUR_MS)
    assert objects.deleted == ["a.jpg"]
    links_end = ended + HOUR_MS + 5 * 60_000
    for now in (NOW + HOUR_MS, ended + HOUR_MS):
        with pytest.raises(ImageDeletedError):
            images.add_late("k", NOW, "a", picture, now)
        assert sweeping.due(now, 9) == []
    assert sweeping.due(links_end, 9) == ["k"]
    sweeping.expire("k", links_end)
    assert objects.deleted == ["a.jpg", "a.jpg"]
    assert not {"removal:a", "waits", "dueAt"} & set(table.get("k") or ())


def test_activity_puts_it_off(sweeping: SessionExpiry) -> None:
    """A session that was touched since is found at the end it had first, left alone, and found again at its new end."""
    enter(sweeping.repository, "k", NOW)
    sweeping.repository.touch("k", NOW, NOW + HOUR_MS)
    assert sweeping.due(NOW + LIFE_MS, 9) == ["k"]
    assert not sweeping.expire("k", NOW + LIFE_MS)
    assert sweeping.due(NOW + LIFE_MS + HOUR_MS - 1, 9) == []
    assert sweeping.expire("k", NOW + LIFE_MS + HOUR_MS)


def test_nobody_is_active_for_longer_than_a_day(table: Table, fast: FastPath) -> None:
    """A session that was touched just before its day is over is found when it is over."""
    sweeping = expiry(SessionRepository(table, life_ms=LONG_MS), fast, Pages())
    enter(sweeping.repository, "k", NOW)
    day = NOW + LONGEST_LIFE_MS
    for at in (NOW + LONG_MS - 1, day - 2):
        sweeping.repository.touch("k", NOW, at)
        sweeping.fast_path.store(sweeping.repository.find("k", at) or pytest.fail("not there"), at)
        for key in sweeping.due(at + 1, 9):
            assert not sweeping.expire(key, at + 1)
    assert sweeping.due(day, 9) == ["k"]
    assert sweeping.expire("k", day)
    assert sweeping.fast_path.reserve("k", NOW, "a", day + 9, 9, None, day)[1] == "unknown"


def test_a_session_opened_anew_is_left_alone(sweeping: SessionExpiry) -> None:
    """A sweeper that found the one before, a moment ago, does nothing to it; nor to one that was never there."""
    enter(sweeping.repository, "k", NOW)
    over = NOW + LIFE_MS
    found = [*sweeping.due(over, 9), "never"]
    enter(sweeping.repository, "k", over)
    assert [sweeping.expire(key, over + 1) for key in found] == [False, False]
    assert sweeping.repository.find("k", over + 1)
    assert sweeping.due(over + LIFE_MS, 9) == ["k"]


def test_two_sweepers_end_it_once(sweeping: SessionExpiry) -> None:
    """At the same time: pages hear of it once."""
    enter(sweeping.repository, "k", NOW)
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: sweeping.expire("k", NOW + LIFE_MS), range(2)))
    assert sorted(ended) == [False, True]
    assert len(heard(sweeping)) == 1


def test_a_session_ended_by_a_function_of_before_is_taken_out(table: Table, sweeping: SessionExpiry) -> None:
    """It did not know of the index; nobody is told again, and it is not found for ever."""
    enter(sweeping.repository, "k", NOW)
    table.update("k", "SET #open = :false", condition="attribute_exists(#pk)", values={"false": False})
    assert sweeping.due(NOW + LIFE_MS, 9) == ["k"]
    assert not sweeping.expire("k", NOW + LIFE_MS)
    assert sweeping.due(NOW + LIFE_MS, 9) == []
    assert heard(sweeping) == []


def test_a_session_of_before_the_index_expires_by_itself(table: Table, sweeping: SessionExpiry) -> None:
    """It is never found, can be used and ended as ever, and one opened after it is found."""
    enter(sweeping.repository, "k", NOW)
    table.update("k", "REMOVE #waits, #dueAt", condition="attribute_exists(#pk)", values={})
    assert sweeping.repository.touch("k", NOW, NOW + HOUR_MS)
    assert sweeping.due(NOW + LONGEST_LIFE_MS, 9) == []
    sweeping.repository.end("k", NOW + HOUR_MS)
    enter(sweeping.repository, "k", NOW + HOUR_MS)
    assert sweeping.due(NOW + HOUR_MS + LIFE_MS, 9) == ["k"]


def test_redis_has_no_say(record: SessionRepository) -> None:
    """While it is away sessions are ended all the same, and pages told."""
    away = FastPath(Redis(refused(), "t", deadline_s=0.1), lambda: Seal({"k": b"0" * 32}), "test")
    sweeping = expiry(record, away, Pages())
    enter(record, "k", NOW)
    assert sweeping.expire("k", NOW + LIFE_MS)
    assert len(heard(sweeping)) == 1


class SweptMachine(RuleBasedStateMachine):
    """Clinicians who open, use, end or forget a session, and sweepers that come whenever they come."""

    table: Table
    fast: FastPath

    @initialize()
    def begin(self) -> None:
        self.key, self.now, self.pages = next(KEYS), NOW, Pages()
        self.record = SessionRepository(self.table, life_ms=LONG_MS)
        self.sweeping = expiry(self.record, self.fast, self.pages)
        self.started: int | None = None
        self.expires = 0
        self.told = 0
        self.found: list[str] = []

    @property
    def over(self) -> int:
        """When the session's life is over, by the rules: twelve hours after the last activity, a day at most."""
        assert self.started
        return min(self.expires, self.started + LONGEST_LIFE_MS)

    @property
    def alive(self) -> bool:
        return self.started is not None and self.over > self.now

    @rule(hours=st.sampled_from([0, 1, 6, 12]))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR_MS + 1

    @rule()
    def open(self) -> None:
        session = enter(self.record, self.key, self.now)
        assert (session.started == self.started) == self.alive
        # One that is opened in the very millisecond in which the one before was begins a millisecond later.
        self.now = max(self.now, session.started)
        self.started, self.expires = session.started, self.now + LONG_MS

    @rule()
    def touch(self) -> None:
        touched = False
        with suppress(SessionNotFoundError):
            touched = bool(self.record.touch(self.key, self.started or 0, self.now))
        assert touched == self.alive
        if touched:
            self.expires = self.now + LONG_MS

    @rule()
    def end(self) -> None:
        ended = False
        with suppress(SessionNotFoundError):
            ended = bool(self.record.end(self.key, self.now))
        assert ended == self.alive
        if ended:
            self.started = None

    @rule()
    def find(self) -> None:
        """See what is due, to look at it now or much later."""
        self.found = [key for key in self.sweeping.due(self.now, 10_000) if key == self.key]
        if self.started and not self.alive:
            assert self.found

    @rule()
    def look(self) -> None:
        """Look at what was found, whatever has become of it."""
        for key in self.found:
            wanted = self.started is not None and not self.alive
            assert self.sweeping.expire(key, self.now) == wanted
            if wanted:
                assert self.pages.heard[-1][:2] == (self.key, self.started)
                self.told += 1
                self.started = None

    @rule()
    def sweep(self) -> None:
        """Afterwards nothing is due, however long it was until then."""
        self.find()
        self.look()
        self.find()
        assert not self.found

    @invariant()
    def holds(self) -> None:
        """The index has every open session, and each is found as soon as its life is over."""
        if not hasattr(self, "told"):
            return
        assert len(self.pages.heard) == self.told
        item = self.table.get(self.key)
        if item is None:
            return
        assert item["open"] == (self.started is not None)
        if item["open"]:
            assert "waits" in item
            assert item["dueAt"] <= self.over


def test_whatever_happens_a_session_ends_once(table: Table, fast: FastPath) -> None:
    """Opened, used, ended, forgotten, found late and twice, in any order."""
    run_state_machine_as_test(machine(SweptMachine, table=table, fast=fast), settings=EXAMPLES)
