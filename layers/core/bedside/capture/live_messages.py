"""Messages to clinicians' pages about changes of a session."""

from typing import Any, Literal

from bedside.capture.image import Image
from bedside.capture.model import Session

type Change = Literal["image-uploaded", "image-updated", "image-deleted", "image-refused", "session-ended"]


def image_message(change: Change, session: Session, image: Image, now_ms: int) -> dict[str, Any]:
    """Return a message about an image; `sequence` is its position in order of arrival.

    Pages number images by `takenAt`, then `takenOrder`, then `sequence`.
    """
    return {
        **session_message(change, session, now_ms),
        "imageId": image.image_id,
        "s3Key": image.key,
        "metadata": dict(image.metadata),
        "takenAt": image.taken_at,
        "takenOrder": image.taken_order,
        "sequence": image.sequence,
    }


def session_message(change: Change, session: Session, now_ms: int) -> dict[str, Any]:
    """Return a message about a session; `revision` counts its changes, so that pages can detect missed messages."""
    return {
        "type": change,
        "encounterId": session.encounter_id,
        "imageCount": session.image_count,
        "sequence": session.sequence,
        "revision": session.revision,
        "timestamp": now_ms,
    }
