"""Events that wait although nobody works on them: the queue was away, or gave up on them."""

from dataclasses import dataclass
from typing import Final

from bedside.ports.queue import MessageQueue
from bedside.webhooks.receiver import message
from bedside.webhooks.repository import PATIENCE_MS, WebhookEventRepository

# An event that cannot be processed is tried less and less often, and at least so often.
_LONGEST_MS: Final = 6 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class OverdueEvents:
    """Puts what has waited for too long into the queue again."""

    events: WebhookEventRepository
    queue: MessageQueue

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return up to `limit` events that are due, as `{source}/{id}`, those due first first."""
        return [f"{source}/{event_id}" for source, event_id in self.events.due(now_ms, limit)]

    def look(self, name: str, now_ms: int) -> bool:
        """Queue an event if it still waits and is due; raises UnavailableError.

        It is due again once it has waited twice as long, so that one of which the message is lost is not.
        """
        source, _, event_id = name.partition("/")
        event = self.events.read(source, event_id)
        if event is None or event.outcome or event.due_at is None or event.due_at > now_ms:
            return False
        later = now_ms + min(max(now_ms - event.received_at, PATIENCE_MS), _LONGEST_MS)
        if not self.events.postpone(event, later):
            return False
        self.queue.send(message(source, event_id))
        return True

    def requeue_due(self, now_ms: int, limit: int) -> int:
        """Queue up to `limit` events that are due, and return how many; raises UnavailableError."""
        return sum(self.look(name, now_ms) for name in self.due(now_ms, limit))
