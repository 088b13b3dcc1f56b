"""Messages to clinicians' pages about changes of a session."""

from typing import Any, Literal

from bedside.capture.image import Image
from bedside.capture.model import Session
from bedside.capture.snomed import with_snomed
from bedside.capture.taken import Taken

type Change = Literal[
    "image-uploaded",
    "image-updated",
    "image-deleted",
    "image-refused",
    "images-arranged",
    "session-ended",
    "codes-ended",
    "phones-changed",
    "consent-recorded",
    "images-committing",
    "image-committed",
]


def image_message(change: Change, session: Session, image: Image, now_ms: int) -> dict[str, Any]:
    """Return a message about an image; `sequence` is its position in order of arrival.

    Pages number images by `takenAt`, then `takenOrder`, then `sequence`.
    """
    return {
        **session_message(change, session, now_ms),
        "imageId": image.image_id,
        "s3Key": image.key,
        "metadata": with_snomed(image.metadata),
        "takenAt": image.taken_at,
        "takenOrder": image.taken_order,
        "sequence": image.sequence,
        "editsVersion": image.edits,
    }


def preview_message(session: Session, image_id: str, url: str, taken: Taken | None, now_ms: int) -> dict[str, Any]:
    """Return a message with the preview of an image that is on its way, as a data URL; no change of the session."""
    return {
        "type": "image-arriving",
        "encounterId": session.encounter_id,
        "imageId": image_id,
        "preview": url,
        "takenAt": taken.at if taken else now_ms,
        "takenOrder": taken.order if taken else 0,
        "timestamp": now_ms,
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
