"""Previews: small pictures that a desktop shows while their photos are on the way. They are passed on, never stored."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from bedside.capture.errors import (
    ImageTooLargeError,
    SessionNotFoundError,
    UnsupportedMediaTypeError,
    WrongEncounterError,
)
from bedside.capture.limits import SESSION_PREVIEW
from bedside.capture.live_messages import preview_message
from bedside.capture.metadata import TakenRequest
from bedside.capture.preview_format import PreviewFormat, preview_format
from bedside.capture.publisher import SessionPublisher
from bedside.capture.reservations import Reservations
from bedside.capture.session_repository import SessionRepository
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.kernel.wire import Identifier
from bedside.platform.limits.algorithms import Count

# As base64 it fits one frame of API Gateway's WebSockets, 32 KB, and a message of Ably's, 64 KB
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, https://ably.com/docs/platform/pricing/limits).
MAX_PREVIEW_BYTES: Final = 12 * 1024
MAX_PREVIEW_SIDE: Final = 320


class PreviewRequest(TakenRequest):
    """A preview: the base64 of a JPEG or WebP picture of at most 12 KB and 320 pixels a side."""

    encounter_id: Identifier
    image_id: Identifier
    preview: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Previews:
    """Passes previews on to the pages that watch their session, each once."""

    reservations: Reservations
    repository: SessionRepository
    publisher: SessionPublisher

    def pass_on(self, phone: UploadCredential, request: PreviewRequest, now_ms: int) -> Count:
        """Hold a place for the image, and publish its preview; return the rate limit's count.

        One Redis request, and one read of the session, whose item names the pages that watch it. Raises
        WrongEncounterError, InvalidRequestError, ImageTooLargeError, UnsupportedMediaTypeError, SessionNotFoundError,
        ImageDeletedError, ImageLimitReachedError, LimitReachedError.
        """
        if request.encounter_id != phone.encounter_id:
            raise WrongEncounterError("The upload token is for another encounter.")
        found = _check(request.preview)
        held = self.reservations.hold(phone, request.image_id, SESSION_PREVIEW, now_ms, preview=True)
        if held.repeated:
            return held.count
        session = held.session or self.repository.find(phone.session_key, now_ms)
        if session is None or session.started != phone.session_started:
            raise SessionNotFoundError("The session has ended.")
        url = f"data:{found.content_type};base64,{request.preview}"
        message = preview_message(session, request.image_id, url, request.taken(now_ms), now_ms)
        self.publisher.announce(session, message, f"preview-{request.image_id}", now_ms)
        return held.count


def _check(text: str) -> PreviewFormat:
    """Return the format of a preview. Raises what `Previews.pass_on` does of it."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestError([FieldFault("preview", "This must be base64.")]) from error
    if len(content) > MAX_PREVIEW_BYTES:
        raise ImageTooLargeError(f"A preview may have at most {MAX_PREVIEW_BYTES // 1024} KB.")
    found = preview_format(content)
    if found is None:
        raise UnsupportedMediaTypeError("Send a complete JPEG or WebP picture.")
    if not 0 < found.width <= MAX_PREVIEW_SIDE or not 0 < found.height <= MAX_PREVIEW_SIDE:
        raise ImageTooLargeError(f"A preview may have at most {MAX_PREVIEW_SIDE} pixels a side.")
    return found
