"""Errors of patients that a caller can receive, with HTTP status and problem slug."""

from collections.abc import Mapping
from typing import Any, Literal, override

from bedside.kernel.errors import BedsideError, NotFoundError


class PatientNotFoundError(NotFoundError):
    slug, title = "patient-not-found", "There is no such patient"


class PatientMismatchError(BedsideError):
    """The encounter's open session, or the directory, has another patient, name or NHI than the request; both are told.

    `source` says which of the two it is.
    """

    status, slug, title = 409, "patient-mismatch", "Another patient is recorded"

    def __init__(
        self,
        detail: str,
        recorded: Mapping[str, str],
        requested: Mapping[str, str],
        source: Literal["session", "directory"] = "session",
    ) -> None:
        super().__init__(detail)
        self.recorded, self.requested, self.source = recorded, requested, source

    @override
    def extensions(self) -> dict[str, Any]:
        return {"recorded": dict(self.recorded), "requested": dict(self.requested), "source": self.source}


class DuplicateIdentifierError(BedsideError):
    """Another patient of the facility has what only one can have; `field` says what, the rest who that is."""

    status, slug, title = 409, "duplicate-identifier", "Another patient has this number"

    def __init__(self, detail: str, field: str, patient_id: str, name: str) -> None:
        super().__init__(detail)
        self.field, self.patient_id, self.name = field, patient_id, name

    @override
    def extensions(self) -> dict[str, Any]:
        return {"field": self.field, "patientId": self.patient_id, "name": self.name}
