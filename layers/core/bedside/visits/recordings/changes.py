"""Changes of recordings, with what follows from each: the next check, and copies of files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bedside.encounters.events import SYSTEM, Actor
from bedside.visits.recordings.model import Recording
from bedside.visits.recordings.repository import RecordingRepository, RecordingUpdate


@dataclass(frozen=True, slots=True)
class RecordingChanges:
    """Changes recordings. `send` queues the copy of a file; `schedule` schedules a check at an instant (Unix ms)."""

    repository: RecordingRepository
    send: Callable[[Mapping[str, str]], None]
    schedule: Callable[[str, int], None]
    overdue_ms: int

    def make(
        self, visit_id: str, change: RecordingUpdate, *, facility_id: str | None = None, by: Actor = SYSTEM
    ) -> tuple[Recording, Recording]:
        """Apply a change as the repository's `update` does, and schedule the recording's next check."""
        before, after = self.repository.update(visit_id, change, facility_id=facility_id, by=by)
        self.schedule_check(before, after)
        return before, after

    def schedule_check(self, before: Recording, after: Recording) -> None:
        """Schedule the next check, if a change has moved it."""
        due_at = after.due_at(self.overdue_ms)
        if due_at is not None and due_at != before.due_at(self.overdue_ms):
            self.schedule(after.visit_id, due_at)

    def request_copies(self, recording: Recording, names: Iterable[str]) -> None:
        """Queue copies of those files that wait for one. Raises UnavailableError."""
        for name in names:
            if recording.files[name].state == "copying":
                self.send({"visitId": recording.visit_id, "file": name})
