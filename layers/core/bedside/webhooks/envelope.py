"""Webhook metadata: the event's id, type and time. An authentic event has all three, whatever its body looks like."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from bedside.webhooks.sources import Kind
from bedside.webhooks.verification import Delivery

# Ids of this form are used as they are. Others are hashed, because ids become parts of keys, messages and logs.
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}")
_HASHED: Final = "sha256:"
_LONGEST_KIND: Final = 128
# Unix seconds of the year 2286; larger numbers are milliseconds or invalid.
_LATEST_S: Final = 9_999_999_999
# Marks a payload that is not stored as text.
_BASE64: Final = "data:;base64,"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The event's id, type ("" if it has none of ours) and time (Unix ms, None if it states none in a known format)."""

    event_id: str
    kind: str
    at: int | None


def envelope(kind: Kind, delivery: Delivery) -> Envelope:
    """Return the metadata of an authentic delivery.

    A sender repeats what we refuse for hours, and then gives it up or switches the webhook off. So an event with an odd
    id gets a hash of it, and one without an id a hash of its body; both are the same for every repetition.
    """
    body = find_object(delivery.body) or {}
    stated, at = body.get("id"), None
    match kind:
        case "headers":
            at = _instant(body.get("timestamp"))
        case "stripe":
            at = _seconds(body.get("created"))
        case "standard":
            stated, sent = delivery.headers.get("webhook-id"), delivery.headers.get("webhook-timestamp", "")
            at = _seconds(int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 20 else None  # noqa: PLR2004  # digits, so that int() is quick
    return Envelope(_event_id(stated, delivery.body), _kind(body.get("type")), at)


def payload(body: bytes) -> str:
    """Return the body as text, or as a data URL if it is not UTF-8 or would be taken for such a URL."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = _BASE64
    return _BASE64 + base64.b64encode(body).decode() if text.startswith(_BASE64) else text


def find_object(body: bytes) -> dict[str, Any] | None:
    """Return the body as a JSON object, or None for anything else.

    A byte order mark is ignored. Every string can be encoded: halves of surrogate pairs become question marks.
    """
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
        if b"\\u" in body:  # the only way to write half a pair
            text = json.dumps(found, ensure_ascii=False)
            if not _encodable(text):
                found = json.loads(text.encode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def data_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the event's `data`, or the whole event if there is none.

    Stripe names the connected account beside the data (https://docs.stripe.com/connect/webhooks): `account` is added.
    """
    data = body.get("data")
    if not isinstance(data, dict):
        return body
    return {**data, "account": body["account"]} if "account" in body else data


def _refuse(_word: str) -> NoReturn:
    raise ValueError("not JSON, though Python reads it")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _event_id(stated: object, body: bytes) -> str:
    if isinstance(stated, str) and _ID.fullmatch(stated) and not stated.startswith(_HASHED):
        return stated
    # An id that is not text, such as a number, is hashed as JSON.
    named = body if stated is None or stated == "" else json.dumps(stated, sort_keys=True).encode()
    return _HASHED + hashlib.sha256(named).hexdigest()


def _kind(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST_KIND and value.isprintable() else ""


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
