"""Sessions whose life is over and which nobody ended: nobody may be there any more to ask for them."""

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
    """Ends sessions whose time is up. Every call without that is refused by then; here the pages are told."""

    repository: SessionRepository
    fast: FastPath
    publisher: SessionPublisher

    def due(self, now_ms: int, limit: int) -> Sequence[str]:
        """Return the keys of sessions to look at; raises UnavailableError."""
        return self.repository.due(now_ms, limit)

    def look(self, key: str, now_ms: int) -> bool:
        """End the session if its life is over, as its clinician would, and tell whether this call did.

        Once, however often and by how many it is looked at. Raises UnavailableError.
        """
        session = self.repository.lapse(key, now_ms)
        if session is None:
            return False
        with suppress(RedisError):  # it lets go of the session by itself, and the record refuses whatever comes
            self.fast.end(session)
        self.publisher.publish(session, session_message("session-ended", session, now_ms), now_ms)
        return True
