"""Errors of committing to the record that a caller can receive, with HTTP status and problem slug."""

from collections.abc import Mapping, Sequence
from typing import Any, override

from bedside.kernel.errors import BedsideError, NotFoundError


class LaunchRefusedError(BedsideError):
    """The record does not confirm that it opened us, or did so too long ago, or in another browser."""

    status, slug, title = 403, "launch-refused", "The record did not open Bedside"


class LaunchUnknownPersonError(BedsideError):
    """The record knows who opened us, and nobody has said who that is here; `practitioner_id` is the record's."""

    status, slug, title = 403, "launch-unknown-person", "Your facility has not connected you yet"

    def __init__(self, detail: str, practitioner_id: str) -> None:
        super().__init__(detail)
        self.practitioner_id = practitioner_id

    @override
    def extensions(self) -> dict[str, Any]:
        return {"practitionerId": self.practitioner_id}


class NothingToCommitError(BedsideError):
    status, slug, title = 409, "nothing-to-commit", "There is nothing to commit"


class NoRecordTargetError(BedsideError):
    status, slug, title = 409, "no-record-target", "The facility is not connected to a record"


class CommitNotFoundError(NotFoundError):
    slug, title = "commit-not-found", "There is no such commit"


class MetadataMissingError(BedsideError):
    """What photos need before they can be committed; nothing was committed. `images` says what each of them needs."""

    status, slug, title = 409, "metadata-missing", "Some photos are not ready for the patient's record"

    def __init__(self, detail: str, images: Mapping[str, Sequence[str]]) -> None:
        super().__init__(detail)
        self.images = images

    @override
    def extensions(self) -> dict[str, Any]:
        return {"images": [{"imageId": name, "missing": list(missing)} for name, missing in self.images.items()]}


class NotesOfAnotherPatientError(BedsideError):
    """The person who had the visit is tied to another patient than the one to whose record its notes went before."""

    status, slug, title = 409, "notes-of-another-patient", "The visit's notes belong to another patient"


class PatientUnknownError(BedsideError):
    status, slug, title = 409, "patient-unknown", "The directory does not know the patient"
