"""Reservations of images, in Redis or the record: each counts towards the limit of its session while it is held."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bedside.adapters.redis.client import RedisError
from bedside.capture.errors import ImageDeletedError, ImageLimitReachedError, SessionNotFoundError
from bedside.capture.fast_path import FastPath, ReservationOutcome
from bedside.capture.image_repository import ImageRepository
from bedside.capture.model import LONGEST_LIFE_MS, SLOT_GRACE_MS, Session, needs_touch
from bedside.capture.session_repository import SessionRepository
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import UnavailableError
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter, PendingCheck
from bedside.platform.limits.policies import Policy

if TYPE_CHECKING:
    from bedside.platform.transient.drafts import PendingDraft


@dataclass(frozen=True, slots=True)
class Reservation:
    """A place for an image, in a session that ends at `ends_at` (Unix ms) if nothing more happens.

    `repeated`: the image has arrived, or its preview came before. `session` is set if it had to be read.
    """

    count: Count
    ends_at: int
    repeated: bool = False
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Reservations:
    """Holds places, at most `max_images` per session, for `url_life_s` seconds and some grace."""

    repository: SessionRepository
    images: ImageRepository
    fast_path: FastPath
    limiter: Limiter
    max_images: int
    url_life_s: int

    def hold(
        self,
        phone: UploadCredential,
        image_id: str,
        policy: Policy,
        now_ms: int,
        *,
        draft: Mapping[str, Any] | None = None,
        pending: "PendingDraft | None" = None,
        preview: bool = False,
    ) -> Reservation:
        """Hold a place for an image, with a draft of its metadata or for its preview; idempotent by imageId.

        One Redis request; DynamoDB is used only if Redis does not know the session or is down, and to record activity
        every ten minutes. `pending` is the draft as Redis stores it. Raises SessionNotFoundError, ImageDeletedError,
        ImageLimitReachedError, LimitReachedError.
        """
        held_until = now_ms + self.url_life_s * 1000 + SLOT_GRACE_MS
        key, started = phone.session_key, phone.session_started
        check = self.limiter.prepare(policy, key, now_ms)
        try:
            count, outcome, expires_at = self._hold_in_redis(
                phone, image_id, held_until, check, pending, now_ms, preview=preview
            )
        except RedisError:
            count = self.limiter.check_locally(check, now_ms)
            session = self.images.reserve(key, started, image_id, held_until, now_ms, draft)
            return Reservation(count, session.ends_at, preview and image_id in session.images, session)
        if outcome == "gone":
            raise ImageDeletedError("The image was deleted; it is not taken again.")
        if outcome == "full":
            raise ImageLimitReachedError(f"A session holds at most {self.max_images} images.")
        if needs_touch(expires_at, self.repository.life_ms, now_ms):
            expires_at = max(expires_at, self._extend(phone, now_ms))
        return Reservation(count, min(expires_at, started + LONGEST_LIFE_MS), outcome == "repeated")

    def _hold_in_redis(
        self,
        phone: UploadCredential,
        image_id: str,
        held_until: int,
        check: PendingCheck,
        pending: "PendingDraft | None",
        now_ms: int,
        *,
        preview: bool,
    ) -> tuple[Count, ReservationOutcome, int]:
        """Hold a place in Redis; if it does not know the session or considers it full, refresh it and try again."""
        key, started = phone.session_key, phone.session_started
        reply, outcome, expires_at = self.fast_path.reserve(
            key, started, image_id, held_until, self.max_images, check, now_ms, pending, preview=preview
        )
        count = self.limiter.resolve(check, reply, now_ms)
        if outcome in {"held", "repeated", "gone"}:
            return count, outcome, expires_at
        session = self.repository.find(key, now_ms)
        if session is None or session.started != started:
            raise SessionNotFoundError("The session has ended.")
        self.fast_path.store(session, now_ms)
        _, outcome, expires_at = self.fast_path.reserve(
            key, started, image_id, held_until, self.max_images, None, now_ms, pending, preview=preview
        )
        if outcome == "unknown":
            raise RedisError("Redis forgot the session at once")
        return count, outcome, expires_at

    def _extend(self, phone: UploadCredential, now_ms: int) -> int:
        """Extend the session's life, and return when it ends, or 0 if that is not known."""
        try:
            session = self.repository.touch(phone.session_key, phone.session_started, now_ms)
        except UnavailableError:
            return 0  # the place is held anyway, and the next call records activity
        with suppress(RedisError):  # Redis keeps the earlier expiry, and the next call tries again
            self.fast_path.extend(session)
        return session.ends_at
