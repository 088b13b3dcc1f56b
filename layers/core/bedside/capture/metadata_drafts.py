"""What a phone says of a photo before it arrives: kept for an hour, in case the phone never comes to say it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedside.capture.metadata import Metadata, changed
from bedside.platform.transient.drafts import PHOTO_DETAILS, Drafts, PendingDraft


@dataclass(frozen=True, slots=True)
class MetadataDraft:
    """The details of a photo as its phone gave them at an instant (Unix ms)."""

    at: int
    metadata: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        return {"at": self.at, "metadata": dict(self.metadata)}


def draft_of(metadata: Metadata | None, now_ms: int) -> MetadataDraft | None:
    """Return what the phone says now, which may be that there is nothing to say; None where it says not even that."""
    return None if metadata is None else MetadataDraft(now_ms, changed({}, metadata))


def read_draft(document: Mapping[str, Any] | None) -> MetadataDraft | None:
    """Return the draft that a store has kept, None for anything else."""
    match document:
        case {"at": at, "metadata": Mapping() as metadata}:
            return MetadataDraft(int(at), metadata)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class MetadataDrafts:
    """Drafts of photos' details in Redis, by session and image."""

    drafts: Drafts

    def prepare(self, session_key: str, started: int, image_id: str, draft: MetadataDraft) -> PendingDraft:
        """Return the draft for the fast path to keep with the image's place."""
        return self.drafts.prepare(PHOTO_DETAILS, _name(session_key, started, image_id), draft.document(), draft.at)

    def find(self, session_key: str, started: int, image_id: str, now_ms: int) -> MetadataDraft | None:
        """Return what the phone said, if Redis still knows it; one Redis request."""
        return read_draft(self.drafts.get(PHOTO_DETAILS, _name(session_key, started, image_id), now_ms))

    def place(self, session_key: str, started: int, image_id: str) -> str:
        """Return the draft's key in Redis."""
        return self.drafts.place(PHOTO_DETAILS, _name(session_key, started, image_id))


def _name(session_key: str, started: int, image_id: str) -> str:
    return f"{session_key}\n{started}\n{image_id}"
