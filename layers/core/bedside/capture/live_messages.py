"""What is said to a clinician's page when a session changes."""

from typing import Any, Literal

from bedside.capture.model import Image, Session

type Change = Literal["image-uploaded", "image-updated", "image-deleted", "session-ended"]


def image_message(change: Change, session: Session, image: Image, now_ms: int) -> dict[str, Any]:
    """Return the message about one image; `sequence` is its place in the order of arrival."""
    return {
        **session_message(change, session, now_ms),
        "imageId": image.image_id,
        "s3Key": image.key,
        "metadata": dict(image.metadata),
        "sequence": image.sequence,
    }


def session_message(change: Change, session: Session, now_ms: int) -> dict[str, Any]:
    """Return the message about a session; `revision` counts every change of it, so that a page sees what it missed."""
    return {
        "type": change,
        "encounterId": session.encounter_id,
        "imageCount": session.image_count,
        "sequence": session.sequence,
        "revision": session.revision,
        "timestamp": now_ms,
    }
