"""Processes queued events: passes each to its source's listener and stores the outcome."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from bedside.webhooks.envelope import data_of, find_object
from bedside.webhooks.repository import Outcome, WebhookEventRepository

# Exponential backoff: most failures pass within seconds. With the ten attempts that template.yaml allows a message, the
# last comes 17 minutes after the first.
_LONGEST_PAUSE_S: Final = 512


class Listener(Protocol):
    """A domain's handler for the events of a source; it must be idempotent."""

    def handle(self, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:
        """Handle an event, and return whether it was relevant. An error makes the event be retried."""
        ...


class MessageError(Exception):
    """The queue contained a message that does not refer to an event."""


@dataclass(frozen=True, slots=True)
class WebhookProcessor:
    """Passes events to the listener of their source.

    Events without a listener, or whose payload is not a JSON object, are only stored.
    """

    events: WebhookEventRepository
    listeners: Mapping[str, Callable[[], Listener]]

    def process(self, text: str, clock: Callable[[], int]) -> Outcome | Literal["done", "gone"]:
        """Process the event that a message refers to, and return the outcome; "done" if it was already processed.

        Raises MessageError, UnavailableError and whatever the listener raises, in which case the message is retried.
        """
        source, event_id = _read(text)
        event = self.events.find(source, event_id)
        if event is None:
            return "gone"
        if event.outcome:
            return "done"
        listener, applied = self.listeners.get(source), False
        body = find_object(event.payload.encode()) if listener else None
        if listener and body is not None:
            applied = listener().handle(event.kind, data_of(body), event.at, clock())
        outcome: Outcome = "applied" if applied else "kept"
        return outcome if self.events.close(source, event_id, outcome, clock()) else "done"


def pause_s(tries: int) -> int:
    """Return the pause in seconds after so many failed attempts."""
    return min(1 << tries, _LONGEST_PAUSE_S)


def _read(text: str) -> tuple[str, str]:
    try:
        document = json.loads(text)
        source, event_id = document["source"], document["eventId"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise MessageError("not a message about an event") from None
    if not (isinstance(source, str) and isinstance(event_id, str)):
        raise MessageError("not a message about an event")
    return source, event_id
