"""Drafts of image metadata, sent with upload requests and stored for an hour, in case a phone never reports back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedside.capture.metadata import Metadata, merge
from bedside.capture.taken import Taken, read_taken
from bedside.platform.transient.drafts import PHOTO_DETAILS, Drafts, PendingDraft


@dataclass(frozen=True, slots=True)
class MetadataDraft:
    """Metadata that the phone sent at an instant (Unix ms), and when it took the photo."""

    at: int
    metadata: Mapping[str, Any]
    taken: Taken | None = None

    def document(self) -> dict[str, Any]:
        return {"at": self.at, "metadata": dict(self.metadata), **(self.taken.document() if self.taken else {})}


def draft_of(metadata: Metadata | None, now_ms: int, taken: Taken | None = None) -> MetadataDraft | None:
    """Return the draft in an upload request, which may be empty, or None if the request has no metadata."""
    return None if metadata is None else MetadataDraft(now_ms, merge({}, metadata), taken)


def read_draft(document: Mapping[str, Any] | None) -> MetadataDraft | None:
    """Return the draft in a stored document, or None for anything else."""
    match document:
        case {"at": at, "metadata": Mapping() as metadata}:
            return MetadataDraft(int(at), metadata, read_taken(document or {}))
        case _:
            return None


@dataclass(frozen=True, slots=True)
class MetadataDrafts:
    """Metadata drafts in Redis, by session and image."""

    drafts: Drafts

    def prepare(self, session_key: str, started: int, image_id: str, draft: MetadataDraft) -> PendingDraft:
        """Return a draft for the fast path to store when it reserves the image's place."""
        return self.drafts.prepare(PHOTO_DETAILS, _name(session_key, started, image_id), draft.document(), draft.at)

    def find(self, session_key: str, started: int, image_id: str, now_ms: int) -> MetadataDraft | None:
        """Return the draft, or None; one Redis request."""
        return read_draft(self.drafts.get(PHOTO_DETAILS, _name(session_key, started, image_id), now_ms))

    def key_of(self, session_key: str, started: int, image_id: str) -> str:
        """Return the draft's key in Redis."""
        return self.drafts.key_of(PHOTO_DETAILS, _name(session_key, started, image_id))


def _name(session_key: str, started: int, image_id: str) -> str:
    return f"{session_key}\n{started}\n{image_id}"
