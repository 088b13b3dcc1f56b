"""Receives webhooks: verifies, stores and queues each before acknowledging it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bedside.kernel.errors import UnavailableError
from bedside.ports.queue import MessageQueue
from bedside.webhooks.envelope import envelope, payload
from bedside.webhooks.errors import MalformedWebhookError
from bedside.webhooks.repository import StoredEvent, StoredState, WebhookEventRepository
from bedside.webhooks.sources import Sources
from bedside.webhooks.verification import Delivery


@dataclass(frozen=True, slots=True)
class WebhookReceiver:
    """Stores webhooks and queues them for processing: one request to DynamoDB, and at most one to SQS."""

    sources: Sources
    events: WebhookEventRepository
    queue: MessageQueue
    on_not_queued: Callable[[str], None]

    def receive(self, name: str, headers: Mapping[str, str], read: Callable[[], bytes], now_ms: int) -> StoredState:
        """Store an event, and return whether it was new, waiting or already processed.

        `headers` have lower-case names; `read` returns the raw body and raises ValueError if it is malformed. The
        sweeper queues an event that was stored but not queued. Once it is authentic, an event is stored whatever it
        looks like. Raises UnknownSourceError, ForgedWebhookError, MalformedWebhookError for a body that API Gateway
        itself did not encode properly, whatever `read` raises, and UnavailableError if it could not be stored.
        """
        self.sources.get(name, now_ms)
        try:
            delivery = Delivery(headers, read())
        except ValueError:
            raise MalformedWebhookError("The body is not valid.") from None
        source = self.sources.verify(name, delivery, now_ms)
        metadata = envelope(source.kind, delivery)
        at = now_ms if metadata.at is None else metadata.at
        event = StoredEvent(name, metadata.event_id, metadata.kind, payload(delivery.body), at, now_ms)
        state = self.events.add(event)
        if state != "processed":
            try:
                self.queue.send(message(name, metadata.event_id))
            except UnavailableError:
                self.on_not_queued(name)
        return state


def message(source: str, event_id: str) -> dict[str, str]:
    """Return the queue message that triggers processing of an event."""
    return {"source": source, "eventId": event_id}
