"""Checks of overdue recordings: what the provider has meanwhile, and copies that were not made."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.ports.video import RecordingAsset, Rooms
from bedside.visits.recordings.changes import RecordingChanges
from bedside.visits.recordings.facts import with_copy_retry, with_provider_checked
from bedside.visits.recordings.model import Recording
from bedside.visits.recordings.provider_events import update_from_asset


@dataclass(frozen=True, slots=True)
class OverdueRecordings:
    """Checks recordings whose parts or copies should have come."""

    changes: RecordingChanges
    rooms: Callable[[], Rooms]

    def check(self, visit_id: str, now_ms: int) -> None:
        """Check an overdue recording with the provider, and request pending copies again; idempotent.

        Raises UnavailableError, after which the recording is still due.
        """
        recording = self.changes.repository.find(visit_id)
        if recording is None or not _is_due(recording.due_at(self.changes.overdue_ms), now_ms):
            return
        assets: list[RecordingAsset] = []
        if recording.missing > recording.given_up:
            assets = self.rooms().assets(recording.room_id or self.rooms().open(visit_id))

        def change(recording: Recording) -> Recording:
            for asset in assets:
                recording = update_from_asset(recording, asset, now_ms)
            missed = _is_due(recording.missing_due_at(self.changes.overdue_ms), now_ms)
            return with_provider_checked(recording, now_ms) if missed else recording

        _, after = self.changes.repository.update(visit_id, change)
        for file in after.parts:
            after = self._retry_copy(after, file.name, now_ms)
        self.changes.schedule_check(recording, after)

    def _retry_copy(self, recording: Recording, name: str, now_ms: int) -> Recording:
        """Queue a copy that is due, and only then record the request, so that a failed request stays due."""

        def change(recording: Recording) -> Recording:
            due = _is_due(recording.files[name].due_at(self.changes.overdue_ms), now_ms)
            return with_copy_retry(recording, name, now_ms) if due else recording

        expected = change(recording)
        if expected == recording:
            return recording
        self.changes.request_copies(expected, [name])
        return self.changes.repository.update(recording.visit_id, change)[1]


def _is_due(due_at: int | None, now_ms: int) -> bool:
    return due_at is not None and due_at <= now_ms
