"""Recordings of visits: they are started and stopped, and follow the events of the provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.encounters.events import SYSTEM, Actor, user
from bedside.kernel.errors import WrongStateError
from bedside.ports.video import Rooms
from bedside.visits.errors import RecordingNotFoundError
from bedside.visits.model import Visit
from bedside.visits.recordings.changes import RecordingChanges
from bedside.visits.recordings.facts import (
    with_room,
    with_start_accepted,
    with_start_request,
    with_stop_accepted,
    with_stop_request,
    with_visit_over,
)
from bedside.visits.recordings.model import Recording
from bedside.visits.recordings.provider_events import update_from_event
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import RecordingStateDocument
from bedside.visits.states import State

_RECORDABLE: Final = frozenset({"inProgress", "interrupted"})
_ACTIVE: Final = frozenset({"starting", "running", "stopping"})
_FILES: Final = frozenset({"recording.success", "beam.recording.success"})


@dataclass(frozen=True, slots=True)
class Recordings:
    """Recordings of all facilities; callers must have checked access to the visit."""

    changes: RecordingChanges
    visits: VisitRepository
    rooms: Callable[[], Rooms]

    def start(self, visit: Visit, now_ms: int) -> RecordingStateDocument:
        """Start recording, and return the recording's state; idempotent.

        Raises WrongStateError, also while an earlier recording is stopping, and UnavailableError, after which the
        recording may have started.
        """
        if visit.state not in _RECORDABLE:
            raise WrongStateError(f"The visit is {visit.state}.", visit.state)
        room_id = visit.facts.room_id or self.rooms().open(visit.visit_id)

        def begin(recording: Recording) -> Recording:
            if recording.state == "stopping":
                raise WrongStateError("The recording is stopping.", "stopping")
            return recording if _active(recording) else with_start_request(recording, room_id, now_ms)

        self.changes.repository.link_room(room_id, visit.visit_id)
        # Stored before the provider is called, so that a crash in between cannot leave a running recording unknown.
        by = user(visit.practitioner_id)
        _, recording = self.changes.make(visit.visit_id, begin, facility_id=visit.facility_id, by=by)
        # If the visit was ended concurrently, its cleanup may have run before the recording was stored.
        ended = self._end_if_visit_over(visit.visit_id, now_ms)
        if ended is not None:
            raise WrongStateError(f"The visit is {ended}.", ended)
        if recording.state == "starting":
            self.rooms().start_recording(room_id)
            _, recording = self.changes.make(visit.visit_id, with_start_accepted)
        return {"state": recording.state}

    def stop(self, visit: Visit, now_ms: int, by: Actor = SYSTEM) -> RecordingStateDocument:
        """Stop recording, and return the recording's state; idempotent.

        Raises RecordingNotFoundError, and UnavailableError, after which the recording may have stopped.
        """

        def end(recording: Recording) -> Recording:
            return with_stop_request(recording, now_ms) if _active(recording) else recording

        before, recording = self.changes.make(visit.visit_id, end, by=by)
        if _active(before):
            self.rooms().stop_recording(recording.room_id or self.rooms().open(visit.visit_id))
            _, recording = self.changes.make(visit.visit_id, with_stop_accepted)
        return {"state": recording.state}

    def handle_event(self, visit_id: str, kind: str, data: Mapping[str, Any], now_ms: int) -> bool:
        """Handle a provider event, and return whether it was relevant to a recording: one of the visit's own room.

        Tolerates repeated, late and reordered events. Raises VisitNotFoundError, UnavailableError.
        """
        change = update_from_event(kind, data, now_ms)
        if change is None or data.get("recording_enabled") is False:
            return False
        room_id = data.get("room_id")

        def changed(recording: Recording) -> Recording:
            if not recording.room_id:
                raise RecordingNotFoundError("There is no recording with a known room.")
            return change(recording) if recording.room_id == room_id else recording

        try:
            _, recording = self.changes.make(visit_id, changed)
        except RecordingNotFoundError:
            # The recording was started in the room itself.
            visit = self.visits.get(visit_id)
            if not room_id or visit.facts.room_id != room_id:
                return False
            _, recording = self.changes.make(
                visit_id, lambda recording: change(with_room(recording, room_id)), facility_id=visit.facility_id
            )
            self._end_if_visit_over(visit_id, now_ms)
        if recording.room_id != room_id:
            return False
        if kind in _FILES:
            # All parts, because an earlier invocation may have crashed before it requested their copies.
            self.changes.request_copies(recording, [file.name for file in recording.parts])
        return True

    def visit_of(self, room_id: str) -> str:
        """Return the visit whose recording was started in a room, or "". Raises UnavailableError."""
        return self.changes.repository.visit_of(room_id)

    def end_with_visit(self, visit: Visit, now_ms: int) -> None:
        """Mark a visit's recording as over, if there is one; idempotent. Raises UnavailableError."""
        try:
            self.changes.make(visit.visit_id, lambda recording: with_visit_over(recording, now_ms))
        except RecordingNotFoundError:
            return

    def _end_if_visit_over(self, visit_id: str, now_ms: int) -> State | None:
        """Mark the recording as over if its visit is over, and return the visit's final state; None if it is ongoing.

        Must be called after a new recording has been written: if the visit were read first, it could end in between,
        and the recording would never be ended.
        """
        visit = self.visits.get(visit_id)
        if visit.ongoing:
            return None
        self.end_with_visit(visit, now_ms)
        return visit.state


def _active(recording: Recording) -> bool:
    """Return whether the recording is in progress; False if nothing is known about it."""
    return bool(recording.asks or recording.beams) and recording.state in _ACTIVE
