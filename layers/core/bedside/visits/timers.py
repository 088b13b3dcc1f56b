"""The timers of a visit: when somebody has to look at it, or to be warned."""

from dataclasses import dataclass
from typing import Final

from bedside.ports.scheduler import Scheduler
from bedside.visits.model import Visit
from bedside.visits.timeline import TimeLimits, timeline

# A timer whose time has passed already still needs a moment to be made.
_SOONEST_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Timer:
    """A time that will be up for a visit: to look at it, or to warn of its end; Unix ms."""

    kind: str
    at: int


def timers(visit: Visit, rules: TimeLimits, now_ms: int) -> frozenset[Timer]:
    """Return what a visit waits for."""
    if not visit.going_on:
        return frozenset()
    found = timeline(visit.facts, rules, now_ms)
    waits = {Timer("visit", found.due_at)} if found.due_at is not None else set()
    if found.began_at is not None and found.began_at + rules.warning_ms > now_ms:
        waits.add(Timer("visitWarning", found.began_at + rules.warning_ms))
    return frozenset(waits)


@dataclass(frozen=True, slots=True)
class Timers:
    """Keeps a schedule for each timer. What is lost here the sweeper finds."""

    scheduler: Scheduler
    rules: TimeLimits

    def start(self, visit: Visit, now_ms: int) -> None:
        """Schedule all timers of a visit; raises UnavailableError."""
        for timer in sorted(timers(visit, self.rules, now_ms), key=lambda timer: timer.at):
            self._put(visit.visit_id, timer, now_ms)

    def follow(self, before: Visit, after: Visit, now_ms: int) -> None:
        """Schedule what a visit waits for now, and no longer what it waited for before; raises UnavailableError."""
        old, new = timers(before, self.rules, now_ms), timers(after, self.rules, now_ms)
        for timer in new - old:
            self._put(after.visit_id, timer, now_ms)
        for timer in old - new:
            if timer.at > now_ms:
                self.scheduler.remove(_name(after.visit_id, timer))

    def stop(self, visit: Visit, now_ms: int) -> None:
        """Schedule nothing more for a visit that is over, whatever was left before; raises UnavailableError."""
        for timer in _ever(visit, self.rules, now_ms):
            if timer.at > now_ms:
                self.scheduler.remove(_name(visit.visit_id, timer))

    def _put(self, visit_id: str, timer: Timer, now_ms: int) -> None:
        payload = {"kind": timer.kind, "id": visit_id}
        self.scheduler.put(_name(visit_id, timer), max(timer.at, now_ms + _SOONEST_MS), payload)


def _ever(visit: Visit, rules: TimeLimits, now_ms: int) -> frozenset[Timer]:
    """Return what a visit has waited for."""
    found, facts = timeline(visit.facts, rules, now_ms), visit.facts
    begun = {step.at for step in visit.history if step.target == "inProgress"} | {facts.began_at, found.began_at}
    lost = {step.at for step in visit.history if step.target == "interrupted"} | {found.lost_at}
    looks = {facts.starts_at + rules.no_show_ms} | {at + rules.limit_ms for at in begun if at is not None}
    looks |= {at + rules.grace_ms for at in lost if at is not None}
    warnings = {at + rules.warning_ms for at in begun if at is not None}
    return frozenset({Timer("visit", at) for at in looks} | {Timer("visitWarning", at) for at in warnings})


def _name(visit_id: str, timer: Timer) -> str:
    return f"{timer.kind}-{visit_id}-{timer.at}"
