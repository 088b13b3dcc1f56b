"""Response documents of edits, apart from the others, so that no other call loads the models of shapes."""

import json
from collections.abc import Iterable
from typing import NotRequired, TypedDict

from bedside.capture.edit_repository import EditVersion
from bedside.capture.edits import Edits
from bedside.capture.photo_edits import NamedVersion
from bedside.kernel.instants import iso


class EditVersionDocument(TypedDict):
    """A version of an image's edits; without the name of an author who has none, or has left the facility."""

    version: int
    savedAt: str
    savedBy: str
    savedByName: NotRequired[str]
    edits: Edits


class EditHistoryDocument(TypedDict):
    """The latest fifty versions of an image's edits, newest first."""

    versions: list[EditVersionDocument]


def edit_history_document(versions: Iterable[NamedVersion]) -> EditHistoryDocument:
    """Return versions of edits as a document."""
    return {"versions": [_document(*each) for each in versions]}


def _document(version: EditVersion, author: str | None) -> EditVersionDocument:
    document: EditVersionDocument = {
        "version": version.version,
        "savedAt": iso(version.saved_at),
        "savedBy": version.saved_by,
        "edits": json.loads(version.edits.text()),
    }
    if author:
        document["savedByName"] = author
    return document
