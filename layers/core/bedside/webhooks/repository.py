"""Webhook events in DynamoDB: each is stored once, and waits until it is processed."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.platform.due_index import DueIndex, shard_of

# How long the queue has to process an event before the sweeper queues it again.
PATIENCE_MS: Final = 60_000
_DAY_S: Final = 86_400
_KIND: Final = "event"

# applied: relevant to a listener. kept: only stored.
Outcome = Literal["applied", "kept"]
# What the table contained when an event arrived.
StoredState = Literal["new", "waiting", "processed"]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was sent; it happened `at` and was received at `received_at` (Unix ms).

    The payload is a data URL if what was sent is not text.
    An event without an outcome waits for the queue, or from `due_at` for the sweeper.
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
    """Events of all sources, each stored for `retention_days`. Methods raise UnavailableError."""

    def __init__(self, table: Table, *, retention_days: int) -> None:
        self._table = table
        self._retention_s = retention_days * _DAY_S

    def add(self, event: StoredEvent) -> StoredState:
        """Store an event unless it exists, and return what existed before; one request."""
        item = {
            "pk": _key(event.source, event.event_id),
            "kind": event.kind,
            "payload": event.payload,
            "at": event.at,
            "receivedAt": event.received_at,
            "ttl": event.received_at // 1000 + self._retention_s,
            "waits": shard_of(_KIND, _key(event.source, event.event_id)),
            "dueAt": event.received_at + PATIENCE_MS,
        }
        try:
            self._table.put(item, condition="attribute_not_exists(#pk)", values={})
        except ConditionFailedError as error:
            return "processed" if error.item and "outcome" in error.item else "waiting"
        return "new"

    def find(self, source: str, event_id: str) -> StoredEvent | None:
        """Return an event, or None if it was never stored or has expired."""
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
        """Store an event's outcome; False if it already has one, or has expired."""
        return self._update(
            _key(source, event_id),
            "SET #outcome = :outcome, #processedAt = :now REMOVE #waits, #dueAt",
            condition="attribute_exists(#pk) AND attribute_not_exists(#outcome)",
            values={"outcome": outcome, "now": now_ms},
        )

    def reopen(self, source: str, event_id: str, now_ms: int) -> bool:
        """Make an event wait again, whatever its outcome; False if it does not exist."""
        return self._update(
            _key(source, event_id),
            "SET #waits = :waits, #dueAt = :due REMOVE #outcome, #processedAt",
            condition="attribute_exists(#pk)",
            values={"waits": shard_of(_KIND, _key(source, event_id)), "due": now_ms + PATIENCE_MS},
        )

    def due(self, now_ms: int, limit: int) -> list[tuple[str, str]]:
        """Return source and id of up to `limit` overdue events, longest overdue first.

        The index lags, so recently processed events may be included.
        """
        keys = (key.partition("#") for key in DueIndex(self._table, _KIND).due(now_ms, limit))
        return [(source, event_id) for source, _, event_id in keys]

    def postpone(self, event: StoredEvent, due_at: int) -> bool:
        """Make a waiting event due later; False if it no longer waits, or has been postponed concurrently."""
        return event.due_at is not None and self._update(
            _key(event.source, event.event_id),
            "SET #dueAt = :due",
            condition="#dueAt = :seen",
            values={"due": due_at, "seen": event.due_at},
        )

    def _update(self, pk: str, expression: str, *, condition: str, values: dict[str, Any]) -> bool:
        try:
            self._table.update(pk, expression, condition=condition, values=values)
        except ConditionFailedError:
            return False
        return True


def _key(source: str, event_id: str) -> str:
    """Return an event's key; names of sources contain no "#"."""
    return f"{source}#{event_id}"
