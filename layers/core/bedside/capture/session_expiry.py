"""Expiry of sessions that nobody has ended."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bedside.adapters.redis.client import RedisError
from bedside.capture.fast_path import FastPath
from bedside.capture.live_messages import session_message
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository


@dataclass(frozen=True, slots=True)
class SessionExpiry:
    """Ends expired sessions. They already reject every call; ending them notifies their pages."""

    repository: SessionRepository
    fast_path: FastPath
    publisher: SessionPublisher

    def due(self, now_ms: int, limit: int) -> Sequence[str]:
        """Return the keys of up to `limit` sessions that may have expired. Raises UnavailableError."""
        return self.repository.due(now_ms, limit)

    def expire(self, key: str, now_ms: int) -> bool:
        """End the session if it has expired, and return whether this call ended it; idempotent.

        Raises UnavailableError.
        """
        session = self.repository.expire(key, now_ms)
        if session is None:
            return False
        with suppress(RedisError):  # the hash expires anyway, and DynamoDB rejects every further call
            self.fast_path.end(session)
        self.publisher.publish(session, session_message("session-ended", session, now_ms), now_ms)
        return True
