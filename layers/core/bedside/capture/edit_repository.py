"""Edits of photos in DynamoDB: an item for each version, and the current version's number in the session's item.

A session's item holds only a number per photo, so it does not grow with what is drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.capture.edit_erasure import drawn_on, edit_key
from bedside.capture.edits import NO_EDITS, Edits
from bedside.capture.errors import SessionNotFoundError
from bedside.capture.image import Image
from bedside.capture.image_slots import CHANGEABLE, REVISE, photo_event
from bedside.capture.model import Session
from bedside.capture.session_expressions import FAR_S
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import Actor
from bedside.kernel.errors import UnavailableError

_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class EditVersion:
    """One version of a photo's edits; version 0, saved by nobody, is the photo as it arrived."""

    version: int
    edits: Edits
    saved_at: int = 0
    saved_by: str = ""


@dataclass(frozen=True, slots=True)
class EditRepository:
    """Versions of edits, by session and image; deleted with their photo, and expire should that fail."""

    table: Table
    sessions: SessionRepository

    def get(self, session: Session, image: Image) -> EditVersion:
        """Return the current version. Raises UnavailableError."""
        if not image.edits:
            return EditVersion(0, NO_EDITS)
        item = self.table.get(_key(session, image, image.edits))
        if item is None:  # no photo outlives its edits
            raise UnavailableError("The edits could not be read.")
        return _version(item)

    def list_versions(self, session: Session, image: Image) -> Iterator[EditVersion]:
        """Yield the latest fifty versions, newest first."""
        for number in range(image.edits, max(0, image.edits - _SHOWN), -1):
            item = self.table.get(_key(session, image, number))
            if item:
                yield _version(item)

    def add(self, session: Session, image: Image, new: EditVersion, now_ms: int, by: Actor) -> bool:
        """Add the version after the one in `image`; False if anything about the two changed since they were read.

        Raises UnavailableError.
        """
        unchanged = "#images.#image.#edits = :seen" if image.edits else "attribute_not_exists(#images.#image.#edits)"
        current = self.sessions.prepare_change(
            session,
            f"SET #images.#image.#edits = :version, {REVISE}",
            condition=f"#images.#image.#uploadedAt = :arrived AND {unchanged} AND {CHANGEABLE}",
            values={
                "arrived": image.uploaded_at,
                "version": new.version,
                "one": 1,
                **({"seen": image.edits} if image.edits else {}),
            },
            names={"image": image.image_id},
            events=[photo_event("photo-edited", image.image_id, now_ms, by)],
            now_ms=now_ms,
        )
        kept = self.table.put_change(
            {
                "pk": _key(session, image, new.version),
                "facilityId": session.facility_id,
                "version": new.version,
                "edits": new.edits.text(),
                "savedAt": new.saved_at,
                "savedBy": new.saved_by,
                "ttl": now_ms // 1000 + FAR_S,
            },
            condition="attribute_not_exists(#pk)",
        )
        try:
            transact(current, kept)
        except ConditionFailedError:
            return False
        return True

    def find_session(self, key: str) -> Session:
        """Return the session, open or ended, because what was drawn can be looked at after its end.

        Raises SessionNotFoundError, UnavailableError.
        """
        session = self.sessions.find_stored(key)
        if session is None:
            raise SessionNotFoundError("There is no session for this encounter.")
        return session


def _key(session: Session, image: Image, version: int) -> str:
    return edit_key(session.key, drawn_on(image), version)


def _version(item: Item) -> EditVersion:
    return EditVersion(
        int(item["version"]), Edits.model_validate_json(item["edits"]), int(item["savedAt"]), item["savedBy"]
    )
