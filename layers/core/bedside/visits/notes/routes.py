"""The calls about notes, for the manifest of the visits domain."""

from typing import Final

from bedside.platform.contract import Degraded, Route
from bedside.visits.limits import VISITS

_DOCUMENT: Final = "notes.representation.NotesDocument"
_LIMITED: Final = Degraded("rate limit", ("process",), "Notes are in DynamoDB only. The limit stops runaway pages.")

NOTES_ROUTES: Final = (
    Route(
        "GET",
        "/visits/{visitId}/notes",
        summary="Read the practitioner's notes",
        caller="signedIn",
        answers={200: _DOCUMENT},
        problems=("visit-not-found", "forbidden"),
        limit=VISITS,
        version="answered",
        degraded=_LIMITED,
    ),
    Route(
        "PUT",
        "/visits/{visitId}/notes",
        summary="Save the practitioner's notes as a new version, until they are signed",
        caller="signedIn",
        body="notes.service.NotesRequest",
        # Four texts of maximum length; JSON may need up to twelve bytes per character.
        max_body_bytes=512 * 1024,
        answers={200: _DOCUMENT},
        problems=("visit-not-found", "forbidden", "notes-signed"),
        limit=VISITS,
        version="required",
        degraded=_LIMITED,
    ),
    Route(
        "GET",
        "/visits/{visitId}/notes/history",
        summary="List the latest versions of the notes, their signature, addenda and releases",
        caller="signedIn",
        answers={200: "notes.representation.NotesHistoryDocument"},
        problems=("visit-not-found", "forbidden"),
        limit=VISITS,
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/visits/{visitId}/notes/sign",
        summary="Sign the notes of a visit that is over, after which their texts never change",
        caller="signedIn",
        answers={200: _DOCUMENT},
        problems=("visit-not-found", "forbidden", "not-finished", "notes-empty", "notes-signed"),
        limit=VISITS,
        version="required",
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/visits/{visitId}/notes/addenda",
        summary="Add an addendum to signed notes",
        caller="signedIn",
        body="notes.service.AddendumRequest",
        answers={200: _DOCUMENT},
        problems=("visit-not-found", "forbidden", "notes-not-signed", "too-many-addenda"),
        limit=VISITS,
        version="required",
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/visits/{visitId}/notes/release",
        summary="Release a copy of signed notes, with their addenda, to the patient",
        caller="signedIn",
        answers={200: _DOCUMENT},
        problems=("visit-not-found", "forbidden", "notes-not-signed"),
        limit=VISITS,
        version="required",
        degraded=_LIMITED,
    ),
    Route(
        "GET",
        "/visits/{visitId}/notes/copy",
        summary="Read the copy of the notes that the practitioner has released to the patient",
        caller="signedIn",
        answers={200: "notes.representation.NotesCopyDocument"},
        problems=("visit-not-found", "forbidden", "notes-copy-not-found"),
        limit=VISITS,
        degraded=_LIMITED,
    ),
    Route(
        "GET",
        "/note-templates",
        summary="Read the clinician's own templates for notes",
        caller="clinician",
        answers={200: "notes.templates.TemplatesDocument"},
        limit=VISITS,
        version="answered",
        degraded=_LIMITED,
    ),
    Route(
        "PUT",
        "/note-templates",
        summary="Replace the clinician's own templates for notes",
        caller="clinician",
        body="notes.templates.TemplatesRequest",
        max_body_bytes=128 * 1024,
        answers={200: "notes.templates.TemplatesDocument"},
        limit=VISITS,
        version="required",
        degraded=_LIMITED,
    ),
)
