"""Recordings of visits: starting and stopping them, what the provider tells of them, and what became of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.s3 import Links
from bedside.kernel.errors import RecordingNotFoundError, WrongStateError
from bedside.ports.video import RecordingAsset, Rooms
from bedside.visits.model import Visit
from bedside.visits.recordings.facts import (
    asked,
    asked_again,
    asked_to_stop,
    checked_with_provider,
    over,
    stop_taken,
    taken,
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
    """The recordings of all facilities' visits: whoever calls has checked whose visit it is.

    `send` asks for the copy of a file, `schedule` for a look at a visit's recording at a time (Unix ms).
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
        """Return the state of a recording that is starting, or that runs already; may be repeated.

        Raises WrongStateError, also while another one stops, and UnavailableError, after which it may have begun.
        """
        if visit.state not in _RECORDABLE:
            raise WrongStateError(f"The visit is {visit.state}.", visit.state)
        room_id = visit.facts.room_id or self.rooms().open(visit.visit_id)

        def begin(recording: Recording) -> Recording:
            if recording.state == "stopping":
                raise WrongStateError("The recording is stopping.", "stopping")
            return recording if _active(recording) else asked(recording, room_id, now_ms)

        self.repository.room_is_of(room_id, visit.visit_id)
        # Whoever dies in between has left word that it may be running.
        _, recording = self._learn(visit.visit_id, begin, facility_id=visit.facility_id)
        # Whoever ended the visit since it was read may have found no recording to end.
        ended = self._end_with_visit(visit.visit_id, now_ms)
        if ended is not None:
            raise WrongStateError(f"The visit is {ended}.", ended)
        if recording.state == "starting":
            self.rooms().start_recording(room_id)
            _, recording = self._learn(visit.visit_id, taken)
        return {"state": recording.state}

    def stop(self, visit: Visit, now_ms: int) -> RecordingStateDocument:
        """Return the state of a recording that stops, or has stopped; may be repeated.

        Raises RecordingNotFoundError, and UnavailableError, after which it may have stopped.
        """

        def end(recording: Recording) -> Recording:
            return asked_to_stop(recording, now_ms) if _active(recording) else recording

        before, recording = self._learn(visit.visit_id, end)
        if _active(before):
            self.rooms().stop_recording(recording.room_id or self.rooms().open(visit.visit_id))
            _, recording = self._learn(visit.visit_id, stop_taken)
        return {"state": recording.state}

    def get(self, visit: Visit, now_ms: int) -> RecordingDocument:
        """Return what there is of a visit's recording, with a link to each part that is ours.

        What stands on top is the newest part. Raises RecordingNotFoundError, UnavailableError.
        """
        recording = self.repository.read(visit.visit_id)
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
        """Return whether there is, or will be, anything of a visit's recording, and its state.

        Raises UnavailableError.
        """
        recording = self.repository.read(visit_id)
        if recording is None:
            return {"recorded": False, "recordingState": None}
        remains = recording.state != "failed" or any(file.copy for file in recording.parts)
        return {"recorded": remains, "recordingState": recording.state}

    def handle_event(self, visit_id: str, kind: str, data: Mapping[str, Any], now_ms: int) -> bool:
        """Tell whether an event of the provider's was about a recording, and something that we need to know.

        Again, late, or in another order is the same. Raises VisitNotFoundError, UnavailableError.
        """
        change = update_from_event(kind, data, now_ms)
        if change is None or data.get("recording_enabled") is False:
            return False
        try:
            _, recording = self._learn(visit_id, change)
        except RecordingNotFoundError:
            # Somebody has started it in the room itself.
            facility_id = self.visits.read(visit_id).facility_id
            _, recording = self._learn(visit_id, change, facility_id=facility_id)
            self._end_with_visit(visit_id, now_ms)
        if kind in _FILES:
            # Whatever was told before may have been told to somebody who died before asking for the copy.
            self._copy(recording, [file.name for file in recording.parts])
        return True

    def visit_of(self, room_id: str) -> str:
        """Return the visit whose recording was started in a room; "" if none was. Raises UnavailableError."""
        return self.repository.visit_of(room_id)

    def visit_over(self, visit: Visit, now_ms: int) -> None:
        """Note that nothing is recorded any more; may be repeated. Raises UnavailableError."""
        try:
            self._learn(visit.visit_id, lambda recording: over(recording, now_ms))
        except RecordingNotFoundError:
            return

    def overdue(self, visit_id: str, now_ms: int) -> None:
        """Look what became of a recording that is waited for, if it is time to; may be repeated.

        Raises UnavailableError, after which it is still time to.
        """
        recording = self.repository.read(visit_id)
        if recording is None or not _is_up(recording.due_at(self.overdue_ms), now_ms):
            return
        assets: list[RecordingAsset] = []
        if recording.missing > recording.given_up:
            assets = self.rooms().assets(recording.room_id or self.rooms().open(visit_id))

        def learn(recording: Recording) -> Recording:
            for asset in assets:
                recording = update_from_asset(recording, asset, now_ms)
            missed = _is_up(recording.missing_due_at(self.overdue_ms), now_ms)
            return checked_with_provider(recording, now_ms) if missed else recording

        _, after = self.repository.learn(visit_id, learn)
        for file in after.parts:
            after = self._ask_again(after, file.name, now_ms)
        self._schedule(recording, after)

    def _end_with_visit(self, visit_id: str, now_ms: int) -> State | None:
        """Note that nothing is recorded any more if the visit is over, and return how it ended; None while it goes on.

        A recording that has just become known is compared with the visit after it was written: before, the visit could
        end in between, and nobody would ever look at the recording again.
        """
        visit = self.visits.read(visit_id)
        if visit.going_on:
            return None
        self.visit_over(visit, now_ms)
        return visit.state

    def _ask_again(self, recording: Recording, name: str, now_ms: int) -> Recording:
        """Ask for a copy that is due, and only then note it, so that one that could not be asked for stays due."""

        def learn(recording: Recording) -> Recording:
            due = _is_up(recording.files[name].due_at(self.overdue_ms), now_ms)
            return asked_again(recording, name, now_ms) if due else recording

        expected = learn(recording)
        if expected == recording:
            return recording
        self._copy(expected, [name])
        return self.repository.learn(recording.visit_id, learn)[1]

    def _learn(
        self, visit_id: str, learn: RecordingUpdate, *, facility_id: str | None = None
    ) -> tuple[Recording, Recording]:
        before, after = self.repository.learn(visit_id, learn, facility_id=facility_id)
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
            # Names of downloads stay in the lists of browsers: nothing in them says whose visit it was.
            save_as = f"recording-{recording.visit_id[:8]}-{number}.mp4"
            found["downloadUrl"] = self.links.download(
                file.copy.key, now_ms=now_ms, life_s=self.url_life_s, save_as=save_as
            )
            found["sha256"], found["sizeBytes"] = file.copy.sha256, file.copy.size
        if file.duration_s is not None:
            found["durationSeconds"] = file.duration_s
        return found


def _active(recording: Recording) -> bool:
    """Tell whether it is under way; one of which nothing is known is not."""
    return bool(recording.asks or recording.beams) and recording.state in _ACTIVE


def _is_up(due_at: int | None, now_ms: int) -> bool:
    return due_at is not None and due_at <= now_ms
