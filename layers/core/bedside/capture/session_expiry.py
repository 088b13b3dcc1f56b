"""Expiry of sessions that nobody has ended, and of the photos of ended ones."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.adapters.aws.s3 import Bucket
from bedside.adapters.redis.client import RedisError
from bedside.capture.edit_erasure import EditErasure
from bedside.capture.fast_path import FastPath
from bedside.capture.live_messages import session_message
from bedside.capture.model import Session
from bedside.capture.publisher import SessionPublisher
from bedside.capture.session_repository import SessionRepository
from bedside.capture.session_retention import SessionRetention
from bedside.platform.observability import count


@dataclass(frozen=True, slots=True)
class SessionExpiry:
    """Ends expired sessions, and deletes photos whose time is over, with what was drawn on them.

    Expired sessions already reject every call; ending them notifies their pages. `retention_ms(facility_id, now)`
    returns how long a facility's photos stay after the end, and raises UnavailableError rather than guess.
    """

    repository: SessionRepository
    retention: SessionRetention
    fast_path: FastPath
    publisher: SessionPublisher
    bucket: Bucket
    edits: EditErasure
    retention_ms: Callable[[str, int], int]

    def due(self, now_ms: int, limit: int) -> Sequence[str]:
        """Return the keys of up to `limit` sessions that may have something to do. Raises UnavailableError."""
        return self.retention.due(now_ms, limit)

    def expire(self, key: str, now_ms: int) -> bool:
        """End the session if it has expired, and return whether this call ended it; delete photos that are due.

        Idempotent; the record comes first, then the bucket, and what a crash leaves is done next time. Raises
        UnavailableError.
        """
        session = self.repository.find_stored(key)
        if session is None:
            return False
        if session.alive(now_ms):
            self.retention.postpone(session)
            return False
        expired = self.retention.expire(session, now_ms) if session.open else None
        if expired:
            with suppress(RedisError):  # the hash expires anyway, and DynamoDB rejects every further call
                self.fast_path.end(expired)
            self.publisher.publish(expired, session_message("session-ended", expired, now_ms), now_ms)
            session = expired
        if not session.open:
            self._settle(session, now_ms)
        return expired is not None

    def _settle(self, session: Session, now_ms: int) -> None:
        until = session.retained_until
        if until is None:
            ended = session.ended_at or session.ends_at
            until = ended + self.retention_ms(session.facility_id, now_ms)
        try:
            left = self.retention.take_out(session, until, now_ms)
        except ConditionFailedError:
            return  # it is still due
        if left.revision > session.revision:
            count("PhotoVanished", session.image_count - left.image_count)
        if left.removals:
            self.bucket.delete(list(left.removals.values()))
        self.edits.erase(left.key, left.drawn)
        self.retention.settle(left, until, now_ms)
