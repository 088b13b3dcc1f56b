"""What a webhook says of itself: which event it tells of, of which kind, and when that happened."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from bedside.kernel.errors import MalformedWebhookError
from bedside.webhooks.sources import Kind
from bedside.webhooks.verification import Delivery

# Ids and types of all three are letters, digits and few signs; they stand in keys and logs.
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}")
# Unix seconds of the year 2286, and more than anybody means.
_LATEST_S: Final = 9_999_999_999


@dataclass(frozen=True, slots=True)
class Envelope:
    """`at` is when the event happened (Unix ms), or None where its sender does not say so in a way that is known."""

    event_id: str
    kind: str
    at: int | None


def envelope(kind: Kind, delivery: Delivery) -> Envelope:
    """Return what a delivery says of itself; raises MalformedWebhookError where that is not enough to keep it."""
    body = read_object(delivery.body)
    told = body.get("type", "")
    match kind:
        case "headers":
            return Envelope(_word(body.get("id"), "id"), _word(told, "type"), _instant(body.get("timestamp")))
        case "stripe":
            return Envelope(_word(body.get("id"), "id"), _word(told, "type"), _seconds(body.get("created")))
        case "standard":
            headers = delivery.headers
            sent = headers.get("webhook-timestamp", "")
            at = _seconds(int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 20 else None  # noqa: PLR2004  # digits, so that int() is quick
            return Envelope(_word(headers.get("webhook-id"), "id"), _word(told, "type") if told else "", at)


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is; raises MalformedWebhookError for anything else."""
    try:
        found = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        # Not chained: the error would hold what was sent.
        raise MalformedWebhookError("The body is not a JSON object.") from None
    return found


def data_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an event is about: its `data`, or all of it where there is none."""
    data = body.get("data")
    return data if isinstance(data, dict) else body


def _refuse(_word: str) -> NoReturn:
    raise ValueError("not JSON, though Python reads it")


def _word(value: object, name: str) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise MalformedWebhookError(f"The event has no {name} that could be one.")
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
