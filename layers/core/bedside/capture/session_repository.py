"""Capture sessions in DynamoDB: one item per session, changed only by conditional writes.

A session, its images and its connections share one item, so that every change is atomic: sequence numbers, images and
the image limit are always consistent.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.capture.model import LONGEST_LIFE_MS, Session, session_from_record
from bedside.encounters.events import SYSTEM, Actor, Event, event
from bedside.encounters.outbox import first_events, with_events
from bedside.kernel.errors import SessionNotFoundError
from bedside.platform.due_index import DueIndex, shard_of

ALIVE: Final = "#open = :true AND #expiresAt > :now AND #started > :oldest"
_ENDED: Final = (
    "SET #open = :false, #endedAt = :now, #revision = #revision + :one, #tokens = :none, #tickets = :none"
    " REMOVE #waits, #dueAt"
)
# Open sessions in the index of items that are due; their `dueAt` is never later than their expiry.
_KIND: Final = "session"
TOUCHED: Final = "#lastActivity = :now, #expiresAt = :expires, #ttl = :ttl"
# How long an item outlives its session, so that late events still find it.
_RETENTION_S: Final = 24 * 3600


class SessionRepository:
    """Sessions by key. Every method raises UnavailableError if DynamoDB does not respond in time."""

    def __init__(self, table: Table, *, life_ms: int) -> None:
        self._table = table
        self.life_ms = life_ms

    def find(self, key: str, now_ms: int) -> Session | None:
        """Return the session if it is alive, or None."""
        item = self._table.get(key)
        session = session_from_record(item) if item else None
        return session if session and session.alive(now_ms) else None

    def create(
        self,
        key: str,
        patient: Mapping[str, Any],
        handles: Mapping[str, Mapping[str, Any]],
        now_ms: int,
        by: Actor = SYSTEM,
    ) -> Session:
        """Create a session unless one is alive. Raises ConditionFailedError with the existing item."""
        item = {
            "pk": key,
            "started": now_ms,
            "open": True,
            "lastActivity": now_ms,
            "expiresAt": now_ms + self.life_ms,
            "ttl": (now_ms + self.life_ms) // 1000 + _RETENTION_S,
            # Not updated on activity, to save index writes; the sweeper postpones sessions that are still alive.
            "waits": shard_of(_KIND, key),
            "dueAt": now_ms + self.life_ms,
            "sequence": 0,
            "revision": 0,
            "slots": {},
            "images": {},
            "revisions": {},
            "connections": {},
            **patient,
            **handles,
            **first_events(now_ms, event("session-opened", now_ms, by)),
        }
        self._table.put(
            item,
            condition="attribute_not_exists(#pk) OR #started <= :oldest"
            " OR ((#open = :false OR #expiresAt <= :now) AND #started < :now)",
            values={"false": False, "now": now_ms, "oldest": now_ms - LONGEST_LIFE_MS},
        )
        return session_from_record(item)

    def change(
        self,
        key: str,
        expression: str,
        *,
        condition: str = "",
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
        events: Sequence[Event] = (),
        now_ms: int,
    ) -> Session:
        """Apply an update to a live session. Raises ConditionFailedError.

        An expression that contains TOUCHED counts as activity. With `events` it needs a SET clause.
        """
        expression, values = with_events(expression, values or {}, events)
        bound: dict[str, Any] = {"now": now_ms, "oldest": now_ms - LONGEST_LIFE_MS, "true": True, **values}
        if TOUCHED in expression:
            expires = now_ms + self.life_ms
            bound |= {"expires": expires, "ttl": expires // 1000 + _RETENTION_S}
        text = f"{ALIVE} AND {condition}" if condition else ALIVE
        return session_from_record(self._table.update(key, expression, condition=text, values=bound, names=names))

    def touch(self, key: str, started: int, now_ms: int) -> Session:
        """Record activity. Raises SessionNotFoundError."""
        try:
            return self.change(
                key, f"SET {TOUCHED}", condition="#started = :started", values={"started": started}, now_ms=now_ms
            )
        except ConditionFailedError as error:
            raise SessionNotFoundError("The session has ended.") from error

    def end(self, key: str, now_ms: int, by: Actor = SYSTEM) -> Session:
        """End the session; its QR tokens, upload tokens and tickets stop working. Raises SessionNotFoundError."""
        try:
            return self.change(
                key,
                _ENDED,
                values={"false": False, "one": 1, "none": {}},
                events=[event("session-ended", now_ms, by)],
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            raise SessionNotFoundError("There is no open session for this encounter.") from error

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the keys of up to `limit` sessions that may have expired, longest due first.

        The index lags, so sessions that were just ended or reopened may be included.
        """
        return DueIndex(self._table, _KIND).due(now_ms, limit)

    def expire(self, key: str, now_ms: int) -> Session | None:
        """End the session if it has expired, or else return None and update when it is due."""
        values = {"false": False, "now": now_ms, "oldest": now_ms - LONGEST_LIFE_MS, "one": 1, "none": {}}
        expression, bound = with_events(_ENDED, values, [event("session-ended", now_ms, SYSTEM)])
        try:
            item = self._table.update(
                key,
                expression,
                condition="#open = :true AND (#expiresAt <= :now OR #started <= :oldest)",
                values={"true": True, **bound},
            )
        except ConditionFailedError as error:
            if error.item:
                self._reschedule(error.item)
            return None
        return session_from_record(item)

    def _reschedule(self, item: Mapping[str, Any]) -> None:
        """Make a session due at its expiry, or never if it has ended; concurrent changes take precedence."""
        session = session_from_record(item)
        values: dict[str, Any] = {"started": session.started, "open": session.open}
        if session.open:
            expression = "SET #waits = :waits, #dueAt = :due"
            values |= {"waits": shard_of(_KIND, session.key), "due": session.ends_at}
        elif "waits" in item:  # ended by an earlier release, which did not know the index
            expression = "REMOVE #waits, #dueAt"
        else:
            return
        with suppress(ConditionFailedError):
            self._table.update(
                session.key, expression, condition="#started = :started AND #open = :open", values=values
            )


def session_in_conflict(error: ConditionFailedError, started: int | None, now_ms: int) -> Session:
    """Return the live session in a failed condition. Raises SessionNotFoundError if there is none.

    `started`, if given, must match the session.
    """
    session = session_from_record(error.item) if error.item else None
    if session is None or not session.alive(now_ms) or started not in {None, session.started}:
        raise SessionNotFoundError("The session has ended.") from error
    return session
