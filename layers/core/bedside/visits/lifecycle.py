"""Updates of visits and their follow-up actions: timers, live messages, and closing the room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bedside.kernel.errors import UnavailableError
from bedside.ports.video import Party, Rooms
from bedside.visits.errors import ClashError
from bedside.visits.model import Visit
from bedside.visits.presence import PARTIES, present, stays
from bedside.visits.repository import FactsUpdate, VisitRepository
from bedside.visits.timers import Timers


class Announcer(Protocol):
    """Publishes changes of visits to pages. Never raises."""

    def publish_change(self, visit: Visit, now_ms: int) -> None: ...

    def publish_warning(self, visit: Visit, now_ms: int) -> None: ...


class Recorder(Protocol):
    """Ends the recording of a visit that is over."""

    def end_with_visit(self, visit: Visit, now_ms: int) -> None: ...


@dataclass(frozen=True, slots=True)
class VisitLifecycle:
    """Updates visits, and takes the follow-up actions. If an action fails, the sweeper repeats it.

    `on_failure` receives the name of the failed action and the error.
    """

    repository: VisitRepository
    timers: Timers
    announcer: Announcer
    rooms: Callable[[], Rooms]
    recordings: Callable[[], Recorder]
    on_failure: Callable[[str, UnavailableError], None]

    def on_booked(self, visit: Visit, now_ms: int) -> None:
        """Take the follow-up actions of a booking."""
        with self._attempt("timers"):
            self.timers.start(visit, now_ms)
        self.announcer.publish_change(visit, now_ms)

    def on_clash(self, clash: ClashError, now_ms: int) -> None:
        """Let a hold that should be over be looked at, so that its time is free for whoever tries again."""
        if clash.hold and clash.hold.until <= now_ms:
            with self._attempt("timers"):
                self.timers.look_at_booking(clash.hold.owner, now_ms)

    def on_rescheduled(self, before: Visit, after: Visit, now_ms: int) -> None:
        """Take the follow-up actions of a changed time."""
        with self._attempt("timers"):
            self.timers.reschedule(before, after, now_ms)
            self.timers.tell_booking(after, now_ms)
        self.announcer.publish_change(after, now_ms)

    def update(self, visit_id: str, change: FactsUpdate, now_ms: int) -> Visit:
        """Update a visit's facts, take the follow-up actions, and return the visit.

        Raises VisitNotFoundError, UnavailableError, and whatever `change` raises.
        """
        before, after = self.repository.update(visit_id, change, now_ms)
        if after != before:
            if after.ongoing:
                with self._attempt("timers"):
                    self.timers.reschedule(before, after, now_ms)
            if _shown(after, now_ms) != _shown(before, now_ms):
                self.announcer.publish_change(after, now_ms)
        if after.cleanup_pending:
            self._clean_up(after, now_ms)
        return after

    def advance(self, visit_id: str, now_ms: int) -> Visit:
        """Take the steps that are due, and clean up a visit that has ended."""
        return self.update(visit_id, lambda visit: visit.facts, now_ms)

    def sweep(self, visit_id: str, now_ms: int) -> None:
        """Advance a visit, and ensure that its timers exist. Raises UnavailableError if cleaning up failed."""
        visit = self.advance(visit_id, now_ms)
        if visit.ongoing:
            self.timers.start(visit, now_ms)
        elif self.repository.get(visit_id).cleanup_pending:
            raise UnavailableError("The end of the visit was not seen to.")

    def warn(self, visit_id: str, now_ms: int) -> None:
        """Warn both parties if the visit is about to reach its time limit."""
        visit = self.advance(visit_id, now_ms)
        began_at = visit.facts.began_at
        if visit.ongoing and began_at is not None and now_ms >= began_at + self.timers.rules.warning_ms:
            self.announcer.publish_warning(visit, now_ms)

    def _clean_up(self, visit: Visit, now_ms: int) -> None:
        """Close the room, end the recording, cancel the timers and release the time of an ended visit; idempotent."""
        with self._attempt("end"):
            if visit.facts.room_id:
                self.rooms().end(visit.facts.room_id)
            self.recordings().end_with_visit(visit, now_ms)
            self.timers.stop(visit, now_ms)
            self.repository.release(visit, now_ms)
            self.timers.tell_booking(visit, now_ms)
            self.repository.mark_cleaned_up(visit.visit_id)

    @contextmanager
    def _attempt(self, part: str) -> Iterator[None]:
        try:
            yield
        except UnavailableError as error:
            self.on_failure(part, error)


def _shown(visit: Visit, at: int) -> tuple[object, ...]:
    """Return what pages show. Who is there, is seen, and allows a recording can change without a step."""
    parties: list[Party] = [party for party in PARTIES if present(stays(visit.facts.joinings.values(), party), at)]
    return visit.history, visit.facts.consents, visit.facts.pictures, parties
