"""How many of the doses that were due a patient has taken. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bedside.kernel.wall_clock import WallClock
from bedside.medications.plan import Dose

_WHOLE: Final = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """Doses that were closed; `late` ones are among those taken."""

    taken: int = 0
    skipped: int = 0
    missed: int = 0
    late: int = 0

    @property
    def percent(self) -> int | None:
        """The share that was taken, in per cent, rounded down; None without doses."""
        closed = self.taken + self.skipped + self.missed
        return self.taken * _WHOLE // closed if closed else None


def tally(doses: Iterable[Dose]) -> Tally:
    """Return the tally of doses; those that have not been answered yet do not count."""
    counted = list(doses)
    states = [dose.state for dose in counted]
    late = sum(dose.late for dose in counted)
    return Tally(states.count("taken"), states.count("skipped"), states.count("missed"), late)


def by_week(doses: Iterable[Dose], time_zone: str) -> dict[date, Tally]:
    """Return the tally of each week in which doses were due, by its Monday in the zone, in order."""
    return _by(doses, time_zone, lambda day: day - timedelta(days=day.weekday()))


def by_month(doses: Iterable[Dose], time_zone: str) -> dict[date, Tally]:
    """Return the tally of each month in which doses were due, by its first day in the zone, in order."""
    return _by(doses, time_zone, lambda day: day.replace(day=1))


def _by(doses: Iterable[Dose], time_zone: str, first_of: Callable[[date], date]) -> dict[date, Tally]:
    clock, found = WallClock(time_zone), dict[date, list[Dose]]()
    for dose in doses:
        found.setdefault(first_of(clock.date_at(dose.due_at)), []).append(dose)
    return {first: tally(found[first]) for first in sorted(found)}
