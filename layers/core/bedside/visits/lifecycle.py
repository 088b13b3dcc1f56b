"""What is learned of a visit, and everything that follows from it: timers, messages, the end of the room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bedside.kernel.errors import UnavailableError
from bedside.ports.video import Rooms
from bedside.visits.model import Visit
from bedside.visits.repository import FactsUpdate, VisitRepository
from bedside.visits.timers import Timers


class Announcer(Protocol):
    """Tells pages of a visit. Never raises."""

    def changed(self, visit: Visit, now_ms: int) -> None: ...

    def warned(self, visit: Visit, now_ms: int) -> None: ...


class Recorder(Protocol):
    """Hears that a visit is over."""

    def visit_over(self, visit: Visit, now_ms: int) -> None: ...


@dataclass(frozen=True, slots=True)
class VisitLifecycle:
    """Changes visits. What follows a change is not waited for long and may fail: the sweeper makes up for it.

    `on_failure` hears which part failed.
    """

    repository: VisitRepository
    timers: Timers
    announcer: Announcer
    rooms: Callable[[], Rooms]
    recordings: Callable[[], Recorder]
    on_failure: Callable[[str, UnavailableError], None]

    def booked(self, visit: Visit, now_ms: int) -> None:
        """Follow a new visit."""
        with self._attempt("timers"):
            self.timers.start(visit, now_ms)
        self.announcer.changed(visit, now_ms)

    def learn(self, visit_id: str, learn: FactsUpdate, now_ms: int) -> Visit:
        """Add to what is known of a visit and follow it; raises what `record.learn` raises."""
        before, after = self.repository.learn(visit_id, learn, now_ms)
        if after != before:
            if after.going_on:
                with self._attempt("timers"):
                    self.timers.follow(before, after, now_ms)
            if after.history != before.history:
                self.announcer.changed(after, now_ms)
        if after.unsettled:
            self._settle(after, now_ms)
        return after

    def look(self, visit_id: str, now_ms: int) -> Visit:
        """Take the steps that are due, and do what is left of an end that nobody saw to."""
        return self.learn(visit_id, lambda visit: visit.facts, now_ms)

    def sweep(self, visit_id: str, now_ms: int) -> None:
        """Look at a visit, and make sure that it has its timers; raises UnavailableError where something is left."""
        visit = self.look(visit_id, now_ms)
        if visit.going_on:
            self.timers.start(visit, now_ms)
        elif self.repository.read(visit_id).unsettled:
            raise UnavailableError("The end of the visit was not seen to.")

    def warn(self, visit_id: str, now_ms: int) -> None:
        """Tell both that the end of the visit is near, if it is."""
        visit = self.look(visit_id, now_ms)
        began_at = visit.facts.began_at
        if visit.going_on and began_at is not None and now_ms >= began_at + self.timers.rules.warning_ms:
            self.announcer.warned(visit, now_ms)

    def _settle(self, visit: Visit, now_ms: int) -> None:
        """Do what a visit's end brings about; all of it may be done twice."""
        with self._attempt("end"):
            if visit.facts.room_id:
                self.rooms().end(visit.facts.room_id)
            self.recordings().visit_over(visit, now_ms)
            self.timers.stop(visit, now_ms)
            self.repository.settled(visit.visit_id)

    @contextmanager
    def _attempt(self, part: str) -> Iterator[None]:
        try:
            yield
        except UnavailableError as error:
            self.on_failure(part, error)
