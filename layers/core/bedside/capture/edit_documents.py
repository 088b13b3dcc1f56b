"""Response documents of edits, apart from the others, so that no other call loads the models of shapes."""

import json
from collections.abc import Iterable
from typing import TypedDict

from bedside.capture.edit_repository import EditVersion
from bedside.capture.edits import Edits
from bedside.kernel.instants import iso


class EditVersionDocument(TypedDict):
    version: int
    savedAt: str
    savedBy: str
    edits: Edits


class EditHistoryDocument(TypedDict):
    """The latest fifty versions of an image's edits, newest first."""

    versions: list[EditVersionDocument]


def edit_history_document(versions: Iterable[EditVersion]) -> EditHistoryDocument:
    """Return versions of edits as a document."""
    return {
        "versions": [
            {
                "version": each.version,
                "savedAt": iso(each.saved_at),
                "savedBy": each.saved_by,
                "edits": json.loads(each.edits.text()),
            }
            for each in versions
        ]
    }
