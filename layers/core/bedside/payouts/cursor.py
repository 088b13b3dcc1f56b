"""Cursors of lists of transfers: the last item of a page, as callers hold it."""

import base64
import binascii
import json

from bedside.adapters.aws.attributes import Item
from bedside.kernel.errors import FieldFault, InvalidRequestError


def write_place(place: Item) -> str:
    """Return the cursor of an item's `pk` and `payableAt`."""
    return base64.urlsafe_b64encode(json.dumps([place["pk"], int(place["payableAt"])]).encode()).decode()


def read_place(text: str | None) -> Item | None:
    """Return the `pk` and `payableAt` that a cursor holds, None without one. Raises InvalidRequestError."""
    if not text:
        return None
    try:
        match json.loads(base64.urlsafe_b64decode(text)):
            case [str(pk), int(at)] if pk.encode() and not isinstance(at, bool) and 0 <= at < 1 << 53:
                return {"pk": pk, "payableAt": at}
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise InvalidRequestError([FieldFault("cursor", "This is not a valid cursor.")])
