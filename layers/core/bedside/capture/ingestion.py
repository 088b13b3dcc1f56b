"""A photo has arrived: a phone says so, or S3 itself does. Either suffices, in any order, any number of times."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.counters import PHOTOS_ARRIVED
from bedside.capture.fast_path import FastPath
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import Change, image_message
from bedside.capture.metadata import Metadata, changed, says_anything
from bedside.capture.metadata_drafts import MetadataDraft, MetadataDrafts, read_draft
from bedside.capture.model import Image, Session
from bedside.capture.object_keys import ObjectKey, session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import (
    FieldFault,
    ImageDeletedError,
    InvalidRequestError,
    NotUploadedError,
    SessionNotFoundError,
    WrongEncounterError,
)
from bedside.kernel.wire import Identifier, Wire
from bedside.platform.transient.counters import Counters


class NotifyRequest(Wire):
    encounter_id: Identifier
    s3_key: str = Field(max_length=1024, alias="s3Key")
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class IngestedImage:
    """An image that is in the session now; `first` tells whether the phone had not said so before."""

    image: Image
    image_count: int
    first: bool


@dataclass(frozen=True, slots=True)
class Ingestion:
    """Takes images into sessions."""

    repository: SessionRepository
    images: ImageRepository
    fast: FastPath
    bucket: Bucket
    publisher: SessionPublisher
    counters: Counters
    metadata_drafts: MetadataDrafts
    pseudonym_key: bytes

    def notify(self, phone: UploadCredential, request: NotifyRequest, now_ms: int) -> IngestedImage:
        """Take in an image that the phone has uploaded, with what it says of it; repeating it changes nothing.

        Raises InvalidRequestError, WrongEncounterError, NotUploadedError, SessionNotFoundError, ImageDeletedError,
        ImageLimitReachedError.
        """
        key = _own_key(phone, request)
        if not self.bucket.exists(request.s3_key):
            self._explain_absence(phone, key, now_ms)
        said = says_anything(request.metadata)
        picture = self._picture(key, changed({}, request.metadata), now_ms) | {"notified": True, "silent": not said}
        session, first = self.images.arrive(phone.session_key, phone.session_started, key.image_id, picture, now_ms)
        if first:
            # What the phone said before is of no use any more, unless it says nothing now: then S3's event adds it.
            self._arrived(session, key.image_id, now_ms, forget_draft=said)
            return IngestedImage(session.images[key.image_id], session.image_count, first=True)
        return self._add_to(session, key.image_id, request.metadata, now_ms)

    def stored(self, key: ObjectKey, now_ms: int) -> bool:
        """Take in an image that S3 holds, in case its phone never says so; tell whether that was news.

        What the phone said when it asked for a place goes with it. An object of a deleted image is removed from S3.
        Raises SessionNotFoundError, ImageLimitReachedError.
        """
        place = session_key(self.pseudonym_key, key.facility_id, key.encounter_id)
        draft = self.metadata_drafts.find(place, key.session_started, key.image_id, now_ms)
        picture = self._picture(key, dict(draft.metadata) if draft else {}, now_ms)
        try:
            session, first = self.images.arrive(place, key.session_started, key.image_id, picture, now_ms)
        except ImageDeletedError:
            self.bucket.delete([str(key)])
            return False
        if first:
            self._arrived(session, key.image_id, now_ms, forget_draft=draft is not None)
        elif session.images[key.image_id].key != str(key):
            self.bucket.delete([str(key)])  # the same image in another format, under a key that nobody looks at
        self._complete(session, key.image_id, draft, now_ms, first=first)
        return first

    def _complete(
        self, session: Session, image_id: str, draft: MetadataDraft | None, now_ms: int, *, first: bool
    ) -> None:
        """Add what the phone said last before the image arrived, unless somebody has said something of it since."""
        image = session.images[image_id]
        untold = not image.metadata and (image.silent or not image.notified)
        drafts = [each for each in (draft, read_draft(session.drafts.get(image_id))) if each]
        if image.corrected or not drafts or not (first or untold):
            return
        last = max(drafts, key=lambda each: each.at)
        if last.metadata == image.metadata:
            return
        written = self.images.describe(session, image_id, last.metadata, now_ms, source="draft")
        if written:
            self._tell("image-updated", written, image_id, now_ms)

    def _add_to(self, session: Session, image_id: str, metadata: Metadata | None, now_ms: int) -> IngestedImage:
        """Add to an image that is there already what its phone says of it."""
        while True:
            image = session.images[image_id]
            # What a clinician has corrected, a phone that repeats itself must not turn back.
            if image.corrected:
                wanted = {**changed({}, metadata), **image.metadata}
            elif not image.notified and says_anything(metadata):
                wanted = changed({}, metadata)  # what it says now, instead of what it said before the image arrived
            else:
                wanted = changed(image.metadata, metadata)
            if image.notified and (image.corrected or wanted == image.metadata):
                return IngestedImage(image, session.image_count, first=False)
            written = self.images.describe(session, image_id, wanted, now_ms, source="phone")
            if written:
                self._tell("image-updated", written, image_id, now_ms)
                return IngestedImage(written.images[image_id], written.image_count, first=not image.notified)
            reread = self.repository.find(session.key, now_ms)
            if reread is None:
                raise SessionNotFoundError("The session has ended.")
            if image_id not in reread.images:
                raise ImageDeletedError("The image was deleted; it is not taken again.")
            session = reread

    def _arrived(self, session: Session, image_id: str, now_ms: int, *, forget_draft: bool) -> None:
        """Tell Redis, which counts it, and those who watch that an image is there for the first time."""
        draft = self.metadata_drafts.place(session.key, session.started, image_id) if forget_draft else None
        tally = self.counters.prepare(PHOTOS_ARRIVED, session.facility_id, now_ms)
        with suppress(RedisError):  # Redis still holds its place, and the record knows better
            self.fast.mark(session, image_id, here=True, draft=draft, tally=tally)
        self._tell("image-uploaded", session, image_id, now_ms)

    def _picture(self, key: ObjectKey, metadata: dict[str, Any], now_ms: int) -> dict[str, Any]:
        return {"key": str(key), "uploadedAt": now_ms, "metadata": metadata, "notified": False}

    def _tell(self, change: Change, session: Session, image_id: str, now_ms: int) -> None:
        self.publisher.publish(session, image_message(change, session, session.images[image_id], now_ms), now_ms)

    def _explain_absence(self, phone: UploadCredential, key: ObjectKey, now_ms: int) -> None:
        session = self.repository.find(phone.session_key, now_ms)
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
