"""A webhook comes: whose it is, what it is, and that it is kept before anybody says thanks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bedside.kernel.errors import MalformedWebhookError, UnavailableError
from bedside.ports.queue import MessageQueue
from bedside.webhooks.envelope import envelope
from bedside.webhooks.repository import StoredEvent, StoredState, WebhookEventRepository
from bedside.webhooks.sources import Sources
from bedside.webhooks.verification import Delivery


@dataclass(frozen=True, slots=True)
class WebhookReceiver:
    """Keeps webhooks and has them processed: one request to the record, and at most one to the queue."""

    sources: Sources
    events: WebhookEventRepository
    queue: MessageQueue
    on_not_queued: Callable[[str], None]

    def receive(self, name: str, headers: Mapping[str, str], read: Callable[[], bytes], now_ms: int) -> StoredState:
        """Keep what was sent, and return what stood there before.

        `headers` have names in lower case; `read` gives the body as it was sent and raises ValueError where that cannot
        be told. Raises UnknownSourceError, ForgedWebhookError, MalformedWebhookError, what `read` raises, and
        UnavailableError where the event could not be kept. An event that is kept but not queued waits for the sweeper.
        """
        self.sources.find(name, now_ms)
        try:
            delivery = Delivery(headers, read())
        except ValueError:
            raise MalformedWebhookError("The body is not valid.") from None
        source = self.sources.verify(name, delivery, now_ms)
        told = envelope(source.kind, delivery)
        at = now_ms if told.at is None else told.at
        event = StoredEvent(name, told.event_id, told.kind, delivery.body.decode(), at, now_ms)
        standing = self.events.add(event)
        if standing != "processed":
            try:
                self.queue.send(message(name, told.event_id))
            except UnavailableError:
                self.on_not_queued(name)
        return standing


def message(source: str, event_id: str) -> dict[str, str]:
    """Return the message that has an event processed."""
    return {"source": source, "eventId": event_id}
