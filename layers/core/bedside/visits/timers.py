"""The timers of a visit, which trigger its due steps and the warning."""

from dataclasses import dataclass
from typing import Final

from bedside.ports.scheduler import Scheduler
from bedside.visits.model import Visit
from bedside.visits.timeline import TimeLimits, timeline

# The shortest delay of a timer, for those already due: the schedule must be created before it fires.
_SOONEST_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of a visit, which fires at an instant (Unix ms)."""

    kind: str
    at: int


def timers(visit: Visit, rules: TimeLimits, now_ms: int) -> frozenset[Timer]:
    """Return the timers that a visit needs."""
    if not visit.ongoing:
        return frozenset()
    found = timeline(visit.facts, rules, now_ms)
    waits = {Timer("visit", found.due_at)} if found.due_at is not None else set()
    if found.began_at is not None and found.began_at + rules.warning_ms > now_ms:
        waits.add(Timer("visitWarning", found.began_at + rules.warning_ms))
    return frozenset(waits)


@dataclass(frozen=True, slots=True)
class Timers:
    """Keeps a schedule per timer. The sweeper makes up for lost ones."""

    scheduler: Scheduler
    rules: TimeLimits

    def start(self, visit: Visit, now_ms: int) -> None:
        """Schedule all timers of a visit. Raises UnavailableError."""
        for timer in sorted(timers(visit, self.rules, now_ms), key=lambda timer: timer.at):
            self._put(visit.visit_id, timer, now_ms)

    def reschedule(self, before: Visit, after: Visit, now_ms: int) -> None:
        """Schedule the timers that a changed visit now needs, and cancel the others. Raises UnavailableError."""
        old, new = timers(before, self.rules, now_ms), timers(after, self.rules, now_ms)
        for timer in new - old:
            self._put(after.visit_id, timer, now_ms)
        for timer in old - new:
            if timer.at > now_ms:
                self.scheduler.remove(_name(after.visit_id, timer))

    def stop(self, visit: Visit, now_ms: int) -> None:
        """Cancel all timers that a visit may ever have had. Raises UnavailableError."""
        for timer in _all_timers(visit, self.rules, now_ms):
            if timer.at > now_ms:
                self.scheduler.remove(_name(visit.visit_id, timer))

    def tell_booking(self, visit: Visit, now_ms: int) -> None:
        """Let the booking that the visit came of learn of a change. Raises UnavailableError."""
        if visit.booking_id is not None:
            self.look_at_booking(visit.booking_id, now_ms)

    def look_at_booking(self, booking_id: str, now_ms: int) -> None:
        """Let somebody look at a booking at once. Raises UnavailableError."""
        payload = {"kind": "booking", "id": booking_id}
        self.scheduler.put(f"booking-{booking_id}-{now_ms}", now_ms + _SOONEST_MS, payload)

    def _put(self, visit_id: str, timer: Timer, now_ms: int) -> None:
        payload = {"kind": timer.kind, "id": visit_id}
        self.scheduler.put(_name(visit_id, timer), max(timer.at, now_ms + _SOONEST_MS), payload)


def _all_timers(visit: Visit, rules: TimeLimits, now_ms: int) -> frozenset[Timer]:
    """Return all timers that a visit may have had."""
    found, facts = timeline(visit.facts, rules, now_ms), visit.facts
    begun = {step.at for step in visit.history if step.target == "inProgress"} | {facts.began_at, found.began_at}
    lost = {step.at for step in visit.history if step.target == "interrupted"} | {found.lost_at}
    looks = {facts.starts_at + rules.no_show_ms} | {at + rules.limit_ms for at in begun if at is not None}
    looks |= {at + rules.grace_ms for at in lost if at is not None}
    warnings = {at + rules.warning_ms for at in begun if at is not None}
    return frozenset({Timer("visit", at) for at in looks} | {Timer("visitWarning", at) for at in warnings})


def _name(visit_id: str, timer: Timer) -> str:
    return f"{timer.kind}-{visit_id}-{timer.at}"
