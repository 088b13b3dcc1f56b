"""The gallery of a session's images: list them, correct their metadata, delete them."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BeforeValidator

from bedside.adapters.aws.s3 import Bucket, Links
from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import image_message
from bedside.capture.metadata import Metadata, merge
from bedside.capture.metadata_drafts import MetadataDrafts
from bedside.capture.model import Image, Session, needs_touch
from bedside.capture.object_keys import CONTENT_TYPES, EXTENSIONS, ObjectKey, session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import PHONE, user
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import ImageNotFoundError, SessionNotFoundError, UnavailableError, WrongEncounterError
from bedside.kernel.wire import QueryNumber, Wire


class ListRequest(Wire):
    """Lists images with a sequence number above `since`."""

    since: Annotated[QueryNumber, BeforeValidator(lambda given: given or 0)] = 0


class DescribeRequest(Wire):
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class DownloadableImage:
    """An image and its download link, valid until `expires_at` (Unix ms)."""

    image: Image
    url: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Gallery:
    """Lists, updates and deletes images; download links are valid for `url_life_s` seconds."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    links: Links
    bucket: Bucket
    publisher: SessionPublisher
    metadata_drafts: MetadataDrafts
    pseudonym_key: bytes
    url_life_s: int

    def list_images(
        self, clinician: Clinician, encounter_id: str, since: int, now_ms: int
    ) -> tuple[Session | None, list[DownloadableImage]]:
        """Return the open session, or None, and its images with a sequence number above `since`, in the order taken."""
        session = self.repository.find(session_key(self.pseudonym_key, clinician.facility_id, encounter_id), now_ms)
        if session is None:
            return None, []
        if needs_touch(session.expires_at, self.repository.life_ms, now_ms):
            session = self._touched(session, now_ms)
        return session, [
            self._downloadable(image, now_ms) for image in session.in_order_taken() if image.sequence > since
        ]

    def update(
        self, clinician: Clinician, encounter_id: str, image_id: str, metadata: Metadata, now_ms: int
    ) -> DownloadableImage:
        """Update an image's metadata. Raises SessionNotFoundError, ImageNotFoundError."""
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        while True:
            session = self._open_session(key, None, now_ms)
            image = session.images.get(image_id)
            if image is None:
                raise ImageNotFoundError("The image is not in the session.")
            merged = merge(image.metadata, metadata)
            if merged == image.metadata:
                return self._downloadable(image, now_ms)
            by = user(clinician.user_id)
            written = self.images.describe(session, image_id, merged, now_ms, source="clinician", by=by)
            if written:
                image = written.images[image_id]
                self.publisher.publish(written, image_message("image-updated", written, image, now_ms), now_ms)
                return self._downloadable(image, now_ms)

    def delete(self, caller: Clinician | UploadCredential, encounter_id: str, image_id: str, now_ms: int) -> Session:
        """Delete an image, even if its upload is still in progress, and return the session; its id is never reused.

        Raises WrongEncounterError for a phone of another encounter, SessionNotFoundError, ImageNotFoundError.
        """
        if isinstance(caller, UploadCredential):
            if encounter_id != caller.encounter_id:
                raise WrongEncounterError("The upload token is for another encounter.")
            key, started, by = caller.session_key, caller.session_started, PHONE
        else:
            key, started = session_key(self.pseudonym_key, caller.facility_id, encounter_id), None
            by = user(caller.user_id)
        while True:
            session = self._open_session(key, started, now_ms)
            image = session.images.get(image_id)
            if not image and image_id not in session.slots and not self._held_in_redis(session, image_id):
                if image_id in session.deleted:
                    self._clean_up(session, image_id)  # in case the call that deleted it failed to
                raise ImageNotFoundError("The image is not in the session.")
            remaining = self.images.delete(session, image_id, now_ms, by)
            if remaining:
                if image:
                    gone = replace(image, revision=remaining.revision, metadata={})
                    message = image_message("image-deleted", remaining, gone, now_ms)
                    self.publisher.publish(remaining, message, now_ms)
                self._clean_up(remaining, image_id)
                return remaining

    def _downloadable(self, image: Image, now_ms: int) -> DownloadableImage:
        life_s = self.links.life_s(self.url_life_s, now_ms)
        extension = image.key.rpartition(".")[2]
        url = self.links.download(
            image.key,
            now_ms=now_ms,
            life_s=life_s,
            save_as=f"photo-{image.image_id}.{extension}",
            content_type=CONTENT_TYPES.get(extension, "application/octet-stream"),
        )
        return DownloadableImage(image, url, now_ms + life_s * 1000)

    def _open_session(self, key: str, started: int | None, now_ms: int) -> Session:
        session = self.repository.find(key, now_ms)
        if session is None or started not in {None, session.started}:
            raise SessionNotFoundError("There is no open session for this encounter.")
        return session

    def _clean_up(self, session: Session, image_id: str) -> None:
        """Mark the image as deleted in Redis, and delete the photo from S3, whatever its format."""
        draft = self.metadata_drafts.key_of(session.key, session.started, image_id)
        with suppress(RedisError):  # DynamoDB already rejects the image
            self.fast_path.mark(session, image_id, here=False, draft=draft)
        place = (session.facility_id, session.encounter_id, session.started, image_id)
        with suppress(
            UnavailableError
        ):  # no longer accessible, and deleted by the bucket's lifecycle rule within a day
            self.bucket.delete([str(ObjectKey(*place, extension)) for extension in EXTENSIONS.values()])

    def _held_in_redis(self, session: Session, image_id: str) -> bool:
        try:
            return image_id not in session.deleted and self.fast_path.holds_place(session.key, image_id)
        except RedisError:
            return False

    def _touched(self, session: Session, now_ms: int) -> Session:
        try:
            touched = self.repository.touch(session.key, session.started, now_ms)
            self.fast_path.extend(touched)
        except (RedisError, UnavailableError, SessionNotFoundError):
            return session  # the next call tries again
        return touched
