"""Quarantine of stored objects that are no image of a session: kept for a week, out of reach of every link."""

from contextlib import suppress
from dataclasses import dataclass

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import session_message
from bedside.capture.object_keys import ObjectKey
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.platform.observability import count, logger


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Sets objects aside and frees their images' places, so that the phone can send the photo again."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    bucket: Bucket
    publisher: SessionPublisher

    def put_away(self, key: ObjectKey, etag: str) -> None:
        """Move the object of an image that belongs to no session; nobody could look at it. Raises UnavailableError."""
        if self.bucket.copy(str(key), key.quarantine, etag):
            self.bucket.delete_if(str(key), etag)

    def set_aside(self, key: ObjectKey, etag: str, place: str, now_ms: int) -> None:
        """Move the object of the session at `place`, and tell the session's pages; of a deleted image, delete it.

        `etag` names the contents that were inspected; an object with others is left to its own event.
        If an earlier attempt stopped half-way, its steps are repeated. Raises UnavailableError.
        """
        session = self.repository.find_stored(place)
        if session and session.includes(key.session_started) and key.image_id in session.deleted:
            self.bucket.delete([str(key)])
            return
        if not self.bucket.copy(str(key), key.quarantine, etag):
            return  # an earlier event has moved it, and the phone may have sent the photo again
        image = session.images.get(key.image_id) if session else None
        edited = image if image and image.edits else None
        session = self.images.refuse(place, key.session_started, key.image_id, str(key), edited, now_ms)
        self.bucket.delete_if(str(key), etag)
        logger.warning("image set aside")
        count("ImageSetAside")
        if session:
            with suppress(RedisError):  # its place lapses by itself
                self.fast_path.free(session, key.image_id)
            message = {**session_message("image-refused", session, now_ms), "imageId": key.image_id}
            self.publisher.publish(session, message, now_ms)
