"""Recordings of visits: start and stop them, handle provider events, and check on overdue ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.s3 import Links
from bedside.encounters.events import SYSTEM, Actor, user
from bedside.kernel.errors import RecordingNotFoundError, WrongStateError
from bedside.ports.video import RecordingAsset, Rooms
from bedside.visits.model import Visit
from bedside.visits.recordings.facts import (
    with_copy_retry,
    with_provider_checked,
    with_room,
    with_start_accepted,
    with_start_request,
    with_stop_accepted,
    with_stop_request,
    with_visit_over,
)
from bedside.visits.recordings.model import File, Recording
from bedside.visits.recordings.provider_events import update_from_asset, update_from_event
from bedside.visits.recordings.repository import RecordingRepository, RecordingUpdate
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import (
    RecordingDocument,
    RecordingPartDocument,
    RecordingStateDocument,
    RecordingSummary,
)
from bedside.visits.states import State

_RECORDABLE: Final = frozenset({"inProgress", "interrupted"})
_ACTIVE: Final = frozenset({"starting", "running", "stopping"})
_FILES: Final = frozenset({"recording.success", "beam.recording.success"})


@dataclass(frozen=True, slots=True)
class Recordings:
    """Recordings of all facilities; callers must have checked access to the visit.

    `send` queues the copy of a file; `schedule` schedules a check of a visit's recording at an instant (Unix ms).
    """

    repository: RecordingRepository
    visits: VisitRepository
    rooms: Callable[[], Rooms]
    links: Links
    send: Callable[[Mapping[str, str]], None]
    schedule: Callable[[str, int], None]
    overdue_ms: int
    url_life_s: int

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

        self.repository.link_room(room_id, visit.visit_id)
        # Stored before the provider is called, so that a crash in between cannot leave a running recording unknown.
        by = user(visit.practitioner_id)
        _, recording = self._update(visit.visit_id, begin, facility_id=visit.facility_id, by=by)
        # If the visit was ended concurrently, its cleanup may have run before the recording was stored.
        ended = self._end_if_visit_over(visit.visit_id, now_ms)
        if ended is not None:
            raise WrongStateError(f"The visit is {ended}.", ended)
        if recording.state == "starting":
            self.rooms().start_recording(room_id)
            _, recording = self._update(visit.visit_id, with_start_accepted)
        return {"state": recording.state}

    def stop(self, visit: Visit, now_ms: int, by: Actor = SYSTEM) -> RecordingStateDocument:
        """Stop recording, and return the recording's state; idempotent.

        Raises RecordingNotFoundError, and UnavailableError, after which the recording may have stopped.
        """

        def end(recording: Recording) -> Recording:
            return with_stop_request(recording, now_ms) if _active(recording) else recording

        before, recording = self._update(visit.visit_id, end, by=by)
        if _active(before):
            self.rooms().stop_recording(recording.room_id or self.rooms().open(visit.visit_id))
            _, recording = self._update(visit.visit_id, with_stop_accepted)
        return {"state": recording.state}

    def get(self, visit: Visit, now_ms: int) -> RecordingDocument:
        """Return a visit's recording, with a download link for each copied part.

        The top-level fields describe the newest part. Raises RecordingNotFoundError, UnavailableError.
        """
        recording = self.repository.find(visit.visit_id)
        if recording is None:
            raise RecordingNotFoundError("There is no recording of this visit.")
        parts = [self._part(recording, number, file, now_ms) for number, file in enumerate(recording.parts, 1)]
        document: RecordingDocument = {"state": recording.state, "parts": parts}
        newest = next((part for part in reversed(parts) if part["state"] == "completed"), None)
        if newest:
            document = {**newest, **document}
        if recording.failure:
            document["failure"] = recording.failure
        return document

    def summary(self, visit_id: str) -> RecordingSummary:
        """Return whether any part of a recording is or will be available, and its state. Raises UnavailableError."""
        recording = self.repository.find(visit_id)
        if recording is None:
            return {"recorded": False, "recordingState": None}
        remains = recording.state != "failed" or any(file.copy for file in recording.parts)
        return {"recorded": remains, "recordingState": recording.state}

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
            _, recording = self._update(visit_id, changed)
        except RecordingNotFoundError:
            # The recording was started in the room itself.
            visit = self.visits.get(visit_id)
            if not room_id or visit.facts.room_id != room_id:
                return False
            _, recording = self._update(
                visit_id, lambda recording: change(with_room(recording, room_id)), facility_id=visit.facility_id
            )
            self._end_if_visit_over(visit_id, now_ms)
        if recording.room_id != room_id:
            return False
        if kind in _FILES:
            # All parts, because an earlier invocation may have crashed before it requested their copies.
            self._copy(recording, [file.name for file in recording.parts])
        return True

    def visit_of(self, room_id: str) -> str:
        """Return the visit whose recording was started in a room, or "". Raises UnavailableError."""
        return self.repository.visit_of(room_id)

    def end_with_visit(self, visit: Visit, now_ms: int) -> None:
        """Mark a visit's recording as over, if there is one; idempotent. Raises UnavailableError."""
        try:
            self._update(visit.visit_id, lambda recording: with_visit_over(recording, now_ms))
        except RecordingNotFoundError:
            return

    def check_overdue(self, visit_id: str, now_ms: int) -> None:
        """Check an overdue recording with the provider, and request pending copies again; idempotent.

        Raises UnavailableError, after which the recording is still due.
        """
        recording = self.repository.find(visit_id)
        if recording is None or not _is_due(recording.due_at(self.overdue_ms), now_ms):
            return
        assets: list[RecordingAsset] = []
        if recording.missing > recording.given_up:
            assets = self.rooms().assets(recording.room_id or self.rooms().open(visit_id))

        def change(recording: Recording) -> Recording:
            for asset in assets:
                recording = update_from_asset(recording, asset, now_ms)
            missed = _is_due(recording.missing_due_at(self.overdue_ms), now_ms)
            return with_provider_checked(recording, now_ms) if missed else recording

        _, after = self.repository.update(visit_id, change)
        for file in after.parts:
            after = self._retry_copy(after, file.name, now_ms)
        self._schedule(recording, after)

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

    def _retry_copy(self, recording: Recording, name: str, now_ms: int) -> Recording:
        """Queue a copy that is due, and only then record the request, so that a failed request stays due."""

        def change(recording: Recording) -> Recording:
            due = _is_due(recording.files[name].due_at(self.overdue_ms), now_ms)
            return with_copy_retry(recording, name, now_ms) if due else recording

        expected = change(recording)
        if expected == recording:
            return recording
        self._copy(expected, [name])
        return self.repository.update(recording.visit_id, change)[1]

    def _update(
        self, visit_id: str, change: RecordingUpdate, *, facility_id: str | None = None, by: Actor = SYSTEM
    ) -> tuple[Recording, Recording]:
        before, after = self.repository.update(visit_id, change, facility_id=facility_id, by=by)
        self._schedule(before, after)
        return before, after

    def _schedule(self, before: Recording, after: Recording) -> None:
        due_at = after.due_at(self.overdue_ms)
        if due_at is not None and due_at != before.due_at(self.overdue_ms):
            self.schedule(after.visit_id, due_at)

    def _copy(self, recording: Recording, names: list[str]) -> None:
        for name in names:
            if recording.files[name].state == "copying":
                self.send({"visitId": recording.visit_id, "file": name})

    def _part(self, recording: Recording, number: int, file: File, now_ms: int) -> RecordingPartDocument:
        found: RecordingPartDocument = {"state": file.state}
        if file.copy is not None:
            # Browsers keep the names of downloads, so they must not identify the patient.
            save_as = f"recording-{recording.visit_id[:8]}-{number}.mp4"
            found["downloadUrl"] = self.links.download(
                file.copy.key, now_ms=now_ms, life_s=self.url_life_s, save_as=save_as
            )
            found["sha256"], found["sizeBytes"] = file.copy.sha256, file.copy.size
        if file.duration_s is not None:
            found["durationSeconds"] = file.duration_s
        return found


def _active(recording: Recording) -> bool:
    """Return whether the recording is in progress; False if nothing is known about it."""
    return bool(recording.asks or recording.beams) and recording.state in _ACTIVE


def _is_due(due_at: int | None, now_ms: int) -> bool:
    return due_at is not None and due_at <= now_ms
