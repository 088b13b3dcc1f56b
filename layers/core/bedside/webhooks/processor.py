"""An event's turn has come: its source's listener hears of it, and what became of it is noted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from bedside.webhooks.envelope import data_of, read_object
from bedside.webhooks.repository import Outcome, WebhookEventRepository

# Twice as long each time: most of what fails passes within seconds, and nobody presses on what does not. With the ten
# tries that template.yaml gives a message, the last comes 17 minutes after the first.
_LONGEST_PAUSE_S: Final = 512


class Listener(Protocol):
    """Whoever an event may matter to. Hearing of the same event again must change nothing."""

    def handle(self, kind: str, data: Mapping[str, Any], at_ms: int, now_ms: int) -> bool:
        """Take in an event; False where there is nothing to do with it. Raises what makes another try worthwhile."""
        ...


class MessageError(Exception):
    """A message of the queue that is none of ours."""


@dataclass(frozen=True, slots=True)
class WebhookProcessor:
    """Hands events to listeners, by source; those that nobody listens to are kept."""

    events: WebhookEventRepository
    listeners: Mapping[str, Callable[[], Listener]]

    def process(self, text: str, clock: Callable[[], int]) -> Outcome | Literal["done", "gone"]:
        """Process the event of a message, and return what became of it; one that is processed already is done.

        Raises MessageError, UnavailableError and what the listener raises: the message must come again.
        """
        source, event_id = _read(text)
        event = self.events.read(source, event_id)
        if event is None:
            return "gone"
        if event.outcome:
            return "done"
        listener = self.listeners.get(source)
        heard = False
        if listener:
            data = data_of(read_object(event.payload.encode()))
            heard = listener().handle(event.kind, data, event.at, clock())
        outcome: Outcome = "applied" if heard else "kept"
        return outcome if self.events.close(source, event_id, outcome, clock()) else "done"


def pause_s(tries: int) -> int:
    """Return how many seconds a message waits after so many tries that have failed."""
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
