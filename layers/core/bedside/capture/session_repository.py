"""The record of truth of capture sessions: one DynamoDB item per session, changed only by conditional writes.

A session, its images and its open connections share one item, so that every change is atomic: a sequence number, the
image that has it and the limit of images can never disagree.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.capture.model import LONGEST_LIFE_MS, Session, session_from_record
from bedside.kernel.errors import SessionNotFoundError

ALIVE: Final = "#open = :true AND #expiresAt > :now AND #started > :oldest"
_ENDED: Final = (
    "SET #open = :false, #endedAt = :now, #revision = #revision + :one, #tokens = :none, #tickets = :none"
    " REMOVE #waits, #dueAt"
)
# Names open sessions in the index of those whose life may be over: at `dueAt`, which is never after their end.
_WAITS: Final = "session"
TOUCHED: Final = "#lastActivity = :now, #expiresAt = :expires, #ttl = :ttl"
# How long DynamoDB keeps a session after its life, for late events to find it.
_KEPT_S: Final = 24 * 3600


class SessionRepository:
    """The table of sessions, and what every change of a session has in common.

    Every method raises UnavailableError when DynamoDB does not answer in time.
    """

    def __init__(self, table: Table, *, life_ms: int) -> None:
        self._table = table
        self.life_ms = life_ms

    def find(self, key: str, now_ms: int) -> Session | None:
        """Return the session if it is alive."""
        item = self._table.get(key)
        session = session_from_record(item) if item else None
        return session if session and session.alive(now_ms) else None

    def create(
        self, key: str, patient: Mapping[str, Any], handles: Mapping[str, Mapping[str, Any]], now_ms: int
    ) -> Session:
        """Write a new session unless one is alive; raises ConditionFailedError with the item that stands there."""
        item = {
            "pk": key,
            "started": now_ms,
            "open": True,
            "lastActivity": now_ms,
            "expiresAt": now_ms + self.life_ms,
            "ttl": (now_ms + self.life_ms) // 1000 + _KEPT_S,
            # Activity does not move it, which would be one more write for each: the sweeper does, when it comes by.
            "waits": _WAITS,
            "dueAt": now_ms + self.life_ms,
            "sequence": 0,
            "revision": 0,
            "slots": {},
            "images": {},
            "revisions": {},
            "connections": {},
            **patient,
            **handles,
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
        now_ms: int,
    ) -> Session:
        """Apply an update to a session that is alive; raises ConditionFailedError.

        An expression with TOUCHED in it counts as activity.
        """
        bound: dict[str, Any] = {"now": now_ms, "oldest": now_ms - LONGEST_LIFE_MS, "true": True, **(values or {})}
        if TOUCHED in expression:
            expires = now_ms + self.life_ms
            bound |= {"expires": expires, "ttl": expires // 1000 + _KEPT_S}
        text = f"{ALIVE} AND {condition}" if condition else ALIVE
        return session_from_record(self._table.update(key, expression, condition=text, values=bound, names=names))

    def touch(self, key: str, started: int, now_ms: int) -> Session:
        """Note activity; raises SessionNotFoundError."""
        try:
            return self.change(
                key, f"SET {TOUCHED}", condition="#started = :started", values={"started": started}, now_ms=now_ms
            )
        except ConditionFailedError as error:
            raise SessionNotFoundError("The session has ended.") from error

    def end(self, key: str, now_ms: int) -> Session:
        """End the session; its tokens, upload tokens and tickets stop working. Raises SessionNotFoundError."""
        try:
            return self.change(
                key,
                _ENDED,
                values={"false": False, "one": 1, "none": {}},
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            raise SessionNotFoundError("There is no open session for this encounter.") from error

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the keys of up to `limit` sessions whose life may be over, and which nobody ended, longest due first.

        One that was ended or opened anew a moment ago may be among them.
        """
        found, _ = self._table.page("due", "waits", _WAITS, limit=limit, after=None, within=("dueAt", 0, now_ms))
        return [str(item["pk"]) for item in found]

    def lapse(self, key: str, now_ms: int) -> Session | None:
        """End the session as `end` does if its life is over, and nobody ended it: None otherwise.

        One that lives is due again when it ends as things stand.
        """
        try:
            item = self._table.update(
                key,
                _ENDED,
                condition="#open = :true AND (#expiresAt <= :now OR #started <= :oldest)",
                values={
                    "true": True,
                    "false": False,
                    "now": now_ms,
                    "oldest": now_ms - LONGEST_LIFE_MS,
                    "one": 1,
                    "none": {},
                },
            )
        except ConditionFailedError as error:
            if error.item:
                self._put_off(error.item)
            return None
        return session_from_record(item)

    def _put_off(self, item: Mapping[str, Any]) -> None:
        """Let a session be due when it ends, or never again if it has ended; whoever changes it first is right."""
        session = session_from_record(item)
        values: dict[str, Any] = {"started": session.started, "open": session.open}
        if session.open:
            expression = "SET #waits = :waits, #dueAt = :due"
            values |= {"waits": _WAITS, "due": session.ends_at}
        elif "waits" in item:  # ended by a function of before that did not know of the index
            expression = "REMOVE #waits, #dueAt"
        else:
            return
        with suppress(ConditionFailedError):
            self._table.update(
                session.key, expression, condition="#started = :started AND #open = :open", values=values
            )


def session_in_conflict(error: ConditionFailedError, started: int | None, now_ms: int) -> Session:
    """Return the live session that a failed condition met; raises SessionNotFoundError if there is none.

    `started`, where given, is the session that the caller means.
    """
    session = session_from_record(error.item) if error.item else None
    if session is None or not session.alive(now_ms) or started not in {None, session.started}:
        raise SessionNotFoundError("The session has ended.") from error
    return session
