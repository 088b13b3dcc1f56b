"""Drafts of image metadata, sent with upload requests and stored for an hour, in case nobody reports back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedside.capture.metadata import Metadata, merge
from bedside.capture.taken import Taken, read_taken
from bedside.platform.transient.drafts import PHOTO_DETAILS, Drafts, PendingDraft


@dataclass(frozen=True, slots=True)
class MetadataDraft:
    """Metadata sent at an instant (Unix ms), when the photo was taken, and who sends it, unless that is a phone."""

    at: int
    metadata: Mapping[str, Any]
    taken: Taken | None = None
    user_id: str | None = None

    def document(self) -> dict[str, Any]:
        taken = self.taken.document() if self.taken else {}
        by = {"by": self.user_id} if self.user_id else {}
        return {"at": self.at, "metadata": dict(self.metadata), **taken, **by}


def draft_of(
    metadata: Metadata | None, now_ms: int, taken: Taken | None = None, user_id: str | None = None
) -> MetadataDraft | None:
    """Return the draft in an upload request, which may be empty; None if a phone's request has no metadata.

    A user's is needed even then: if S3 reports the photo first, only the draft tells who has sent it.
    """
    return None if metadata is None and user_id is None else MetadataDraft(now_ms, merge({}, metadata), taken, user_id)


def read_draft(document: Mapping[str, Any] | None) -> MetadataDraft | None:
    """Return the draft in a stored document, or None for anything else."""
    match document:
        case {"at": at, "metadata": Mapping() as metadata}:
            return MetadataDraft(int(at), metadata, read_taken(document or {}), (document or {}).get("by"))
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
