"""Webhook metadata: the event's id, type and time."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from bedside.kernel.errors import MalformedWebhookError
from bedside.webhooks.sources import Kind
from bedside.webhooks.verification import Delivery

# All three kinds use ids and types of this form; restricted because they appear in keys and logs.
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}")
# Unix seconds of the year 2286; larger numbers are milliseconds or invalid.
_LATEST_S: Final = 9_999_999_999


@dataclass(frozen=True, slots=True)
class Envelope:
    """The event's id, type and time (Unix ms), None if the sender does not state it in a known format."""

    event_id: str
    kind: str
    at: int | None


def envelope(kind: Kind, delivery: Delivery) -> Envelope:
    """Return the metadata of a delivery. Raises MalformedWebhookError if it has no usable id or type."""
    body = read_object(delivery.body)
    event_type = body.get("type", "")
    match kind:
        case "headers":
            return Envelope(_word(body.get("id"), "id"), _word(event_type, "type"), _instant(body.get("timestamp")))
        case "stripe":
            return Envelope(_word(body.get("id"), "id"), _word(event_type, "type"), _seconds(body.get("created")))
        case "standard":
            headers = delivery.headers
            sent = headers.get("webhook-timestamp", "")
            at = _seconds(int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 20 else None  # noqa: PLR2004  # digits, so that int() is quick
            return Envelope(_word(headers.get("webhook-id"), "id"), _word(event_type, "type") if event_type else "", at)


def read_object(body: bytes) -> dict[str, Any]:
    """Return the body as a JSON object. Raises MalformedWebhookError for anything else."""
    try:
        found = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        # Not chained: the original error would contain the body.
        raise MalformedWebhookError("The body is not a JSON object.") from None
    return found


def data_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the event's `data`, or the whole event if there is none."""
    data = body.get("data")
    return data if isinstance(data, dict) else body


def _refuse(_word: str) -> NoReturn:
    raise ValueError("not JSON, though Python reads it")


def _word(value: object, name: str) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise MalformedWebhookError(f"The event has no valid {name}.")
    return value


def _seconds(value: object) -> int | None:
    return value * 1000 if type(value) is int and 0 < value <= _LATEST_S else None


def _instant(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        moment = found if found.tzinfo else found.replace(tzinfo=UTC)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
