"""Upload grants: a reserved place and a presigned link for one photo."""

import base64
import binascii
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from bedside.adapters.aws.s3 import Links, Upload
from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import FastPath, ReservationOutcome
from bedside.capture.image import UNCOMMITTED
from bedside.capture.image_repository import ImageRepository
from bedside.capture.limits import PRESIGNED_URL
from bedside.capture.metadata import Metadata, TakenRequest
from bedside.capture.metadata_drafts import MetadataDrafts, draft_of
from bedside.capture.model import LONGEST_LIFE_MS, SLOT_GRACE_MS, needs_touch
from bedside.capture.object_keys import EXTENSIONS, ObjectKey
from bedside.capture.session_repository import SessionRepository
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import (
    FieldFault,
    ImageDeletedError,
    ImageLimitReachedError,
    ImageTooLargeError,
    InvalidRequestError,
    SessionNotFoundError,
    UnavailableError,
    UnsupportedMediaTypeError,
    WrongEncounterError,
)
from bedside.kernel.wire import Identifier
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter, PendingCheck
from bedside.platform.transient.drafts import PendingDraft

MAX_IMAGE_BYTES: Final = 5 * 1024 * 1024
_SHA256_BYTES: Final = 32


class UploadRequest(TakenRequest):
    encounter_id: Identifier
    image_id: Identifier
    content_type: str
    content_length: int = Field(ge=1)
    sha256: str = Field(max_length=64)
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class UploadGrant:
    """A link for a single upload, valid until `expires_at` (Unix ms)."""

    url: str
    key: str
    headers: Mapping[str, str]
    expires_at: int
    count: Count


@dataclass(frozen=True, slots=True)
class Uploads:
    """Grants uploads, at most `max_images` per session; links are valid for `url_life_s` seconds."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    limiter: Limiter
    links: Links
    metadata_drafts: MetadataDrafts
    max_images: int
    url_life_s: int

    def grant(self, phone: UploadCredential, request: UploadRequest, now_ms: int) -> UploadGrant:
        """Reserve a place for the image and presign its upload; idempotent by imageId.

        Stores the metadata as a draft, in case the phone never reports the upload. One Redis request; DynamoDB is used
        only if Redis does not know the session or is down, and to record activity every ten minutes.
        Raises WrongEncounterError, UnsupportedMediaTypeError, ImageTooLargeError, InvalidRequestError,
        SessionNotFoundError, ImageDeletedError, ImageLimitReachedError, LimitReachedError.
        """
        if request.encounter_id != phone.encounter_id:
            raise WrongEncounterError("The upload token is for another encounter.")
        _check(request)
        count, ends_at = self._hold(phone, request, now_ms)
        key = ObjectKey(
            phone.facility_id,
            phone.encounter_id,
            phone.session_started,
            request.image_id,
            EXTENSIONS[request.content_type],
        )
        upload = Upload(str(key), request.content_type, request.content_length, request.sha256, UNCOMMITTED)
        # A link must not outlive the session, as far as the session's end is known.
        life_s = max(1, min(self.links.life_s(self.url_life_s, now_ms), (ends_at - now_ms) // 1000))
        url, headers = self.links.upload(upload, now_ms=now_ms, life_s=life_s)
        return UploadGrant(url, upload.key, headers, now_ms + life_s * 1000, count)

    def _hold(self, phone: UploadCredential, request: UploadRequest, now_ms: int) -> tuple[Count, int]:
        """Return the rate limit's count, and the instant at which the session ends if nothing more happens."""
        held_until = now_ms + self.url_life_s * 1000 + SLOT_GRACE_MS
        key, started, image_id = phone.session_key, phone.session_started, request.image_id
        draft = draft_of(request.metadata, now_ms, request.taken(now_ms))
        pending = self.metadata_drafts.prepare(key, started, image_id, draft) if draft else None
        check = self.limiter.prepare(PRESIGNED_URL, key, now_ms)
        try:
            count, outcome, expires_at = self._reserve_in_redis(phone, image_id, held_until, check, pending, now_ms)
        except RedisError:
            count = self.limiter.check_locally(check, now_ms)
            document = draft.document() if draft else None
            session = self.images.reserve(key, started, image_id, held_until, now_ms, document)
            return count, session.ends_at
        if outcome == "gone":
            raise ImageDeletedError("The image was deleted; it is not taken again.")
        if outcome == "full":
            raise ImageLimitReachedError(f"A session holds at most {self.max_images} images.")
        if needs_touch(expires_at, self.repository.life_ms, now_ms):
            expires_at = max(expires_at, self._extend(phone, now_ms))
        return count, min(expires_at, started + LONGEST_LIFE_MS)

    def _reserve_in_redis(
        self,
        phone: UploadCredential,
        image_id: str,
        held_until: int,
        check: PendingCheck,
        pending: PendingDraft | None,
        now_ms: int,
    ) -> tuple[Count, ReservationOutcome, int]:
        """Reserve a place in Redis; if it does not know the session or considers it full, refresh it and try again."""
        key, started = phone.session_key, phone.session_started
        reply, outcome, expires_at = self.fast_path.reserve(
            key, started, image_id, held_until, self.max_images, check, now_ms, pending
        )
        count = self.limiter.resolve(check, reply, now_ms)
        if outcome in {"held", "gone"}:
            return count, outcome, expires_at
        session = self.repository.find(key, now_ms)
        if session is None or session.started != started:
            raise SessionNotFoundError("The session has ended.")
        self.fast_path.store(session, now_ms)
        _, outcome, expires_at = self.fast_path.reserve(
            key, started, image_id, held_until, self.max_images, None, now_ms, pending
        )
        if outcome == "unknown":
            raise RedisError("Redis forgot the session at once")
        return count, outcome, expires_at

    def _extend(self, phone: UploadCredential, now_ms: int) -> int:
        """Extend the session's life, and return when it ends, or 0 if that is not known."""
        try:
            session = self.repository.touch(phone.session_key, phone.session_started, now_ms)
        except UnavailableError:
            return 0  # the place is reserved anyway, and the next call records activity
        with suppress(RedisError):  # Redis keeps the earlier expiry, and the next call tries again
            self.fast_path.extend(session)
        return session.ends_at


def _check(request: UploadRequest) -> None:
    if request.content_type not in EXTENSIONS:
        raise UnsupportedMediaTypeError("Send image/jpeg, image/png, image/webp or image/heic.")
    if request.content_length > MAX_IMAGE_BYTES:
        raise ImageTooLargeError("An image may have at most 5 MB.")
    try:
        digest = base64.b64decode(request.sha256, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != _SHA256_BYTES:
        raise InvalidRequestError([FieldFault("sha256", "This must be the base64 of 32 bytes.")])
