"""Capture sessions in DynamoDB: one item per encounter, changed only by conditional writes.

A session, its images and its connections share one item, so that every change is atomic: sequence numbers, images and
the image limit are always consistent. The item lives as long as its images; a session that has ended can be opened
again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table
from bedside.capture.errors import SessionNotFoundError
from bedside.capture.model import LONGEST_LIFE_MS, Session
from bedside.capture.session_expressions import ALIVE, ENDED, FAR_S, KIND, TOUCHED, WAITING
from bedside.capture.session_record import session_from_record
from bedside.encounters.events import SYSTEM, Actor, Event, event
from bedside.encounters.outbox import with_events
from bedside.platform.due_index import shard_of

# How often a session is read and changed anew because it has changed meanwhile: twenty phones may report at once.
ATTEMPTS: Final = 20
CONTENDED: Final = "The session is being changed by others."


class SessionRepository:
    """Sessions by key. Every method raises UnavailableError if DynamoDB does not respond in time."""

    def __init__(self, table: Table, *, life_ms: int) -> None:
        self._table = table
        self.life_ms = life_ms

    def find(self, key: str, now_ms: int) -> Session | None:
        """Return the session if it is alive, or None."""
        session = self.find_stored(key)
        return session if session and session.alive(now_ms) else None

    def find_stored(self, key: str) -> Session | None:
        """Return the session, alive or ended, or None."""
        item = self._table.get(key)
        return session_from_record(item) if item else None

    def put(self, item: Item, *, condition: str, values: Mapping[str, Any]) -> Session:
        """Write a session as a whole. Raises ConditionFailedError with the existing item."""
        self._table.put(item, condition=condition, values=values)
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
        expression, write = self._write(key, expression, condition, values or {}, events, now_ms)
        return session_from_record(self._table.update(key, expression, **write, names=names))

    def prepare_change(
        self,
        session: Session,
        expression: str,
        *,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str],
        events: Sequence[Event],
        now_ms: int,
    ) -> Change:
        """Return an update of a session, alive or ended, for a transaction; it counts as activity of a live one."""
        values = {**values, "started": session.started, "open": session.open}
        condition = f"#started = :started AND #open = :open AND {condition}"
        if session.alive(now_ms):
            expression, write = self._write(session.key, f"{expression}, {TOUCHED}", condition, values, events, now_ms)
        else:
            expression, values = with_events(expression, values, events)
            write = {"condition": condition, "values": values}
        return self._table.update_change(session.key, expression, **write, names=names)

    def _write(
        self,
        key: str,
        expression: str,
        condition: str,
        values: Mapping[str, Any],
        events: Sequence[Event],
        now_ms: int,
    ) -> tuple[str, dict[str, Any]]:
        expression, values = with_events(expression, values, events)
        bound: dict[str, Any] = {"now": now_ms, "oldest": now_ms - LONGEST_LIFE_MS, "true": True, **values}
        if TOUCHED in expression:
            bound |= self._activity(now_ms)
        if WAITING in expression:
            bound |= self.due_now(key, now_ms)
        return expression, {"condition": f"{ALIVE} AND {condition}" if condition else ALIVE, "values": bound}

    def change_stored(
        self,
        key: str,
        expression: str,
        *,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str],
        events: Sequence[Event] = (),
    ) -> Session:
        """Apply an update to a session, alive or ended. Raises ConditionFailedError."""
        expression, values = with_events(expression, values, events)
        return session_from_record(self._table.update(key, expression, condition=condition, values=values, names=names))

    def revise(
        self,
        session: Session,
        expression: str,
        values: Mapping[str, Any],
        names: Mapping[str, str],
        now_ms: int,
        *,
        events: Sequence[Event],
    ) -> Session:
        """Apply an update to a session, alive or ended, if nothing changed since it was read.

        An expression that contains WAITING makes the sweeper look at the session. Raises ConditionFailedError.
        """
        bound = {**values, "started": session.started, "revision": session.revision, "open": session.open}
        if WAITING in expression:
            bound |= self.due_now(session.key, now_ms)
        return self.change_stored(
            session.key,
            expression,
            condition="#started = :started AND #revision = :revision AND #open = :open",
            values=bound,
            names=names,
            events=events,
        )

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
            values = {"ended": now_ms, "false": False, "one": 1, "none": {}}
            return self.change(key, ENDED, values=values, events=[event("session-ended", now_ms, by)], now_ms=now_ms)
        except ConditionFailedError as error:
            raise SessionNotFoundError("There is no open session for this encounter.") from error

    def due_now(self, key: str, now_ms: int) -> dict[str, Any]:
        """Return the values of WAITING."""
        return {"ttl": now_ms // 1000 + FAR_S, "waits": shard_of(KIND, key), "now": now_ms}

    def _activity(self, now_ms: int) -> dict[str, Any]:
        expires = now_ms + self.life_ms
        return {"expires": expires, "ttl": expires // 1000 + FAR_S}


def session_in_conflict(error: ConditionFailedError, started: int | None, now_ms: int) -> Session:
    """Return the live session in a failed condition. Raises SessionNotFoundError if there is none.

    `started`, if given, must match the session.
    """
    session = session_from_record(error.item) if error.item else None
    if session is None or not session.alive(now_ms) or started not in {None, session.started}:
        raise SessionNotFoundError("The session has ended.") from error
    return session
