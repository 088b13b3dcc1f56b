"""Response documents of notes, as typed dictionaries, which cost nothing at run time."""

from typing import TypedDict, cast

from bedside.adapters.aws.attributes import Item
from bedside.kernel.instants import iso
from bedside.visits.model import Visit
from bedside.visits.notes.model import FIELDS, Addendum, Author, Notes, NotesState, Release


class NotesTexts(TypedDict):
    chiefComplaint: str
    observations: str
    assessment: str
    plan: str


class AuthorDocument(TypedDict):
    """Who wrote or signed something, with the name that they had at that time."""

    userId: str
    name: str | None


class AddendumDocument(TypedDict):
    at: str
    by: AuthorDocument
    text: str


class ReleaseDocument(TypedDict):
    """A copy that the patient was given: the signed texts with the first so many addenda."""

    at: str
    by: AuthorDocument
    addenda: int


class NotesDocument(NotesTexts):
    """The practitioner's notes. Signed ones no longer change; `addenda` are added to them, oldest first.

    `released` is the patient's latest copy, or null.
    """

    state: NotesState
    signedAt: str | None
    signedBy: AuthorDocument | None
    addenda: list[AddendumDocument]
    released: ReleaseDocument | None


class NotesVersionDocument(NotesTexts):
    version: int
    savedAt: str
    savedBy: str


class NotesHistoryDocument(TypedDict):
    """Everything that happened to the notes.

    `versions` are the latest fifty of the texts, or as many as fit into a response, newest first; `addenda` and
    `releases` are all, oldest first.
    """

    versions: list[NotesVersionDocument]
    signedAt: str | None
    signedBy: AuthorDocument | None
    addenda: list[AddendumDocument]
    releases: list[ReleaseDocument]


class NotesCopyDocument(NotesTexts):
    """The patient's copy of signed notes, as of `releasedAt`."""

    practitionerName: str | None
    patientName: str | None
    startsAt: str
    signedAt: str
    signedBy: AuthorDocument
    addenda: list[AddendumDocument]
    releasedAt: str


def notes_document(notes: Notes) -> NotesDocument:
    """Return the notes as their practitioner sees them."""
    signature = notes.signature
    return {
        **_texts(notes),
        "state": notes.state,
        "signedAt": iso(signature.at) if signature else None,
        "signedBy": _author(signature.by) if signature else None,
        "addenda": [_addendum(one) for one in notes.addenda],
        "released": _release(notes.releases[-1]) if notes.releases else None,
    }


def history_document(notes: Notes, versions: list[Item]) -> NotesHistoryDocument:
    """Return what happened to the notes; `versions` are items of their texts, newest first."""
    signature = notes.signature
    return {
        "versions": [
            {
                "version": int(item["version"]),
                "savedAt": iso(int(item["savedAt"])),
                "savedBy": item["savedBy"],
                **cast("NotesTexts", {name: item[name] for name in FIELDS}),
            }
            for item in versions
        ],
        "signedAt": iso(signature.at) if signature else None,
        "signedBy": _author(signature.by) if signature else None,
        "addenda": [_addendum(one) for one in notes.addenda],
        "releases": [_release(one) for one in notes.releases],
    }


def copy_document(notes: Notes, visit: Visit) -> NotesCopyDocument | None:
    """Return the patient's copy, without addenda that were written after its release; None if there is none."""
    if not notes.signature or not notes.releases:
        return None
    release = notes.releases[-1]
    return {
        **_texts(notes),
        "practitionerName": visit.practitioner_name,
        "patientName": visit.patient_name,
        "startsAt": iso(visit.facts.starts_at),
        "signedAt": iso(notes.signature.at),
        "signedBy": _author(notes.signature.by),
        "addenda": [_addendum(one) for one in notes.addenda[: release.addenda]],
        "releasedAt": iso(release.at),
    }


def _texts(notes: Notes) -> NotesTexts:
    return cast("NotesTexts", {name: notes.texts[name] for name in FIELDS})


def _author(author: Author) -> AuthorDocument:
    return {"userId": author.user_id, "name": author.name}


def _addendum(addendum: Addendum) -> AddendumDocument:
    return {"at": iso(addendum.at), "by": _author(addendum.by), "text": addendum.text}


def _release(release: Release) -> ReleaseDocument:
    return {"at": iso(release.at), "by": _author(release.by), "addenda": release.addenda}
