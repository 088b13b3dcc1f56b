"""Whatever happens around a session's end, no photo is lost, and none stays longer than was promised."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bedside.adapters.aws.dynamodb import Table
from bedside.capture.errors import ImageDeletedError, ImageLimitReachedError, SessionNotFoundError
from bedside.capture.fast_path import FastPath
from bedside.capture.image import LONGEST_KEPT_MS, LONGEST_STAY_MS, SHORTEST_STAY_MS
from bedside.capture.image_repository import ImageRepository
from bedside.capture.model import LONGEST_LIFE_MS, Session
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import user
from bedside.kernel.errors import UnavailableError
from bedside.live.subscriptions import Subscriber
from tests.unit.capture.test_machines import EXAMPLES, IDS, KEYS, machine
from tests.unit.capture.test_session_expiry import DAY_MS, HOUR_MS, LONG_MS, NOW, Objects, Pages, expiry

LIMIT = 2
ME = user("u")


@dataclass
class Photo:
    """What should be the case of a photo."""

    generation: int
    arrived: int
    kept: bool = False
    floor: int = field(default=0)

    def vanishes_at(self, retained_until: int) -> int:
        if self.kept:
            return self.arrived + LONGEST_KEPT_MS
        return max(self.arrived + SHORTEST_STAY_MS, self.floor, min(retained_until, self.arrived + LONGEST_STAY_MS))


class RetentionMachine(RuleBasedStateMachine):
    """Clinicians who end, open again, keep and delete; phones and S3, on time and late; sweepers, and a bucket away."""

    table: Table
    fast: FastPath
    days: int

    @initialize()
    def begin(self) -> None:
        self.key, self.now, self.bucket = next(KEYS), NOW, Objects()
        self.record = SessionRepository(self.table, life_ms=LONG_MS)
        self.images = ImageRepository(self.record, limit=LIMIT)
        self.sweeping = expiry(self.record, self.fast, Pages(), self.bucket, self.days * DAY_MS)
        self.generations: list[int] = []
        self.expires = 0
        self.over: int | None = None
        self.photos: dict[str, Photo] = {}
        self.dead: set[str] = set()
        # Objects that phones have stored, by key, and those that only the sweeper or a clinician may delete.
        self.stored: set[str] = set()
        self.tokens: set[str] = set()
        self.open()

    @property
    def started(self) -> int:
        return self.generations[-1]

    @property
    def alive(self) -> bool:
        return self.over is None and min(self.expires, self.started + LONGEST_LIFE_MS) > self.now

    @property
    def ended_at(self) -> int:
        return self.over or min(self.expires, self.started + LONGEST_LIFE_MS)

    def key_of(self, generation: int, image_id: str) -> str:
        return f"{self.key}/{generation}_{image_id}"

    @rule(hours=st.sampled_from([0, 1, 12, 24, 24 * 15, 24 * 60]))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR_MS + 1

    @rule()
    def open(self) -> None:
        facts = {"facilityId": "F", "encounterId": "E", "patientId": "P"}
        token = f"t-{self.now}-{len(self.tokens)}"
        ticket = Ticket(f"l-{token}", self.now + 60_000, Subscriber("u", "f"))
        item = self.table.get(self.key)
        # After its last photo an item stays a day at least, and then DynamoDB may delete it.
        gone = item is None or self.now // 1000 > item["ttl"]
        if item and gone:
            assert not self.photos
            return
        session, opened = SessionAccess(self.record).open(
            self.key, facts, HashedToken(token, self.now + 600_000), ticket, self.now
        )
        assert opened == (not self.generations or not self.alive)
        if opened:
            # Dead tokens stay dead.
            assert set(session.tokens) == {token}
            assert set(session.tickets) == {ticket.digest}
            assert session.started not in self.generations
            self.generations.append(session.started)
            self.now = max(self.now, session.started)
            self.over = None
        self.tokens.add(token)
        self.expires = self.now + LONG_MS

    @rule()
    def end(self) -> None:
        ended = False
        with suppress(SessionNotFoundError):
            ended = bool(self.record.end(self.key, self.now))
        assert ended == self.alive
        if ended:
            self.over = self.now

    @rule(image_id=IDS, back=st.integers(0, 2))
    def upload(self, image_id: str, back: int) -> None:
        """A phone stores a photo by a link of this or an earlier generation; nobody says so yet."""
        generation = self.generations[max(0, len(self.generations) - 1 - back)]
        self.stored.add(self.key_of(generation, image_id))

    @rule(image_id=IDS)
    def report(self, image_id: str) -> None:
        """The phone of this generation reports its photo."""
        key = self.key_of(self.started, image_id)
        if key not in self.stored:
            return
        try:
            _, first = self.images.add(self.key, self.started, image_id, self._picture(key, self.started), self.now)
        except SessionNotFoundError:
            assert not self.alive
        except ImageDeletedError:
            assert image_id in self.dead
        except ImageLimitReachedError:
            assert self._sent(self.started) == LIMIT
        else:
            assert self.alive
            self._arrived(image_id, self.started, first=first)
            self.expires = self.now + LONG_MS if first else self.expires

    @rule(data=st.data())
    def event(self, data: st.DataObject) -> None:
        """S3 tells of a stored photo, now or again."""
        if not self.stored:
            return
        key = data.draw(st.sampled_from(sorted(self.stored)))
        generation, image_id = key.rpartition("/")[2].split("_")
        item = self.table.get(self.key)
        try:
            _, first = self.images.add_late(
                self.key, int(generation), image_id, self._picture(key, int(generation)), self.now
            )
        except ImageDeletedError:
            pending = f"removal:{image_id}" in (item or {})
            assert image_id in self.dead or pending
            if image_id in self.dead:
                self.stored.discard(key)
        except ImageLimitReachedError:
            assert self._sent(int(generation)) == LIMIT
        else:
            self._arrived(image_id, int(generation), first=first)

    @rule(image_id=IDS, kept=st.booleans())
    def keep(self, image_id: str, kept: bool) -> None:  # noqa: FBT001  # drawn
        session = self._session()
        if image_id not in session.images:
            return
        written = self.images.keep(session, image_id, self.now, ME, kept=kept)
        assert written
        photo = self.photos[image_id]
        photo.kept = kept
        if not kept:
            photo.floor = self.now + SHORTEST_STAY_MS

    @rule(image_id=IDS)
    def delete(self, image_id: str) -> None:
        session = self._session()
        if image_id not in session.images:
            return
        assert self.images.delete(session, image_id, self.now)
        if self.alive:
            self.expires = self.now + LONG_MS
        self.dead.add(image_id)
        del self.photos[image_id]

    @rule(away=st.booleans())
    def sweep(self, away: bool) -> None:  # noqa: FBT001  # drawn
        """The sweeper comes; perhaps S3 is away, so that it has to come again."""
        self.bucket.away = away
        if self.key in self.sweeping.due(self.now, 100_000):
            was_alive = self.alive
            with suppress(UnavailableError):
                self.sweeping.expire(self.key, self.now)
            if not was_alive:
                self.over = self.ended_at
                self._forget_vanished()
        else:
            assert self.alive or not self._vanishing()
        for key in self.bucket.deleted:
            # Nothing that is listed is ever deleted.
            assert key not in {image.key for image in self._session().images.values()}
            self.stored.discard(key)
        self.bucket.deleted.clear()

    @invariant()
    def holds(self) -> None:
        if not getattr(self, "generations", None):
            return
        session = self._session()
        assert set(session.images) == set(self.photos)
        assert session.deleted == self.dead
        for image_id, image in session.images.items():
            photo = self.photos[image_id]
            assert (image.generation, image.kept, image.uploaded_at) == (photo.generation, photo.kept, photo.arrived)
            assert image.key in self.stored
            if not self.alive:
                until = session.retained_until or self.ended_at + self.days * DAY_MS
                assert image.vanishes_at(until) == photo.vanishes_at(self.ended_at + self.days * DAY_MS)
        numbers = [image.sequence for image in session.images.values()]
        assert len(set(numbers)) == len(numbers)
        assert max(numbers, default=0) <= session.sequence
        assert all(self._sent(generation) <= LIMIT for generation in self.generations)
        item = self.table.get(self.key)
        assert item
        if self.photos:
            # The item outlives its photos, and the index has it before the next one vanishes.
            assert item["ttl"] * 1000 > max(photo.arrived + LONGEST_KEPT_MS for photo in self.photos.values())
            assert "waits" in item
            if not self.alive:
                vanishing = [photo.vanishes_at(self.ended_at + self.days * DAY_MS) for photo in self.photos.values()]
                assert item["dueAt"] <= max(min(vanishing), self.now)

    def _session(self) -> Session:
        session = self.record.find_stored(self.key)
        assert session
        return session

    def _picture(self, key: str, generation: int) -> dict[str, Any]:
        facts = {"key": key, "uploadedAt": self.now, "generation": generation}
        return {**facts, "metadata": {}, "notified": False}

    def _sent(self, generation: int) -> int:
        return sum(photo.generation == generation for photo in self.photos.values())

    def _arrived(self, image_id: str, generation: int, *, first: bool) -> None:
        assert first == (image_id not in self.photos)
        if first:
            self.photos[image_id] = Photo(generation, self.now)

    def _vanishing(self) -> set[str]:
        until = self.ended_at + self.days * DAY_MS
        return {image_id for image_id, photo in self.photos.items() if photo.vanishes_at(until) <= self.now}

    def _forget_vanished(self) -> None:
        for image_id in self._vanishing():
            del self.photos[image_id]


@pytest.mark.parametrize("days", [0, 1, 30])
def test_no_photo_is_lost_and_none_stays_too_long(table: Table, fast: FastPath, days: int) -> None:
    """Ended, opened again, kept, released, deleted, swept with and without S3, told of late and twice, in any order."""
    many = settings(EXAMPLES, max_examples=4 * EXAMPLES.max_examples)
    run_state_machine_as_test(machine(RetentionMachine, table=table, fast=fast, days=days), settings=many)
