"""A photo has arrived: a phone says so, or S3 itself does. Either suffices, in any order, any number of times."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from bedside.adapters.redis import RedisError
from bedside.adapters.storage import Bucket
from bedside.capture.fastpath import FastPath
from bedside.capture.images import ImageRecord
from bedside.capture.keys import ObjectKey, session_key
from bedside.capture.metadata import Metadata, changed
from bedside.capture.record import Record
from bedside.capture.session import Image, Session
from bedside.errors import (
    FieldFault,
    ImageDeletedError,
    InvalidRequestError,
    NotUploadedError,
    SessionNotFoundError,
    WrongEncounterError,
)
from bedside.identity.tokens import UploadCredential
from bedside.live.messages import Change, image_message
from bedside.live.publishers import Publisher
from bedside.wire import Identifier, Wire


class NotifyRequest(Wire):
    encounter_id: Identifier
    s3_key: str = Field(max_length=1024, alias="s3Key")
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """An image that is in the session now; `first` tells whether the phone had not said so before."""

    image: Image
    image_count: int
    first: bool


@dataclass(frozen=True, slots=True)
class Arriving:
    """Takes images into sessions."""

    record: Record
    images: ImageRecord
    fast: FastPath
    bucket: Bucket
    publisher: Publisher
    pseudonym_key: bytes

    def notify(self, phone: UploadCredential, request: NotifyRequest, now_ms: int) -> Arrived:
        """Take in an image that the phone has uploaded, with what it says of it; repeating it changes nothing.

        Raises InvalidRequestError, WrongEncounterError, NotUploadedError, SessionNotFoundError, ImageDeletedError,
        ImageLimitReachedError.
        """
        key = _own_key(phone, request)
        if not self.bucket.holds(request.s3_key):
            self._explain_absence(phone, key, now_ms)
        metadata = changed({}, request.metadata)
        picture = _picture(key, metadata, notified=True, now_ms=now_ms)
        session, first = self.images.arrive(phone.session_key, phone.session_started, key.image_id, picture, now_ms)
        if first:
            self._tell("image-uploaded", session, key.image_id, now_ms)
            return Arrived(session.images[key.image_id], session.image_count, first=True)
        return self._add_to(session, key.image_id, request.metadata, now_ms)

    def stored(self, key: ObjectKey, now_ms: int) -> bool:
        """Take in an image that S3 holds, in case its phone never says so; tell whether that was news.

        Raises SessionNotFoundError, ImageLimitReachedError; an object of a deleted image is removed from S3.
        """
        place = session_key(self.pseudonym_key, key.facility_id, key.encounter_id)
        picture = _picture(key, {}, notified=False, now_ms=now_ms)
        try:
            session, first = self.images.arrive(place, key.session_started, key.image_id, picture, now_ms)
        except ImageDeletedError:
            self.bucket.remove([str(key)])
            return False
        if first:
            self._tell("image-uploaded", session, key.image_id, now_ms)
        elif session.images[key.image_id].key != str(key):
            self.bucket.remove([str(key)])  # the same image in another format, under a key that nobody looks at
        return first

    def _add_to(self, session: Session, image_id: str, metadata: Metadata | None, now_ms: int) -> Arrived:
        """Add to an image that is there already what its phone says of it."""
        while True:
            image = session.images[image_id]
            # What a clinician has corrected, a phone that repeats itself must not turn back.
            if image.corrected:
                wanted = {**changed({}, metadata), **image.metadata}
            else:
                wanted = changed(image.metadata, metadata)
            if image.notified and (image.corrected or wanted == image.metadata):
                return Arrived(image, session.image_count, first=False)
            written = self.images.describe(session, image_id, wanted, now_ms, by_clinician=False)
            if written:
                self._tell("image-updated", written, image_id, now_ms)
                return Arrived(written.images[image_id], written.image_count, first=not image.notified)
            reread = self.record.find(session.key, now_ms)
            if reread is None:
                raise SessionNotFoundError("The session has ended.")
            if image_id not in reread.images:
                raise ImageDeletedError("The image was deleted; it is not taken again.")
            session = reread

    def _tell(self, change: Change, session: Session, image_id: str, now_ms: int) -> None:
        if change == "image-uploaded":
            with suppress(RedisError):  # Redis still holds its place, and the record knows better
                self.fast.mark(session, image_id, here=True)
        self.publisher.publish(session, image_message(change, session, session.images[image_id], now_ms), now_ms)

    def _explain_absence(self, phone: UploadCredential, key: ObjectKey, now_ms: int) -> None:
        session = self.record.find(phone.session_key, now_ms)
        if session is None or session.started != phone.session_started:
            raise SessionNotFoundError("The session has ended.")
        if key.image_id in session.deleted:
            raise ImageDeletedError("The image was deleted; it is not taken again.")
        raise NotUploadedError("Upload the image first, then say so.")


def _own_key(phone: UploadCredential, request: NotifyRequest) -> ObjectKey:
    """Return the key if it is one that this phone was given; raises InvalidRequestError or WrongEncounterError."""
    if request.encounter_id != phone.encounter_id:
        raise WrongEncounterError("The upload token is for another encounter.")
    key = ObjectKey.parse(request.s3_key)
    if key is None:
        raise InvalidRequestError([FieldFault("s3Key", "This is not a key that was given out.")])
    own = (phone.facility_id, phone.encounter_id, phone.session_started)
    if (key.facility_id, key.encounter_id, key.session_started) != own:
        raise WrongEncounterError("The key belongs to another encounter.")
    return key


def _picture(key: ObjectKey, metadata: dict[str, Any], *, notified: bool, now_ms: int) -> dict[str, Any]:
    return {"key": str(key), "uploadedAt": now_ms, "metadata": metadata, "notified": notified}
