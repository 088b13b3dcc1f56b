"""Whatever happens in whatever order, the rules of a session hold: in the record, and in Redis."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bedside.adapters.aws.dynamodb import Table
from bedside.capture.errors import ImageDeletedError, ImageLimitReachedError, ImageNotFoundError
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.model import Session
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_record import session_from_record
from bedside.capture.session_repository import SessionRepository
from bedside.live.subscriptions import Subscriber
from tests.conftest import LIFE_MS
from tests.examples import examples
from tests.unit.capture.test_model import ITEM

LIMIT = 3
HOLD_MS = 1000
START = 4_000_000_000_000
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
KEYS = (f"machine-{number}" for number in itertools.count())
EXAMPLES = settings(
    max_examples=examples(5),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Expected:
    """What should be the case: places held until when, numbers given, ids that are dead."""

    def __init__(self) -> None:
        self.now = START
        self.held: dict[str, int] = {}
        self.here: dict[str, int] = {}
        self.dead: set[str] = set()
        self.numbers = 0

    def full_for(self, image_id: str) -> bool:
        taken = len(self.here) + sum(until > self.now for until in self.held.values())
        return image_id not in self.here and self.held.get(image_id, 0) <= self.now and taken >= LIMIT


class RecordMachine(RuleBasedStateMachine):
    """Phones, S3 and clinicians at the record."""

    record: SessionRepository

    @initialize()
    def open(self) -> None:
        self.key, self.expected = next(KEYS), Expected()
        facts = {"facilityId": "F", "encounterId": "E", "patientId": "P"}
        ticket = Ticket("l", START, Subscriber("u", "f"))
        SessionAccess(self.record).open(self.key, facts, HashedToken("t", START), ticket, START)
        self.images = ImageRepository(self.record, limit=LIMIT)
        self.revision = 0

    @rule(ms=st.sampled_from([1, HOLD_MS // 2, HOLD_MS]))
    def wait(self, ms: int) -> None:
        self.expected.now += ms

    @rule(image_id=IDS)
    def reserve(self, image_id: str) -> None:
        expected = self.expected
        if image_id in expected.dead:
            with pytest.raises(ImageDeletedError):
                self._reserve(image_id)
        elif self._stored_full(image_id):
            with pytest.raises(ImageLimitReachedError):
                self._reserve(image_id)
        else:
            self._reserve(image_id)
            if image_id not in expected.here:
                expected.held[image_id] = expected.now + HOLD_MS

    @rule(image_id=IDS)
    def arrive(self, image_id: str) -> None:
        expected = self.expected
        if image_id in expected.dead:
            with pytest.raises(ImageDeletedError):
                self._arrive(image_id)
        elif image_id not in expected.here and len(expected.here) >= LIMIT:
            with pytest.raises(ImageLimitReachedError):
                self._arrive(image_id)
        else:
            assert self._arrive(image_id) == (image_id not in expected.here)
            if image_id not in expected.here:
                expected.numbers += 1
                expected.here[image_id] = expected.numbers
                expected.held.pop(image_id, None)

    @rule(image_id=IDS)
    def delete(self, image_id: str) -> None:
        expected = self.expected
        if image_id in expected.dead:
            with pytest.raises(ImageNotFoundError):
                self._delete(image_id)
            return
        assert self._delete(image_id)
        expected.held.pop(image_id, None)
        expected.here.pop(image_id, None)
        expected.dead.add(image_id)

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "expected"):
            return
        found = self.record.find(self.key, self.expected.now)
        assert found
        assert {image.image_id: image.sequence for image in found.in_order_taken()} == self.expected.here
        assert found.sequence == self.expected.numbers
        assert len(found.images) <= LIMIT
        assert not found.deleted & (set(found.slots) | set(found.images))
        assert found.deleted == self.expected.dead
        assert found.revision >= self.revision
        self.revision = found.revision

    def _stored_full(self, image_id: str) -> bool:
        """Tell whether there is no room: a lapsed place of the image's own counts as long as nobody took it."""
        found = self.record.find(self.key, self.expected.now)
        assert found
        return image_id not in found.slots and self.expected.full_for(image_id)

    def _reserve(self, image_id: str) -> None:
        now = self.expected.now
        self.images.reserve(self.key, START, image_id, now + HOLD_MS, now)

    def _delete(self, image_id: str) -> Session | None:
        found = self.record.find(self.key, self.expected.now)
        assert found
        return self.images.delete(found, image_id, self.expected.now)

    def _arrive(self, image_id: str) -> bool:
        picture: dict[str, Any] = {"key": image_id, "uploadedAt": self.expected.now, "metadata": {}, "notified": True}
        session, first = self.images.add(self.key, START, image_id, picture, self.expected.now)
        assert image_id in session.images
        return first


class RedisMachine(RuleBasedStateMachine):
    """Phones at the fast path, which is told of arrivals and deletions, and is sometimes reminded of the record."""

    fast: FastPath

    @initialize()
    def remember(self) -> None:
        self.key, self.expected = next(KEYS), Expected()
        self.remind()

    @rule(ms=st.sampled_from([1, HOLD_MS // 2, HOLD_MS, 30_000]))
    def wait(self, ms: int) -> None:
        self.expected.now += ms

    @rule()
    def remind(self) -> None:
        self.fast.store(self._session(), self.expected.now)
        self.believed_until = self.expected.now + 60_000

    @rule(image_id=IDS)
    def reserve(self, image_id: str) -> None:
        expected = self.expected
        held_until = expected.now + HOLD_MS
        _, outcome, ends = self.fast.reserve(self.key, START, image_id, held_until, LIMIT, None, expected.now)
        if self.believed_until <= expected.now:
            assert (outcome, ends) == ("unknown", 0)
            return
        assert ends == START + LIFE_MS
        if image_id in expected.dead:
            assert outcome == "gone"
        elif expected.full_for(image_id):
            assert outcome == "full"
        else:
            assert outcome == "held"
            if image_id not in expected.here:
                expected.held[image_id] = expected.now + HOLD_MS

    @rule(image_id=IDS)
    def arrive(self, image_id: str) -> None:
        """An arrival is marked only if the record has taken it, which it does under the limit."""
        expected = self.expected
        if image_id in expected.dead or expected.full_for(image_id):
            return
        expected.held.pop(image_id, None)
        expected.here[image_id] = len(expected.here) + 1
        self.fast.mark(self._session(), image_id, here=True)

    @rule(image_id=IDS)
    def delete(self, image_id: str) -> None:
        self.expected.held.pop(image_id, None)
        self.expected.here.pop(image_id, None)
        self.expected.dead.add(image_id)
        self.fast.mark(self._session(), image_id, here=False)

    @rule(image_id=IDS)
    def ask(self, image_id: str) -> None:
        assert self.fast.holds_place(self.key, image_id) == (image_id in self.expected.held)

    def _session(self) -> Session:
        """The session as the record has it: without the places that only Redis holds."""
        here = self.expected.here
        picture = ITEM["images"]["a"]
        changes = {
            "pk": self.key,
            "started": START,
            "expiresAt": START + LIFE_MS,
            "slots": dict(here),
            "images": dict.fromkeys(here, picture),
            "revisions": dict.fromkeys(here, 1),
            "deletedImages": set(self.expected.dead),
        }
        return session_from_record({**ITEM, **changes})


def machine(kind: type[RuleBasedStateMachine], **parts: object) -> type[RuleBasedStateMachine]:
    return type(kind.__name__, (kind,), parts)


def test_the_record_keeps_its_rules(table: Table) -> None:
    """Any order of holding, arriving, deleting and waiting: never over the limit, numbers 1..n, the dead stay dead."""
    run_state_machine_as_test(
        machine(RecordMachine, record=SessionRepository(table, life_ms=LIFE_MS)), settings=EXAMPLES
    )


def test_redis_keeps_the_same_rules(fast: FastPath) -> None:
    """The scripts decide as the rules say, also when Redis is reminded of the record in between."""
    run_state_machine_as_test(
        machine(RedisMachine, fast=fast), settings=settings(EXAMPLES, max_examples=4 * EXAMPLES.max_examples)
    )
