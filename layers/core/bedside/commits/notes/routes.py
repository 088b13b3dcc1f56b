"""The calls about notes on their way to the record, for the manifest of the commits domain."""

from typing import Final

from bedside.commits.limits import COMMITS
from bedside.platform.contract import Degraded, Route

_LIMITED: Final = Degraded("rate limit", ("process",), "Commits are in DynamoDB only. The limit stops runaway pages.")
_FILE: Final = "notes.representation.NotesFileDocument"

NOTES_ROUTES: Final = (
    Route(
        "POST",
        "/visits/{visitId}/notes/commit",
        summary="Commit a visit's signed notes, with the addenda that they have, to the patient's record",
        caller="signedIn",
        answers={202: _FILE},
        problems=(
            "visit-not-found",
            "forbidden",
            "notes-not-signed",
            "patient-unknown",
            "notes-of-another-patient",
            "no-record-target",
        ),
        limit=COMMITS,
        degraded=_LIMITED,
    ),
    Route(
        "GET",
        "/visits/{visitId}/notes/commits",
        summary="Read how far a visit's notes have come on their way to the patient's record",
        caller="signedIn",
        answers={200: "notes.representation.NotesFilesDocument"},
        problems=("visit-not-found", "forbidden"),
        limit=COMMITS,
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/visits/{visitId}/notes/commits/resolve",
        summary="Resolve unknown notes: name their document in the patient's record, or say that it is absent",
        caller="signedIn",
        body="notes.requests.ResolveNotesRequest",
        answers={200: _FILE},
        problems=("visit-not-found", "forbidden", "commit-not-found", "wrong-state"),
        limit=COMMITS,
        degraded=_LIMITED,
    ),
)
