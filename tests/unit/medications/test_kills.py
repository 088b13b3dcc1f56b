"""A function that dies between any two steps: nothing comes twice, and the next dose is never lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.principal import Principal
from bedside.medications.course import Course, begun
from bedside.medications.doses import Doses
from bedside.medications.lifecycle import PlanLifecycle
from bedside.medications.plan import Dose, Plan
from bedside.medications.repository import PlanRepository
from bedside.medications.requests import SnoozeRequest, TakenRequest
from bedside.medications.rules import Rule
from tests.lives import Mortal, MortalSchedules, again, deaths, tables
from tests.tables import MEDICATIONS
from tests.unit.medications.course_book import HOUR, at, every, times

MONDAY = at("2026-11-30T08:00")
MINUTE = HOUR // 60
PATIENT = Principal("patient", "f", "FAC001", ("patient",))


class Shelf:
    """A patient's plan in the table, at an instant that moves on; whoever is killed is called again."""

    def __init__(self, rule: Rule, mortal: Mortal) -> None:
        self.now, self.rule = MONDAY, rule
        self.schedules = MortalSchedules(mortal=mortal)
        self.repository = PlanRepository(Table(MEDICATIONS))
        failures: list[object] = []
        self.lifecycle = PlanLifecycle(self.repository, self.schedules, lambda *one: failures.append(one))
        self.doses = Doses(self.lifecycle)

    @classmethod
    @contextmanager
    def opened(cls, rule: Rule, mortal: Mortal | None = None) -> Iterator["Shelf"]:
        mortal = mortal or Mortal()
        with tables(mortal):
            yield cls(rule, mortal)

    def plan(self) -> None:
        plan = Plan("p", "FAC001", "patient", self.now, "patient", "Medicine", "5 mg", self.rule, "UTC", HOUR)
        again(lambda: self.lifecycle.create(begun(plan, self.now), self.now))

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
        again(calls[answer])

    def time(self, now: int) -> None:
        """Let time pass, with timers and the sweeper, which finds what they have lost."""
        self.now = now
        for payload in self.schedules.due(now):
            again(lambda: self.lifecycle.advance(str(payload["id"]), self.now))  # noqa: B023  # called at once
        for plan_id in self.repository.due(now, 10):
            again(lambda: self.lifecycle.sweep(plan_id, self.now))  # noqa: B023  # as above

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
    wanted: list[tuple[str, str]] = []
    for mortal in deaths(after=True):
        with Shelf.opened(rule, mortal) as shelf:
            doses = shelf.live()
        wanted = wanted or doses
        assert doses == wanted
        assert mortal.steps > 10
    assert [state for _, state in wanted] == ["taken", "taken", "skipped", "missed", "due"]


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
