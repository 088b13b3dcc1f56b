"""Deletion of a session's images, with what was drawn on them."""

from contextlib import suppress
from dataclasses import dataclass, replace

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.edit_erasure import EditErasure
from bedside.capture.errors import ImageNotFoundError, SessionNotFoundError, WrongEncounterError
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import image_message, session_message
from bedside.capture.metadata_drafts import MetadataDrafts
from bedside.capture.model import DRAWN, REMOVAL, Session
from bedside.capture.object_keys import EXTENSIONS, ObjectKey, session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import ATTEMPTS, CONTENDED, SessionRepository
from bedside.encounters.events import sender, user
from bedside.identity.principal import Clinician
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class ImageDeletion:
    """Deletes images; their ids are never reused."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    bucket: Bucket
    edits: EditErasure
    publisher: SessionPublisher
    metadata_drafts: MetadataDrafts
    pseudonym_key: bytes

    def delete(self, caller: Clinician | UploadCredential, encounter_id: str, image_id: str, now_ms: int) -> Session:
        """Delete an image, even if its upload is still in progress, and return the session; its id is never reused.

        Raises WrongEncounterError for a phone of another encounter, SessionNotFoundError, ImageNotFoundError,
        ImageCommittedError, ImageCommittingError, UnavailableError.
        """
        if isinstance(caller, UploadCredential):
            if encounter_id != caller.encounter_id:
                raise WrongEncounterError("The upload token is for another encounter.")
            key, started, by = caller.session_key, caller.session_started, sender(caller.user_id)
        else:
            key, started = session_key(self.pseudonym_key, caller.facility_id, encounter_id), None
            by = user(caller.user_id)
        for _ in range(ATTEMPTS):
            session = self._session(key, started, now_ms)
            image = session.images.get(image_id)
            if image:
                image.require_changeable()
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
        raise UnavailableError(CONTENDED)

    def _session(self, key: str, started: int | None, now_ms: int) -> Session:
        """Return the session: of a phone (`started`) the open one that it joined, of a clinician an ended one too."""
        session = self.repository.find(key, now_ms) if started else self.repository.find_stored(key)
        if session is None or started not in {None, session.started}:
            raise SessionNotFoundError("There is no session for this encounter.")
        return session

    def _clean_up(self, session: Session, image_id: str, now_ms: int) -> None:
        """Mark the image as deleted in Redis; delete the photo, whatever its format, and what was drawn on it."""
        if session.alive(now_ms):
            draft = self.metadata_drafts.key_of(session.key, session.started, image_id)
            with suppress(RedisError):  # DynamoDB already rejects the image
                self.fast_path.mark(session, image_id, here=False, draft=draft)
        place = (session.facility_id, session.encounter_id, session.started, image_id)
        keys = {str(ObjectKey(*place, extension)) for extension in EXTENSIONS.values()}
        stored = session.removals.get(image_id)
        drawn = {photo: versions for photo, versions in session.drawn.items() if photo.startswith(f"{image_id}#")}
        gone = [*([f"{REMOVAL}{image_id}"] if stored else []), *(f"{DRAWN}{photo}" for photo in drawn)]
        with suppress(UnavailableError):  # no longer accessible, and deleted by the sweeper after the session's end
            self.bucket.delete(sorted(keys | {stored} if stored else keys))
            self.edits.erase(session.key, drawn)
            if gone:
                self.images.removed(session, *gone)

    def _held_in_redis(self, session: Session, image_id: str) -> bool:
        try:
            return image_id not in session.deleted and self.fast_path.holds_place(session.key, image_id)
        except RedisError:
            return False
