"""Cursors of lists that are ordered by when something starts: the last item of a page, as callers hold it."""

from typing import Any

from bedside.adapters.aws.attributes import Item
from bedside.kernel.cursors import decode_cursor, encode_cursor


def write_cursor(place: Item) -> str:
    """Return the cursor of an item's `pk` and `startsAt`."""
    return encode_cursor([place["pk"], int(place["startsAt"])])


def read_cursor(text: str | None) -> Item | None:
    """Return the `pk` and `startsAt` that a cursor holds, None without one. Raises InvalidRequestError."""
    return decode_cursor(text, _place)


def _place(written: Any) -> Item | None:  # noqa: ANN401  # any JSON
    match written:
        # Python treats JSON's true as an int, DynamoDB does not.
        case [str(pk), int(at)] if pk.encode() and not isinstance(at, bool) and 0 <= at < 1 << 53:
            return {"pk": pk, "startsAt": at}
    return None
