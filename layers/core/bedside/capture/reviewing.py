"""A clinician looks through a session's images, and corrects what is said of them."""

from dataclasses import dataclass
from typing import Any

from bedside.adapters.redis import RedisError
from bedside.adapters.storage import Links
from bedside.capture.fastpath import FastPath
from bedside.capture.images import ImageRecord
from bedside.capture.keys import session_key
from bedside.capture.metadata import Metadata, changed
from bedside.capture.record import Record
from bedside.capture.session import Image, Session, needs_touch
from bedside.errors import ImageNotFoundError, SessionNotFoundError, UnavailableError
from bedside.identity.principal import Clinician
from bedside.live.messages import image_message
from bedside.live.publishers import Publisher
from bedside.wire import Wire


class DescribeRequest(Wire):
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Shown:
    """An image and a link to it, good until `expires_at` (Unix ms)."""

    image: Image
    url: str
    expires_at: int


def shown_document(shown: Shown) -> dict[str, Any]:
    """Return the image as the contract spells it."""
    image = shown.image
    return {
        "imageId": image.image_id,
        "s3Key": image.key,
        "downloadUrl": shown.url,
        "expiresAt": shown.expires_at,
        "metadata": image.metadata,
        "uploadedAt": image.uploaded_at,
        "sequence": image.sequence,
        "revision": image.revision,
    }


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Shows and describes images; download links live `url_life_s` seconds."""

    record: Record
    images: ImageRecord
    fast: FastPath
    links: Links
    publisher: Publisher
    pseudonym_key: bytes
    url_life_s: int

    def look(self, who: Clinician, encounter_id: str, since: int, now_ms: int) -> tuple[Session | None, list[Shown]]:
        """Return the session and its images that arrived after `since`; None where there is no open session."""
        session = self.record.find(session_key(self.pseudonym_key, who.facility_id, encounter_id), now_ms)
        if session is None:
            return None, []
        if needs_touch(session.expires_at, self.record.life_ms, now_ms):
            session = self._touched(session, now_ms)
        return session, [self.show(image, now_ms) for image in session.arrived() if image.sequence > since]

    def describe(self, who: Clinician, encounter_id: str, image_id: str, metadata: Metadata, now_ms: int) -> Shown:
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

    def show(self, image: Image, now_ms: int) -> Shown:
        """Return the image with a fresh link."""
        url = self.links.download(image.key, now_ms=now_ms, life_s=self.url_life_s)
        return Shown(image, url, now_ms + self.url_life_s * 1000)

    def _open_session(self, key: str, now_ms: int) -> Session:
        session = self.record.find(key, now_ms)
        if session is None:
            raise SessionNotFoundError("There is no open session for this encounter.")
        return session

    def _touched(self, session: Session, now_ms: int) -> Session:
        try:
            touched = self.record.touch(session.key, session.started, now_ms)
            self.fast.extend(touched)
        except (RedisError, UnavailableError, SessionNotFoundError):
            return session  # the next look notes activity again
        return touched
