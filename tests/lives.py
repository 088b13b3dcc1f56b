"""Functions that die between two steps: shared by tests of what must be neither lost nor done twice.

A step is what others can see at once: a write to a table, a schedule, a message, a call of a provider. A function may
die before any of them, and queues, timers and people then ask for the same once more. Build your world upon a `Mortal`,
which counts its steps, and let `deaths` give one that lives, and then one for each of these steps:

    class Desk:
        def __init__(self, mortal: Mortal) -> None:
            self.schedules = MortalSchedules(mortal=mortal)   # each schedule is a step
            self.provider.hook = mortal                       # each call is a step
            self.bookings = BookingRepository(Table(BOOKINGS))

        @classmethod
        @contextmanager
        def opened(cls, mortal: Mortal) -> Iterator[Self]:
            with tables(mortal):                              # each write is a step
                yield cls(mortal)

    def test_a_function_that_dies_leaves_nothing_behind() -> None:
        for mortal in deaths():
            with Desk.opened(mortal) as desk:
                again(desk.book)
                again(desk.pay)
                assert desk.charged == 45

What comes before the life in question happens while the mortal is `spared`. `deaths(after=True)` lets functions also
die right after each step, before they hear its answer.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from bedside.adapters.aws.client import AwsError
from tests.fakes.dynamodb import DynamoDb
from tests.fakes.schedules import Schedules
from tests.tables import SCHEMAS

_WRITES: Final = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})


class DiedError(Exception):
    """A function is no more."""


@dataclass
class Mortal:
    """Counts steps outside of a function, and lets one die once, at the so manieth; None: it lives.

    It dies before the step, or, if `after`, when the step is done.
    """

    dies_at: int | None = None
    after: bool = False
    steps: int = 0
    _spared: bool = False

    def __call__(self, *_: object) -> None:
        """Take a step of which nobody sees when it is done."""
        with self.step():
            pass

    @contextmanager
    def step(self) -> Iterator[None]:
        """Take a step: what stands in the block."""
        if self._spared:
            yield
            return
        self.steps += 1
        dies = self.steps == self.dies_at
        if dies and not self.after:
            raise DiedError
        yield
        if dies:
            raise DiedError

    @contextmanager
    def spared(self) -> Iterator[None]:
        """Let nobody die in the block, and count nothing."""
        self._spared = True
        yield
        self._spared = False


def deaths(*, after: bool = False) -> Iterator[Mortal]:
    """Give a mortal that lives; then, for each step that it took, one that dies before it (and one `after` it)."""
    living = Mortal()
    yield living
    assert living.steps, "nothing was a step"
    for at in range(1, living.steps + 1):
        for late in (False, True)[: 1 + after]:
            mortal = Mortal(dies_at=at, after=late)
            yield mortal
            assert mortal.steps >= at, f"nobody died at step {at} of {living.steps}"


def again(do: Callable[[], object]) -> None:
    """Do something that may die, and then once more, as queues, timers and people do."""
    try:
        do()
    except DiedError:
        do()


@dataclass
class MortalTables:
    """DynamoDB without a network; every write is a step. It counts what it is asked."""

    mortal: Mortal
    tables: DynamoDb = field(default_factory=lambda: DynamoDb(SCHEMAS))
    asked: int = 0

    def call(self, operation: str, question: Mapping[str, Any], *, try_s: float, tries: int) -> Any:  # noqa: ARG002  # as the adapter does
        self.asked += 1
        if operation not in _WRITES:
            return self._served(operation, question)
        with self.mortal.step():
            return self._served(operation, question)

    def _served(self, operation: str, question: Mapping[str, Any]) -> Any:
        status, body = self.tables.serve(operation, json.dumps(question))
        if status != 200:
            document = json.loads(body)
            raise AwsError(document["__type"].rpartition("#")[2], status=status, content=body.encode(), sent=True)
        return json.loads(body)


@contextmanager
def tables(mortal: Mortal) -> Iterator[MortalTables]:
    """Let all tables of the product be empty ones, whose writes are steps."""
    with pytest.MonkeyPatch.context() as patch:
        found = MortalTables(mortal)
        patch.setattr("bedside.adapters.aws.dynamodb._service", lambda: found)
        patch.setattr("bedside.adapters.aws.dynamodb._CONFLICT_PAUSE_S", 0)
        yield found


@dataclass
class MortalSchedules(Schedules):
    """Schedules, made by somebody who may die."""

    mortal: Mortal = field(default_factory=Mortal)

    def put(self, name: str, at_ms: int, payload: Mapping[str, Any]) -> None:
        with self.mortal.step():
            super().put(name, at_ms, payload)
