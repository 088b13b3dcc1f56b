"""Cursors of lists that are ordered by when something starts: the last item of a page, as callers hold it."""

import base64
import binascii
import json

from bedside.adapters.aws.attributes import Item
from bedside.kernel.errors import FieldFault, InvalidRequestError


def write_cursor(place: Item) -> str:
    """Return the cursor of an item's `pk` and `startsAt`."""
    return base64.urlsafe_b64encode(json.dumps([place["pk"], int(place["startsAt"])]).encode()).decode()


def read_cursor(text: str | None) -> Item | None:
    """Return the `pk` and `startsAt` that a cursor holds, None without one. Raises InvalidRequestError."""
    if not text:
        return None
    try:
        match json.loads(base64.urlsafe_b64decode(text)):
            # Python treats JSON's true as an int, DynamoDB does not.
            case [str(pk), int(at)] if pk.encode() and not isinstance(at, bool) and 0 <= at < 1 << 53:
                return {"pk": pk, "startsAt": at}
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise InvalidRequestError([FieldFault("cursor", "This is not a valid cursor.")])
