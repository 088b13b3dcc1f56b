"""A clinician looks through a session's images, and corrects what is said of them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from bedside.adapters.aws.s3 import Links
from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import image_message
from bedside.capture.metadata import Metadata, changed
from bedside.capture.model import Image, Session, needs_touch
from bedside.capture.object_keys import session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.identity.principal import Clinician
from bedside.kernel.errors import ImageNotFoundError, SessionNotFoundError, UnavailableError
from bedside.kernel.wire import QueryNumber, Wire


class ListRequest(Wire):
    """From which sequence number on; 0 for all."""

    since: Annotated[QueryNumber, BeforeValidator(lambda given: given or 0)] = 0


class DescribeRequest(Wire):
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class DownloadableImage:
    """An image and a link to it, good until `expires_at` (Unix ms)."""

    image: Image
    url: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Gallery:
    """Shows and describes images; download links live `url_life_s` seconds."""

    repository: SessionRepository
    images: ImageRepository
    fast: FastPath
    links: Links
    publisher: SessionPublisher
    pseudonym_key: bytes
    url_life_s: int

    def list_images(
        self, who: Clinician, encounter_id: str, since: int, now_ms: int
    ) -> tuple[Session | None, list[DownloadableImage]]:
        """Return the session and its images that arrived after `since`; None where there is no open session."""
        session = self.repository.find(session_key(self.pseudonym_key, who.facility_id, encounter_id), now_ms)
        if session is None:
            return None, []
        if needs_touch(session.expires_at, self.repository.life_ms, now_ms):
            session = self._touched(session, now_ms)
        return session, [self.show(image, now_ms) for image in session.arrived() if image.sequence > since]

    def update(
        self, who: Clinician, encounter_id: str, image_id: str, metadata: Metadata, now_ms: int
    ) -> DownloadableImage:
        """Change what is said of an image; raises SessionNotFoundError, ImageNotFoundError."""
        key = session_key(self.pseudonym_key, who.facility_id, encounter_id)
        while True:
            session = self._open_session(key, now_ms)
            image = session.images.get(image_id)
            if image is None:
                raise ImageNotFoundError("The image is not in the session.")
            wanted = changed(image.metadata, metadata)
            if wanted == image.metadata:
                return self.show(image, now_ms)
            written = self.images.describe(session, image_id, wanted, now_ms, source="clinician")
            if written:
                image = written.images[image_id]
                self.publisher.publish(written, image_message("image-updated", written, image, now_ms), now_ms)
                return self.show(image, now_ms)

    def show(self, image: Image, now_ms: int) -> DownloadableImage:
        """Return the image with a fresh link."""
        url = self.links.download(image.key, now_ms=now_ms, life_s=self.url_life_s)
        return DownloadableImage(image, url, now_ms + self.url_life_s * 1000)

    def _open_session(self, key: str, now_ms: int) -> Session:
        session = self.repository.find(key, now_ms)
        if session is None:
            raise SessionNotFoundError("There is no open session for this encounter.")
        return session

    def _touched(self, session: Session, now_ms: int) -> Session:
        try:
            touched = self.repository.touch(session.key, session.started, now_ms)
            self.fast.extend(touched)
        except (RedisError, UnavailableError, SessionNotFoundError):
            return session  # the next look notes activity again
        return touched
