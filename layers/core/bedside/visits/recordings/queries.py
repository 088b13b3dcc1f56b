"""Queries for recordings: their parts with download links, and what a visit's summary says of them."""

from dataclasses import dataclass

from bedside.adapters.aws.s3 import Links
from bedside.visits.errors import RecordingNotFoundError
from bedside.visits.model import Visit
from bedside.visits.recordings.model import File, Recording
from bedside.visits.recordings.repository import RecordingRepository
from bedside.visits.representation import RecordingDocument, RecordingPartDocument, RecordingSummary


@dataclass(frozen=True, slots=True)
class RecordingQueries:
    """Returns recordings of all facilities; callers must have checked access to the visit."""

    repository: RecordingRepository
    links: Links
    url_life_s: int

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
