"""Replays webhooks: asks their sender to resend undelivered ones, or processes a stored event again."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bedside.kernel.errors import FieldFault, InvalidRequestError, UnavailableError
from bedside.ports.queue import MessageQueue
from bedside.ports.video import WebhookSender
from bedside.webhooks.receiver import message
from bedside.webhooks.repository import WebhookEventRepository

_DAY_MS: Final = 86_400_000
# https://www.100ms.live/docs/server-side/v2/api-reference/webhooks/replay
WINDOW_MS: Final = 14 * _DAY_MS
REACH_MS: Final = 30 * _DAY_MS


@dataclass(frozen=True, slots=True)
class WebhookReplay:
    """Replays webhooks and stored events; nothing is applied twice. `senders` can resend, by source."""

    senders: Mapping[str, Callable[[], WebhookSender]]
    events: WebhookEventRepository
    queue: MessageQueue

    def resend(self, source: str, since_ms: int, until_ms: int, now_ms: int) -> None:
        """Ask a sender to resend the undelivered webhooks of a period; they arrive as usual.

        Raises InvalidRequestError for a source that cannot resend or a period that 100ms does not replay,
        UnavailableError.
        """
        if source not in self.senders:
            raise _refused("source", f"These sources can resend: {', '.join(sorted(self.senders))}.")
        if until_ms <= since_ms:
            raise _refused("until", "The end must be after the beginning.")
        if since_ms >= now_ms:
            raise _refused("since", "The beginning must be in the past.")
        if now_ms - since_ms > REACH_MS:
            raise _refused("since", "100ms replays what is at most 30 days old.")
        if until_ms - since_ms > WINDOW_MS:
            raise _refused("until", "100ms replays at most 14 days at once.")
        self.senders[source]().replay(since_ms, until_ms)

    def reprocess(self, source: str, event_id: str, now_ms: int) -> None:
        """Process a stored event again. Raises InvalidRequestError if there is none, UnavailableError."""
        if not self.events.reopen(source, event_id, now_ms):
            raise _refused("event", "There is no such event, or it is not kept any more.")
        with contextlib.suppress(UnavailableError):  # the sweeper queues waiting events
            self.queue.send(message(source, event_id))


def parse_instant(text: str, field: str) -> int:
    """Return an ISO 8601 instant, UTC by default, as Unix ms. Raises InvalidRequestError."""
    try:
        found = datetime.fromisoformat(text)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise _refused(field, "A time looks like 2026-11-20T10:00, and is in UTC.") from None


def parse_event(text: str) -> tuple[str, str]:
    """Return source and id from `{source}/{id}`. Raises InvalidRequestError."""
    source, slash, event_id = text.partition("/")
    if not (source and slash and event_id):
        raise _refused("event", "An event looks like hms/its-id.")
    return source, event_id


def _refused(field: str, message: str) -> InvalidRequestError:
    return InvalidRequestError([FieldFault(field, message)], message)
