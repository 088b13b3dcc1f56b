"""Upload grants: a reserved place and a presigned link for one photo."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from bedside.adapters.aws.s3 import Links, Upload
from bedside.capture.errors import ImageTooLargeError, UnsupportedMediaTypeError, WrongEncounterError
from bedside.capture.image import UNCOMMITTED
from bedside.capture.limits import PRESIGNED_URL
from bedside.capture.metadata import Metadata, TakenRequest
from bedside.capture.metadata_drafts import MetadataDrafts, draft_of
from bedside.capture.object_keys import EXTENSIONS, ObjectKey
from bedside.capture.reservations import Reservations
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.kernel.wire import Identifier
from bedside.platform.limits.algorithms import Count

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
    """Grants uploads; links are valid for `url_life_s` seconds."""

    reservations: Reservations
    links: Links
    metadata_drafts: MetadataDrafts
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
        key, started = phone.session_key, phone.session_started
        draft = draft_of(request.metadata, now_ms, request.taken(now_ms), phone.user_id)
        pending = self.metadata_drafts.prepare(key, started, request.image_id, draft) if draft else None
        held = self.reservations.hold(
            phone, request.image_id, PRESIGNED_URL, now_ms, draft=draft.document() if draft else None, pending=pending
        )
        object_key = ObjectKey(
            phone.facility_id,
            phone.encounter_id,
            phone.session_started,
            request.image_id,
            EXTENSIONS[request.content_type],
        )
        upload = Upload(str(object_key), request.content_type, request.content_length, request.sha256, UNCOMMITTED)
        # A link must not outlive the session, as far as the session's end is known.
        life_s = max(1, min(self.links.life_s(self.url_life_s, now_ms), (held.ends_at - now_ms) // 1000))
        url, headers = self.links.upload(upload, now_ms=now_ms, life_s=life_s)
        return UploadGrant(url, upload.key, headers, now_ms + life_s * 1000, held.count)


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
