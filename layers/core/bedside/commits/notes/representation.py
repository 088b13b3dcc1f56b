"""Shapes of the answers about notes on their way to the record."""

from typing import NotRequired, TypedDict

from bedside.commits.file import File
from bedside.commits.representation import Status, error_of, status_of
from bedside.kernel.instants import iso


class NotesPatientDocument(TypedDict):
    """The patient to whose record notes go, as the directory had them when the notes were committed."""

    recordId: str
    name: str


class NotesFileDocument(TypedDict):
    """How far a visit's signed notes have come, with as many addenda as they had: `documentId` is the record's.

    `warnings` is what the record was not told, `error` why the notes are not there, or why nobody knows if they are.
    """

    addenda: int
    status: Status
    committedAt: str
    documentId: NotRequired[str]
    warnings: list[str]
    patient: NotRequired[NotesPatientDocument]
    error: NotRequired[str]


class NotesFilesDocument(TypedDict):
    """What of a visit's notes has been committed, those with the fewest addenda first."""

    files: list[NotesFileDocument]


def notes_file_document(file: File) -> NotesFileDocument:
    """Return how far notes have come."""
    document: NotesFileDocument = {
        "addenda": file.edits,
        "status": status_of(file),
        "committedAt": iso(file.committed_at),
        "warnings": list(file.warnings),
    }
    if file.patient:
        document["patient"] = {"recordId": file.patient_record_id, "name": file.patient.name}
    if file.document_id:
        document["documentId"] = file.document_id
    if error := error_of(file):
        document["error"] = error
    return document
