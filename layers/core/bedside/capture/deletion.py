"""An image is taken out, for good: by its clinician, or by the phone that took it."""

from contextlib import suppress
from dataclasses import dataclass, replace

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import image_message
from bedside.capture.metadata_drafts import MetadataDrafts
from bedside.capture.model import Image, Session
from bedside.capture.object_keys import EXTENSIONS, ObjectKey, session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import ImageNotFoundError, SessionNotFoundError, UnavailableError, WrongEncounterError


@dataclass(frozen=True, slots=True)
class Deletion:
    """Takes images out of sessions."""

    repository: SessionRepository
    images: ImageRepository
    fast: FastPath
    bucket: Bucket
    publisher: SessionPublisher
    pseudonym_key: bytes
    metadata_drafts: MetadataDrafts

    def delete(self, who: Clinician | UploadCredential, encounter_id: str, image_id: str, now_ms: int) -> Session:
        """Delete an image, even one whose upload is still under way; its id never comes back.

        Raises WrongEncounterError for a phone of another encounter, SessionNotFoundError, ImageNotFoundError.
        """
        if isinstance(who, UploadCredential):
            if encounter_id != who.encounter_id:
                raise WrongEncounterError("The upload token is for another encounter.")
            key, started = who.session_key, who.session_started
        else:
            key, started = session_key(self.pseudonym_key, who.facility_id, encounter_id), None
        while True:
            session = self.repository.find(key, now_ms)
            if session is None or started not in {None, session.started}:
                raise SessionNotFoundError("There is no open session for this encounter.")
            image = session.images.get(image_id)
            if not image and image_id not in session.slots and not self._held_in_redis(session, image_id):
                if image_id in session.deleted:
                    self._clear(session, image_id)  # in case the call that deleted it could not
                raise ImageNotFoundError("The image is not in the session.")
            left = self.images.delete(session, image_id, now_ms)
            if left:
                if image:
                    self._tell(left, image, now_ms)
                self._clear(left, image_id)
                return left

    def _clear(self, session: Session, image_id: str) -> None:
        """Tell Redis, and remove the photo from S3 in whatever format it came."""
        draft = self.metadata_drafts.place(session.key, session.started, image_id)
        with suppress(RedisError):  # the record refuses the image from now on
            self.fast.mark(session, image_id, here=False, draft=draft)
        place = (session.facility_id, session.encounter_id, session.started, image_id)
        with suppress(UnavailableError):  # nobody can see it any more, and the bucket deletes it within a day
            self.bucket.delete([str(ObjectKey(*place, extension)) for extension in EXTENSIONS.values()])

    def _tell(self, session: Session, image: Image, now_ms: int) -> None:
        gone = replace(image, revision=session.revision, metadata={})
        self.publisher.publish(session, image_message("image-deleted", session, gone, now_ms), now_ms)

    def _held_in_redis(self, session: Session, image_id: str) -> bool:
        try:
            return image_id not in session.deleted and self.fast.holds_place(session.key, image_id)
        except RedisError:
            return False
