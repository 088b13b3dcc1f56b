"""What is learned of a visit, and everything that follows from it: timers, messages, the end of the room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bedside.errors import UnavailableError
from bedside.visits.announcing import Announcer
from bedside.visits.record import Learn, VisitRecord
from bedside.visits.rooms import Rooms
from bedside.visits.timers import Timers
from bedside.visits.visit import Visit


class Recorder(Protocol):
    """Hears that a visit is over."""

    def visit_over(self, visit: Visit, now_ms: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Changing:
    """Changes visits. What follows a change is not waited for long and may fail: the sweeper makes up for it.

    `on_failure` hears which part failed.
    """

    record: VisitRecord
    timers: Timers
    announcer: Announcer
    rooms: Callable[[], Rooms]
    recordings: Callable[[], Recorder]
    on_failure: Callable[[str, UnavailableError], None]

    def booked(self, visit: Visit, now: int) -> None:
        """Follow a new visit."""
        with self._attempt("timers"):
            self.timers.start(visit, now)
        self.announcer.changed(visit, now)

    def learn(self, visit_id: str, learn: Learn, now: int) -> Visit:
        """Add to what is known of a visit and follow it; raises what `record.learn` raises."""
        before, after = self.record.learn(visit_id, learn, now)
        if after != before:
            if after.going_on:
                with self._attempt("timers"):
                    self.timers.follow(before, after, now)
            if after.history != before.history:
                self.announcer.changed(after, now)
        if after.unsettled:
            self._settle(after, now)
        return after

    def look(self, visit_id: str, now: int) -> Visit:
        """Take the steps that are due, and do what is left of an end that nobody saw to."""
        return self.learn(visit_id, lambda visit: visit.known, now)

    def sweep(self, visit_id: str, now: int) -> None:
        """Look at a visit, and make sure that it has its timers; raises UnavailableError where something is left."""
        visit = self.look(visit_id, now)
        if visit.going_on:
            self.timers.start(visit, now)
        elif self.record.read(visit_id).unsettled:
            raise UnavailableError("The end of the visit was not seen to.")

    def warn(self, visit_id: str, now: int) -> None:
        """Tell both that the end of the visit is near, if it is."""
        visit = self.look(visit_id, now)
        began_at = visit.known.began_at
        if visit.going_on and began_at is not None and now >= began_at + self.timers.rules.warning_ms:
            self.announcer.warned(visit, now)

    def _settle(self, visit: Visit, now: int) -> None:
        """Do what a visit's end brings about; all of it may be done twice."""
        with self._attempt("end"):
            if visit.known.room_id:
                self.rooms().end(visit.known.room_id)
            self.recordings().visit_over(visit, now)
            self.timers.stop(visit, now)
            self.record.settled(visit.visit_id)

    @contextmanager
    def _attempt(self, part: str) -> Iterator[None]:
        try:
            yield
        except UnavailableError as error:
            self.on_failure(part, error)
