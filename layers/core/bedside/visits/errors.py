"""Errors of visits that a caller can receive, with HTTP status and problem slug."""

from dataclasses import dataclass
from typing import Any, override

from bedside.kernel.errors import BedsideError, LimitReachedError, NotFoundError


class VisitNotFoundError(NotFoundError):
    slug, title = "visit-not-found", "There is no such visit"


class RtcTokenNotFoundError(BedsideError):
    """The token was already fetched, is more than a minute old, or never existed."""

    status, slug, title = 404, "rtc-token-not-found", "There is no token for the room"


class RecordingNotFoundError(NotFoundError):
    slug, title = "recording-not-found", "There is no recording of this visit"


@dataclass(frozen=True, slots=True)
class Hold:
    """Time that is held for a visit to be, its `owner`, probably not longer than until then (Unix ms)."""

    owner: str
    until: int


class ClashError(BedsideError):
    """The practitioner has another visit at this time; `visit_id` names it, None if the caller may not see it.

    With `hold`, the time is held for a visit that is yet to be paid.
    """

    status, slug, title = 409, "clash", "The practitioner has another visit at this time"

    def __init__(self, detail: str, visit_id: str | None, hold: Hold | None = None) -> None:
        super().__init__(detail)
        self.visit_id = visit_id
        self.hold = hold

    @override
    def extensions(self) -> dict[str, Any]:
        return {"visitId": self.visit_id}


class PatientClashError(ClashError):
    """As above, for the patient; the caller may repeat the request and allow it."""

    slug, title = "patient-clash", "The patient has another visit at this time"


class NotFinishedError(BedsideError):
    status, slug, title = 409, "not-finished", "The visit is not over"


class NotesSignedError(BedsideError):
    """Signed notes never change; what is to be added is an addendum."""

    status, slug, title = 409, "notes-signed", "These notes are signed"


class NotesNotSignedError(BedsideError):
    status, slug, title = 409, "notes-not-signed", "These notes are not signed"


class NotesEmptyError(BedsideError):
    status, slug, title = 409, "notes-empty", "There is nothing to sign"


class TooManyAddendaError(BedsideError):
    status, slug, title = 409, "too-many-addenda", "These notes have as many addenda as they may"


class NotesCopyNotFoundError(NotFoundError):
    """The practitioner has not released the notes to the patient."""

    slug, title = "notes-copy-not-found", "There is no copy of the notes"


class TooManyJoiningsError(LimitReachedError):
    slug, title = "too-many-joinings", "The visit was joined too often"
