"""Ingestion of uploaded photos, reported by the phone and by S3: either suffices, in any order, any number of times."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.arrival_report import NotifyRequest, own_key
from bedside.capture.counters import PHOTOS_ARRIVED
from bedside.capture.errors import DamagedImageError, ImageDeletedError, NotUploadedError, SessionNotFoundError
from bedside.capture.fast_path import FastPath
from bedside.capture.image import Image
from bedside.capture.image_inspection import ImageInspection
from bedside.capture.image_repository import ImageRepository
from bedside.capture.live_messages import Change, image_message
from bedside.capture.metadata import Metadata, has_fields, merge
from bedside.capture.metadata_drafts import MetadataDraft, MetadataDrafts, read_draft
from bedside.capture.model import Session
from bedside.capture.object_keys import ObjectKey, session_key
from bedside.capture.publisher import SessionPublisher
from bedside.capture.quarantine import Quarantine
from bedside.capture.session_repository import ATTEMPTS, CONTENDED, SessionRepository
from bedside.capture.taken import Taken
from bedside.encounters.events import Actor, sender
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import UnavailableError
from bedside.platform.transient.counters import Counters


@dataclass(frozen=True, slots=True)
class IngestedImage:
    """An image that was added to the session; `first` tells whether this was the phone's first report of it."""

    image: Image
    image_count: int
    first: bool


@dataclass(frozen=True, slots=True)
class Ingestion:
    """Adds uploaded images to sessions."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    bucket: Bucket
    inspection: ImageInspection
    quarantine: Quarantine
    publisher: SessionPublisher
    counters: Counters
    metadata_drafts: MetadataDrafts
    pseudonym_key: bytes

    def notify(self, phone: UploadCredential, request: NotifyRequest, now_ms: int) -> IngestedImage:
        """Add an image that the phone has uploaded, with its metadata; idempotent.

        Raises InvalidRequestError, WrongEncounterError, NotUploadedError, DamagedImageError, SessionNotFoundError,
        ImageDeletedError, ImageLimitReachedError.
        """
        key = own_key(phone, request)
        finding = self.inspection.glance(key)
        if finding == "missing":
            self._raise_missing(phone, key, now_ms)
        if finding == "damaged":  # S3's event sets it aside
            raise DamagedImageError("This is not a complete photo. Take it again.")
        described, taken = has_fields(request.metadata), request.taken(now_ms)
        picture = self._picture(key, merge({}, request.metadata), taken, now_ms)
        picture |= {"notified": True, "silent": not described}
        place, by = (phone.session_key, phone.session_started), sender(phone.user_id)
        session, first = self.images.add(*place, key.image_id, picture, now_ms, by)
        if first:
            # Without metadata in this report, the draft is still needed: S3's event applies it.
            self._on_arrival(session, key, now_ms, delete_draft=described)
            return IngestedImage(session.images[key.image_id], session.sent_count, first=True)
        return self._merge_report(session, key.image_id, request.metadata, taken, now_ms, by)

    def ingest_object(self, key: ObjectKey, now_ms: int) -> bool:
        """Add an image stored in S3, in case its phone never reports it, and return whether it was new.

        One that was uploaded before its session ended is added all the same, whether or not that was opened again.
        Uses the draft that the phone sent when it requested the upload. Deletes the object of a deleted image, and sets
        aside what is not an image, or belongs to no session.
        Raises SessionNotFoundError, ImageLimitReachedError.
        """
        place = session_key(self.pseudonym_key, key.facility_id, key.encounter_id)
        finding, etag = self.inspection.inspect(key)
        if finding == "damaged":
            self.quarantine.set_aside(key, etag, place, now_ms)
        if finding != "whole":
            return False  # if it is missing, it was deleted or set aside since
        draft = self.metadata_drafts.find(place, key.session_started, key.image_id, now_ms)
        said = draft or MetadataDraft(now_ms, {})
        picture = self._picture(key, dict(said.metadata), said.taken, now_ms)
        try:
            session, first = self._add(place, key, picture, now_ms, sender(said.user_id))
        except ImageDeletedError:
            self.bucket.delete([str(key)])
            return False
        except SessionNotFoundError:
            self.quarantine.put_away(key, etag)
            raise
        if first:
            self._on_arrival(session, key, now_ms, delete_draft=draft is not None)
        elif session.images[key.image_id].key != str(key):
            self.bucket.delete([str(key)])  # the same image in another format, under a key that is not used
        self._apply_draft(session, key.image_id, draft, now_ms, first=first)
        return first

    def _apply_draft(
        self, session: Session, image_id: str, draft: MetadataDraft | None, now_ms: int, *, first: bool
    ) -> None:
        """Apply the latest draft, unless the phone or a clinician has described the image since."""
        image = session.images[image_id]
        undescribed = not image.metadata and (image.silent or not image.notified)
        drafts = [each for each in (draft, read_draft(session.drafts.get(image_id))) if each]
        if image.corrected or image.committing or image.committed or not drafts or not (first or undescribed):
            return
        latest = max(drafts, key=lambda each: each.at)
        missing = latest.taken if image.taken is None else None
        if latest.metadata == image.metadata and not missing:
            return
        by = sender(latest.user_id)
        written = self.images.describe(session, image_id, latest.metadata, now_ms, source="draft", taken=missing, by=by)
        if written:
            self._publish("image-updated", written, image_id, now_ms)

    def _merge_report(
        self, session: Session, image_id: str, metadata: Metadata | None, taken: Taken | None, now_ms: int, by: Actor
    ) -> IngestedImage:
        """Merge the phone's report into an image that has already arrived."""
        for _ in range(ATTEMPTS):
            image = session.images[image_id]
            if image.committing or image.committed:  # as it is now; the phone need not know
                return IngestedImage(image, session.sent_count, first=False)
            # A repeated report must not undo a clinician's corrections.
            if image.corrected:
                merged = {**merge({}, metadata), **image.metadata}
            elif not image.notified and has_fields(metadata):
                merged = merge({}, metadata)  # replaces the draft
            else:
                merged = merge(image.metadata, metadata)
            missing = taken if image.taken is None else None
            if image.notified and not missing and (image.corrected or merged == image.metadata):
                return IngestedImage(image, session.sent_count, first=False)
            written = self.images.describe(session, image_id, merged, now_ms, source="phone", taken=missing, by=by)
            if written:
                self._publish("image-updated", written, image_id, now_ms)
                return IngestedImage(written.images[image_id], written.sent_count, first=not image.notified)
            reread = self.repository.find(session.key, now_ms)
            if reread is None:
                raise SessionNotFoundError("The session has ended.")
            if image_id not in reread.images:
                raise ImageDeletedError("The image was deleted; it is not taken again.")
            session = reread
        raise UnavailableError(CONTENDED)

    def _add(self, place: str, key: ObjectKey, picture: dict[str, Any], now_ms: int, by: Actor) -> tuple[Session, bool]:
        try:
            return self.images.add(place, key.session_started, key.image_id, picture, now_ms, by)
        except SessionNotFoundError:
            return self.images.add_late(place, key.session_started, key.image_id, picture, now_ms, by)

    def _on_arrival(self, session: Session, key: ObjectKey, now_ms: int, *, delete_draft: bool) -> None:
        """Mark a new image in Redis, count it, and publish it."""
        image_id = key.image_id
        draft = self.metadata_drafts.key_of(session.key, key.session_started, image_id) if delete_draft else None
        count = self.counters.prepare(PHOTOS_ARRIVED, session.facility_id, now_ms)
        with suppress(RedisError):  # Redis still holds its place, and DynamoDB is authoritative
            self.fast_path.mark(session, image_id, here=True, draft=draft, count=count)
        self._publish("image-uploaded", session, image_id, now_ms)

    def _picture(self, key: ObjectKey, metadata: dict[str, Any], taken: Taken | None, now_ms: int) -> dict[str, Any]:
        picture: dict[str, Any] = {
            "key": str(key),
            "uploadedAt": now_ms,
            "metadata": metadata,
            "notified": False,
            "generation": key.session_started,
        }
        return picture | (taken.document() if taken else {})

    def _publish(self, change: Change, session: Session, image_id: str, now_ms: int) -> None:
        self.publisher.publish(session, image_message(change, session, session.images[image_id], now_ms), now_ms)

    def _raise_missing(self, phone: UploadCredential, key: ObjectKey, now_ms: int) -> None:
        session = self.repository.find(phone.session_key, now_ms)
        if session is None or session.started != phone.session_started:
            raise SessionNotFoundError("The session has ended.")
        if key.image_id in session.deleted:
            raise ImageDeletedError("The image was deleted; it is not taken again.")
        raise NotUploadedError("Upload the image first, then say so.")
