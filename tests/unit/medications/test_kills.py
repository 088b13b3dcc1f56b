"""A function that dies between any two steps: nothing comes twice, and the next dose is never lost."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest

from bedside.adapters.aws.client import AwsError
from bedside.adapters.aws.dynamodb import Table
from bedside.identity.principal import Principal
from bedside.medications.course import Course, begun
from bedside.medications.doses import Doses
from bedside.medications.lifecycle import PlanLifecycle
from bedside.medications.plan import Dose, Plan
from bedside.medications.repository import PlanRepository
from bedside.medications.requests import SnoozeRequest, TakenRequest
from bedside.medications.rules import Rule
from tests.fakes.dynamodb import DynamoDb
from tests.fakes.schedules import Schedules
from tests.tables import MEDICATIONS, SCHEMAS
from tests.unit.medications.course_book import HOUR, at, every, times

MONDAY = at("2026-11-30T08:00")
MINUTE = HOUR // 60
PATIENT = Principal("patient", "f", "FAC001", ("patient",))
_WRITES = ("PutItem", "TransactWriteItems")


class DiedError(Exception):
    """A function is no more."""


@dataclass
class Mortal:
    """Counts steps outside of a function, and lets one die before, or right after, the so manieth."""

    steps: int = 0
    dies_at: int | None = None
    after: bool = False

    @contextmanager
    def step(self) -> Iterator[None]:
        self.steps += 1
        dies = self.steps == self.dies_at
        if dies and not self.after:
            raise DiedError
        yield
        if dies:
            raise DiedError


@dataclass
class Record:
    """DynamoDB without a network; every write is a step."""

    mortal: Mortal
    tables: DynamoDb = field(default_factory=lambda: DynamoDb({MEDICATIONS: SCHEMAS[MEDICATIONS]}))

    def call(self, operation: str, question: Mapping[str, Any], *, try_s: float, tries: int) -> Any:  # noqa: ARG002  # as the adapter does
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


@dataclass
class MortalSchedules(Schedules):
    """Schedules, made by somebody who may die."""

    mortal: Mortal = field(default_factory=Mortal)

    def put(self, name: str, at_ms: int, payload: Mapping[str, Any]) -> None:
        with self.mortal.step():
            super().put(name, at_ms, payload)


class Shelf:
    """A patient's plan in the table, at an instant that moves on; whoever is killed is called again."""

    def __init__(self, rule: Rule) -> None:
        self.now, self.mortal, self.rule = MONDAY, Mortal(), rule
        self.schedules = MortalSchedules(mortal=self.mortal)
        self.repository = PlanRepository(Table(MEDICATIONS))
        failures: list[object] = []
        self.lifecycle = PlanLifecycle(self.repository, self.schedules, lambda *one: failures.append(one))
        self.doses = Doses(self.lifecycle)

    @classmethod
    @contextmanager
    def opened(cls, rule: Rule) -> Iterator["Shelf"]:
        with pytest.MonkeyPatch.context() as patch:
            shelf = cls(rule)
            record = Record(shelf.mortal)
            patch.setattr("bedside.adapters.aws.dynamodb._service", lambda: record)
            patch.setattr("bedside.adapters.aws.dynamodb._CONFLICT_PAUSE_S", 0)
            yield shelf

    def again(self, do: Callable[[], object]) -> None:
        try:
            do()
        except DiedError:
            do()

    def plan(self) -> None:
        plan = Plan("p", "FAC001", "patient", self.now, "patient", "Medicine", "5 mg", self.rule, "UTC", HOUR)
        self.again(lambda: self.lifecycle.create(begun(plan, self.now), self.now))

    @property
    def open(self) -> Dose:
        found = self.repository.get("p").open
        assert found
        return found

    def answer(self, answer: str, key: str, at_ms: int | None = None) -> None:
        dose_id = f"p.{key}"
        when = TakenRequest.model_validate({"at": None})
        calls: dict[str, Callable[[], object]] = {
            "taken": lambda: self.doses.taken(PATIENT, dose_id, when, at_ms or self.now),
            "skipped": lambda: self.doses.skipped(PATIENT, dose_id, self.now),
            "snoozed": lambda: self.doses.snooze(PATIENT, dose_id, SnoozeRequest(minutes=10), self.now),
            "undone": lambda: self.doses.undo(PATIENT, dose_id, self.now),
        }
        self.again(calls[answer])

    def time(self, now: int) -> None:
        """Let time pass, with timers and the sweeper, which finds what they have lost."""
        self.now = now
        for payload in self.schedules.due(now):
            self.again(lambda: self.lifecycle.advance(str(payload["id"]), self.now))  # noqa: B023  # called at once
        for plan_id in self.repository.due(now, 10):
            self.again(lambda: self.lifecycle.sweep(plan_id, self.now))  # noqa: B023  # as above

    def live(self) -> list[tuple[str, str]]:
        """Live two days of answers, and return every dose as it stands then."""
        self.plan()
        first = self.open.key
        self.answer("snoozed", first)
        self.time(self.now + 12 * MINUTE)
        self.answer("taken", first)
        self.answer("undone", first)
        self.answer("taken", first)
        second = self.open.key
        self.time(self.open.due_at + 2 * HOUR)
        self.answer("taken", second)
        self.time(self.open.due_at)
        self.answer("skipped", self.open.key)
        self.time(self.open.due_at + 5 * HOUR)
        closed = list(self.repository.list_doses("p", 0, self.now + 48 * HOUR))
        assert self.repository.due(self.now, 10) == []
        assert [dose for dose in closed if dose.is_open] == []
        return [*((dose.key, dose.state) for dose in closed), (self.open.key, self.open.state)]


@pytest.mark.parametrize("rule", [times(480, 1200), every(8)], ids=["times", "interval"])
def test_whoever_dies_leaves_one_course_of_doses(rule: Rule) -> None:
    """Before and after every write and every schedule: the same doses in the same states."""
    with Shelf.opened(rule) as shelf:
        wanted, steps = shelf.live(), shelf.mortal.steps
        assert [state for _, state in wanted] == ["taken", "taken", "skipped", "missed", "due"]
    assert steps > 10
    for step, after in product(range(1, steps + 1), (False, True)):
        with Shelf.opened(rule) as shelf:
            shelf.mortal.dies_at, shelf.mortal.after = step, after
            assert shelf.live() == wanted


def test_timers_may_all_be_lost() -> None:
    """The sweeper finds every dose that was missed."""
    with Shelf.opened(times(480, 1200)) as shelf:
        shelf.plan()
        shelf.schedules.away = True
        shelf.schedules.waiting.clear()
        shelf.time(MONDAY + 49 * HOUR)
        states = [dose.state for dose in shelf.repository.list_doses("p", 0, shelf.now)]
        assert states == ["missed"] * 5
        assert shelf.open.due_at == at("2026-12-02T20:00")


def test_two_who_answer_at_once_answer_once() -> None:
    """The slower one sees what the faster has done, and gets the same answer."""
    with Shelf.opened(every(8)) as shelf:
        shelf.plan()
        key, tried = shelf.open.key, 0

        def meanwhile(course: Course) -> Course:
            nonlocal tried
            tried += 1
            if tried == 1:
                shelf.answer("taken", key)
            return course

        shelf.lifecycle.update("p", lambda course: meanwhile(course), shelf.now)  # noqa: PLW0108  # reads as the others
        shelf.answer("taken", key)
        assert [dose.state for dose in shelf.repository.list_doses("p", 0, shelf.now + 48 * HOUR)] == ["taken"]
        assert shelf.open.due_at == shelf.now + 8 * HOUR
