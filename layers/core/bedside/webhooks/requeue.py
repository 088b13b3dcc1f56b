"""Overdue events, which were never queued or ended in the dead-letter queue."""

from dataclasses import dataclass
from typing import Final

from bedside.ports.queue import MessageQueue
from bedside.webhooks.receiver import message
from bedside.webhooks.repository import PATIENCE_MS, WebhookEventRepository

# The longest pause between attempts to process an event.
_LONGEST_MS: Final = 6 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class OverdueEvents:
    """Queues overdue events again."""

    events: WebhookEventRepository
    queue: MessageQueue

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return up to `limit` overdue events as `{source}/{id}`, longest overdue first."""
        return [f"{source}/{event_id}" for source, event_id in self.events.due(now_ms, limit)]

    def requeue(self, name: str, now_ms: int) -> bool:
        """Queue an event if it is still overdue, and return whether it was. Raises UnavailableError.

        In case its message gets lost, the event becomes due again after twice the time it has waited so far.
        """
        source, _, event_id = name.partition("/")
        event = self.events.find(source, event_id)
        if event is None or event.outcome or event.due_at is None or event.due_at > now_ms:
            return False
        later = now_ms + min(max(now_ms - event.received_at, PATIENCE_MS), _LONGEST_MS)
        if not self.events.postpone(event, later):
            return False
        self.queue.send(message(source, event_id))
        return True

    def requeue_due(self, now_ms: int, limit: int) -> int:
        """Queue up to `limit` overdue events, and return their number. Raises UnavailableError."""
        return sum(self.requeue(name, now_ms) for name in self.due(now_ms, limit))
