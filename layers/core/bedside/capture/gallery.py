"""The gallery of a session's images: list them, correct their metadata, put them in order, keep them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.errors import ImageNotFoundError, SessionNotFoundError
from bedside.capture.fast_path import FastPath
from bedside.capture.image import KEPT, Image
from bedside.capture.image_downloads import DAY_MS, DownloadableImage, ImageDownloads, ListedSession
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import image_message, session_message
from bedside.capture.metadata import Metadata, merge
from bedside.capture.model import MAX_STORED, Session, needs_touch
from bedside.capture.object_keys import session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import ATTEMPTS, CONTENDED, SessionRepository
from bedside.encounters.events import user
from bedside.identity.principal import Clinician
from bedside.kernel.errors import UnavailableError
from bedside.kernel.versions import require_unchanged
from bedside.kernel.wire import Identifier, QueryNumber, Wire


class ListRequest(Wire):
    """Lists images with a sequence number above `since`."""

    since: Annotated[QueryNumber, BeforeValidator(lambda given: given or 0)] = 0


class DescribeRequest(Wire):
    metadata: Metadata


class ArrangeRequest(Wire):
    """The images in the order in which they are shown, the first of them first; ids that are not there are ignored."""

    image_ids: Annotated[list[Identifier], Field(max_length=MAX_STORED)]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Lists, updates, arranges and keeps images."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    downloads: ImageDownloads
    bucket: Bucket
    publisher: SessionPublisher
    pseudonym_key: bytes

    def list_images(self, clinician: Clinician, encounter_id: str, since: int, now_ms: int) -> ListedSession | None:
        """Return the encounter's session, open or ended, with its images numbered above `since`, or None."""
        session = self.repository.find_stored(session_key(self.pseudonym_key, clinician.facility_id, encounter_id))
        if session is None:
            return None
        if session.alive(now_ms) and needs_touch(session.expires_at, self.repository.life_ms, now_ms):
            session = self._touched(session, now_ms)
        shown = [
            self.downloads.of(session, image, now_ms) for image in session.in_order_taken() if image.sequence > since
        ]
        days = self.downloads.retention_ms(session.facility_id, now_ms) // DAY_MS
        return ListedSession(session, shown, session.over_at(now_ms), days)

    def update(
        self, clinician: Clinician, encounter_id: str, image_id: str, metadata: Metadata, now_ms: int
    ) -> DownloadableImage:
        """Update an image's metadata.

        Raises SessionNotFoundError, ImageNotFoundError, ImageCommittedError, ImageCommittingError, UnavailableError.
        """
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        for _ in range(ATTEMPTS):
            session, image = self._find(key, image_id)
            image.require_changeable()
            merged = merge(image.metadata, metadata)
            if merged == image.metadata:
                return self.downloads.of(session, image, now_ms)
            by = user(clinician.user_id)
            written = self.images.describe(session, image_id, merged, now_ms, source="clinician", by=by)
            if written:
                return self._updated(written, image_id, now_ms)
        raise UnavailableError(CONTENDED)

    def keep(
        self, clinician: Clinician, encounter_id: str, image_id: str, now_ms: int, *, kept: bool
    ) -> DownloadableImage:
        """Keep an image until it is released, or release it; idempotent.

        Raises SessionNotFoundError, ImageNotFoundError, UnavailableError.
        """
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        for _ in range(ATTEMPTS):
            session, image = self._find(key, image_id)
            if image.kept == kept:
                return self.downloads.of(session, image, now_ms)
            if kept:
                # First, so that no lifecycle rule deletes what the record says is kept. It is never taken back: the
                # sweeper deletes by the record.
                self.bucket.tag(image.key, KEPT)
            written = self.images.keep(session, image_id, now_ms, user(clinician.user_id), kept=kept)
            if written:
                return self._updated(written, image_id, now_ms)
        raise UnavailableError(CONTENDED)

    def arrange(
        self, clinician: Clinician, encounter_id: str, image_ids: list[str], if_match: str | None, now_ms: int
    ) -> Session:
        """Put the images of a session, open or ended, in an order, and return the session; idempotent.

        An If-Match header, if there is one, has to name the version of the order to be replaced. Raises
        SessionNotFoundError, InvalidRequestError, PreconditionFailedError, UnavailableError.
        """
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        for _ in range(ATTEMPTS):
            session = self._stored(key)
            order = tuple(image_id for image_id in dict.fromkeys(image_ids) if image_id in session.images)
            if order == session.arranged():
                return session
            require_unchanged(if_match, session.order_version, "The photos were put in another order elsewhere.")
            arranged = self.images.arrange(session, order, now_ms)
            if arranged:
                message = session_message("images-arranged", arranged, now_ms)
                message |= {"order": list(order), "orderVersion": arranged.order_version}
                self.publisher.publish(arranged, message, now_ms)
                return arranged
        raise UnavailableError(CONTENDED)

    def _find(self, key: str, image_id: str) -> tuple[Session, Image]:
        session = self._stored(key)
        image = session.images.get(image_id)
        if image is None:
            raise ImageNotFoundError("The image is not in the session.")
        return session, image

    def _stored(self, key: str) -> Session:
        session = self.repository.find_stored(key)
        if session is None:
            raise SessionNotFoundError("There is no session for this encounter.")
        return session

    def _updated(self, session: Session, image_id: str, now_ms: int) -> DownloadableImage:
        image = session.images[image_id]
        self.publisher.publish(session, image_message("image-updated", session, image, now_ms), now_ms)
        return self.downloads.of(session, image, now_ms)

    def _touched(self, session: Session, now_ms: int) -> Session:
        try:
            touched = self.repository.touch(session.key, session.started, now_ms)
            self.fast_path.extend(touched)
        except (RedisError, UnavailableError, SessionNotFoundError):
            return session  # the next call tries again
        return touched
