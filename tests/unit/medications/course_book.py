"""A plan whose patient answers, with all its doses in memory."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bedside.medications.course import Course, advanced, begun, rearmed, skipped, snoozed, taken, undone
from bedside.medications.plan import Dose, Plan
from bedside.medications.rules import MINUTE_MS, Rule

HOUR = 60 * MINUTE_MS
DAY = 24 * HOUR
EVERY_DAY = tuple(range(7))


def at(text: str, zone: str = "UTC") -> int:
    """Return the instant of a time on the clock of a zone."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def times(*minutes: int, days: tuple[int, ...] = EVERY_DAY, ends_on: date | None = None) -> Rule:
    return Rule("times", date(2026, 1, 1), ends_on, days, minutes)


def every(hours: int) -> Rule:
    return Rule("interval", date(2026, 1, 1), every_hours=hours)


@dataclass
class Book:
    """What is stored of a plan, at an instant that tests move on."""

    plan: Plan
    now: int
    closed: dict[str, Dose] = field(default_factory=dict)

    @classmethod
    def begin(cls, rule: Rule, now: int, zone: str = "UTC", grace: int = HOUR) -> "Book":
        plan = Plan("plan", "FAC001", "patient", now, "patient", "Medicine", "5 mg", rule, zone, grace)
        return cls(begun(plan, now), now)

    @property
    def due(self) -> int | None:
        """When the next dose is due."""
        return self.plan.open.due_at if self.plan.open else None

    def keep(self, course: Course) -> None:
        self.plan = course.plan
        for dose in course.reopened:
            del self.closed[dose.key]
        for dose in course.closed:
            self.closed[dose.key] = dose

    def look(self, now: int | None = None) -> Course:
        """Let time pass until an instant, and look."""
        self.now = self.now if now is None else now
        course = advanced(self.plan, self.now)
        self.keep(course)
        return Course(course.plan)

    def answer(self, answer: str, key: str | None = None, **how: Any) -> Dose:
        """Answer the open dose, or the one of this name; return it as it is then."""
        course = self.look()
        dose = course.plan.open if key is None else course.find(key) or self.closed[key]
        assert dose
        answers = {"taken": taken, "skipped": skipped, "snoozed": snoozed, "undone": undone}
        if answer == "taken":
            how.setdefault("at_ms", self.now)
        self.keep(answers[answer](course, dose, now_ms=self.now, **how))  # type: ignore[operator]  # each its own arguments
        found = Course(self.plan).find(dose.key) or self.closed[dose.key]
        assert found
        return found

    def change(self, **changes: Any) -> None:
        """Change the rule, the zone or the state."""
        self.look()
        self.plan = rearmed(replace(self.plan, **changes), self.now)

    @property
    def planned(self) -> list[int]:
        """When all doses so far were planned for."""
        doses = [*self.closed.values(), *([self.plan.open] if self.plan.open else [])]
        return sorted(dose.planned_at for dose in doses)
