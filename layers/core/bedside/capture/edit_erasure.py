"""Deletes what was drawn on photos that are gone. A session's item says what that is until it is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import batched
from typing import Final

from bedside.adapters.aws.dynamodb import Table, transact
from bedside.capture.image import Image
from bedside.capture.model import DRAWN

# As many writes as a transaction may have.
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class EditErasure:
    """Deletes all versions of photos' edits."""

    table: Table

    def erase(self, session_key: str, drawn: Mapping[str, int]) -> None:
        """Delete all versions of edits, given by photo as `Session.drawn` has them; idempotent.

        Raises UnavailableError.
        """
        keys = [edit_key(session_key, photo, number) for photo, last in drawn.items() for number in range(1, last + 1)]
        for some in batched(keys, _AT_ONCE, strict=False):
            transact(*(self.table.delete_change(key) for key in some))


def drawn_on(image: Image) -> str:
    """Return what tells the edits of a photo apart from those of others of its session.

    A photo that arrived damaged may come again under its id, and starts anew.
    """
    return f"{image.image_id}#{image.uploaded_at}"


def drawn_attribute(image: Image) -> str:
    """Return the attribute of a session that holds how many versions of a photo's edits are to be deleted."""
    return f"{DRAWN}{drawn_on(image)}"


def edit_key(session_key: str, photo: str, version: int) -> str:
    """Return the key of one version of a photo's edits; `photo` is what `drawn_on` returned."""
    return f"edits#{session_key}#{photo}#{version}"
