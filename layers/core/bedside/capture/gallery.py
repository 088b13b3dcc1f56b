"""The gallery of a session's images: list them, correct their metadata, put them in order, delete them."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BeforeValidator, Field

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import FastPath
from bedside.capture.image import KEPT, Image
from bedside.capture.image_downloads import DAY_MS, DownloadableImage, ImageDownloads, ListedSession
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import image_message, session_message
from bedside.capture.metadata import Metadata, merge
from bedside.capture.metadata_drafts import MetadataDrafts
from bedside.capture.model import MAX_STORED, Session, needs_touch
from bedside.capture.object_keys import EXTENSIONS, ObjectKey, session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import sender, user
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import ImageNotFoundError, SessionNotFoundError, UnavailableError, WrongEncounterError
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
    """Lists, updates, arranges, keeps and deletes images."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    downloads: ImageDownloads
    bucket: Bucket
    publisher: SessionPublisher
    metadata_drafts: MetadataDrafts
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
        """Update an image's metadata. Raises SessionNotFoundError, ImageNotFoundError."""
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        while True:
            session, image = self._find(key, image_id)
            merged = merge(image.metadata, metadata)
            if merged == image.metadata:
                return self.downloads.of(session, image, now_ms)
            by = user(clinician.user_id)
            written = self.images.describe(session, image_id, merged, now_ms, source="clinician", by=by)
            if written:
                return self._updated(written, image_id, now_ms)

    def keep(
        self, clinician: Clinician, encounter_id: str, image_id: str, now_ms: int, *, kept: bool
    ) -> DownloadableImage:
        """Keep an image until it is released, or release it; idempotent.

        Raises SessionNotFoundError, ImageNotFoundError.
        """
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        while True:
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

    def arrange(self, clinician: Clinician, encounter_id: str, image_ids: list[str], now_ms: int) -> Session:
        """Put the images of a session, open or ended, in an order, and return the session.

        Raises SessionNotFoundError.
        """
        key = session_key(self.pseudonym_key, clinician.facility_id, encounter_id)
        while True:
            session = self._session(key, None, now_ms)
            order = tuple(image_id for image_id in dict.fromkeys(image_ids) if image_id in session.images)
            if order == session.arranged():
                return session
            arranged = self.images.arrange(session, order, now_ms)
            if arranged:
                message = {**session_message("images-arranged", arranged, now_ms), "order": list(order)}
                self.publisher.publish(arranged, message, now_ms)
                return arranged

    def delete(self, caller: Clinician | UploadCredential, encounter_id: str, image_id: str, now_ms: int) -> Session:
        """Delete an image, even if its upload is still in progress, and return the session; its id is never reused.

        Raises WrongEncounterError for a phone of another encounter, SessionNotFoundError, ImageNotFoundError.
        """
        if isinstance(caller, UploadCredential):
            if encounter_id != caller.encounter_id:
                raise WrongEncounterError("The upload token is for another encounter.")
            key, started, by = caller.session_key, caller.session_started, sender(caller.user_id)
        else:
            key, started = session_key(self.pseudonym_key, caller.facility_id, encounter_id), None
            by = user(caller.user_id)
        while True:
            session = self._session(key, started, now_ms)
            image = session.images.get(image_id)
            if not image and image_id not in session.slots and not self._held_in_redis(session, image_id):
                if image_id in session.deleted:
                    self._clean_up(session, image_id, now_ms)  # in case the call that deleted it failed to
                raise ImageNotFoundError("The image is not in the session.")
            remaining = self.images.delete(session, image_id, now_ms, by)
            if remaining:
                gone = replace(image, revision=remaining.revision, metadata={}) if image else None
                message = (
                    image_message("image-deleted", remaining, gone, now_ms)
                    if gone  # otherwise it has not arrived, but pages may show its preview
                    else {**session_message("image-deleted", remaining, now_ms), "imageId": image_id}
                )
                self.publisher.publish(remaining, message, now_ms)
                self._clean_up(remaining, image_id, now_ms)
                return remaining

    def _find(self, key: str, image_id: str) -> tuple[Session, Image]:
        session = self.repository.find_stored(key)
        if session is None:
            raise SessionNotFoundError("There is no session for this encounter.")
        image = session.images.get(image_id)
        if image is None:
            raise ImageNotFoundError("The image is not in the session.")
        return session, image

    def _updated(self, session: Session, image_id: str, now_ms: int) -> DownloadableImage:
        image = session.images[image_id]
        self.publisher.publish(session, image_message("image-updated", session, image, now_ms), now_ms)
        return self.downloads.of(session, image, now_ms)

    def _session(self, key: str, started: int | None, now_ms: int) -> Session:
        """Return the session: of a phone (`started`) the open one that it joined, of a clinician an ended one too."""
        session = self.repository.find(key, now_ms) if started else self.repository.find_stored(key)
        if session is None or started not in {None, session.started}:
            raise SessionNotFoundError("There is no session for this encounter.")
        return session

    def _clean_up(self, session: Session, image_id: str, now_ms: int) -> None:
        """Mark the image as deleted in Redis, and delete the photo from S3, whatever its format."""
        if session.alive(now_ms):
            draft = self.metadata_drafts.key_of(session.key, session.started, image_id)
            with suppress(RedisError):  # DynamoDB already rejects the image
                self.fast_path.mark(session, image_id, here=False, draft=draft)
        place = (session.facility_id, session.encounter_id, session.started, image_id)
        keys = {str(ObjectKey(*place, extension)) for extension in EXTENSIONS.values()}
        stored = session.removals.get(image_id)
        with suppress(UnavailableError):  # no longer accessible, and deleted by the sweeper after the session's end
            self.bucket.delete(sorted(keys | {stored} if stored else keys))
            if stored:
                self.images.removed(session, image_id)

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
