"""Webhooks in DynamoDB: each event is kept once, and waits until it is processed."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table

# How long an event is left to the queue before the sweeper looks after it.
PATIENCE_MS: Final = 60_000
_DAY_S: Final = 86_400
_WAITS: Final = "event"

# Whether a listener had something to do with an event.
Outcome = Literal["applied", "kept"]
# What stood there when an event came: nothing, the event still waiting, or the event processed.
StoredState = Literal["new", "waiting", "processed"]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was sent; it happened `at` and came `received_at` (Unix ms).

    Without an outcome it waits, and the sweeper looks after it when it is due.
    """

    source: str
    event_id: str
    kind: str
    payload: str = field(repr=False)
    at: int
    received_at: int
    outcome: Outcome | None = None
    due_at: int | None = None


class WebhookEventRepository:
    """Events of all sources, each kept for so many days after it came.

    All calls raise UnavailableError where the record cannot be asked.
    """

    def __init__(self, table: Table, *, retention_days: int) -> None:
        self._table = table
        self._retention_s = retention_days * _DAY_S

    def add(self, event: StoredEvent) -> StoredState:
        """Keep an event unless it is there already, and tell what stood there; one request."""
        item = {
            "pk": _key(event.source, event.event_id),
            "kind": event.kind,
            "payload": event.payload,
            "at": event.at,
            "receivedAt": event.received_at,
            "ttl": event.received_at // 1000 + self._retention_s,
            "waits": _WAITS,
            "dueAt": event.received_at + PATIENCE_MS,
        }
        try:
            self._table.put(item, condition="attribute_not_exists(#pk)", values={})
        except ConditionFailedError as error:
            return "processed" if error.item and "outcome" in error.item else "waiting"
        return "new"

    def read(self, source: str, event_id: str) -> StoredEvent | None:
        """Return an event, or None where it was never kept, or is not kept any more."""
        item = self._table.get(_key(source, event_id))
        if item is None:
            return None
        return StoredEvent(
            source,
            event_id,
            item["kind"],
            item["payload"],
            item["at"],
            item["receivedAt"],
            item.get("outcome"),
            item.get("dueAt"),
        )

    def close(self, source: str, event_id: str, outcome: Outcome, now_ms: int) -> bool:
        """Note what became of an event; False where that is noted already, or the event is gone."""
        return self._changed(
            _key(source, event_id),
            "SET #outcome = :outcome, #processedAt = :now REMOVE #waits, #dueAt",
            condition="attribute_exists(#pk) AND attribute_not_exists(#outcome)",
            values={"outcome": outcome, "now": now_ms},
        )

    def reopen(self, source: str, event_id: str, now_ms: int) -> bool:
        """Let an event wait once more, whatever became of it; False where there is none."""
        return self._changed(
            _key(source, event_id),
            "SET #waits = :waits, #dueAt = :due REMOVE #outcome, #processedAt",
            condition="attribute_exists(#pk)",
            values={"waits": _WAITS, "due": now_ms + PATIENCE_MS},
        )

    def due(self, now_ms: int, limit: int) -> list[tuple[str, str]]:
        """Return source and id of up to `limit` events that have waited for too long, those due first first.

        An event that was processed a moment ago may be among them.
        """
        found, _ = self._table.page("due", "waits", _WAITS, limit=limit, after=None, within=("dueAt", 0, now_ms))
        keys = (str(item["pk"]).partition("#") for item in found)
        return [(source, event_id) for source, _, event_id in keys]

    def postpone(self, event: StoredEvent, due_at: int) -> bool:
        """Let a waiting event be due later; False where it waits no more, or somebody else was first."""
        return event.due_at is not None and self._changed(
            _key(event.source, event.event_id),
            "SET #dueAt = :due",
            condition="#dueAt = :seen",
            values={"due": due_at, "seen": event.due_at},
        )

    def _changed(self, pk: str, expression: str, *, condition: str, values: dict[str, Any]) -> bool:
        try:
            self._table.update(pk, expression, condition=condition, values=values)
        except ConditionFailedError:
            return False
        return True


def _key(source: str, event_id: str) -> str:
    """Return an event's key; no source's name has a "#"."""
    return f"{source}#{event_id}"
