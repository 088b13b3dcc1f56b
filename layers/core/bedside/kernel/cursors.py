"""Cursors: where a page of a list ended, as callers hold it. JSON in base64, checked when it comes back."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, Final

from bedside.kernel.errors import FieldFault, InvalidRequestError

# What a cursor is written with. Anything else could make an address longer than API Gateway takes.
CURSOR: Final = r"^[A-Za-z0-9_=-]*$"


def encode_cursor(place: object) -> str:
    """Return the cursor of a place, which JSON can represent."""
    # Escapes would make six letters of one.
    return base64.urlsafe_b64encode(json.dumps(place, ensure_ascii=False).encode()).decode()


def decode_cursor[Place](text: str | None, read: Callable[[Any], Place | None]) -> Place | None:
    """Return what `read` makes of a cursor's JSON, None without a cursor.

    Raises InvalidRequestError if it is no cursor, or `read` returns None or raises ValueError.
    """
    if not text:
        return None
    try:
        place = read(json.loads(base64.urlsafe_b64decode(text)))
    except (ValueError, binascii.Error, RecursionError):
        place = None
    if place is None:
        raise InvalidRequestError([FieldFault("cursor", "This is not a valid cursor.")])
    return place
