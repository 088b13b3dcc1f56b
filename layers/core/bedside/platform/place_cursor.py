"""Cursors of lists that are ordered by an instant: the last item of a page, as callers hold it."""

from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.kernel.cursors import decode_cursor, encode_cursor


@dataclass(frozen=True, slots=True)
class PlaceCursor:
    """Writes and reads the place of an item: its `pk`, and its instant, which is the index's range key `order`."""

    order: str

    def write(self, place: Item) -> str:
        """Return the cursor of a place."""
        return encode_cursor([place["pk"], int(place[self.order])])

    def read(self, text: str | None) -> Item | None:
        """Return the place that a cursor holds, None without one. Raises InvalidRequestError."""
        return decode_cursor(text, self._place)

    def _place(self, written: Any) -> Item | None:  # noqa: ANN401  # any JSON
        match written:
            # Python treats JSON's true as an int, DynamoDB does not.
            case [str(pk), int(at)] if pk.encode() and not isinstance(at, bool) and 0 <= at < 1 << 53:
                return {"pk": pk, self.order: at}
        return None


# Of what begins at an instant, such as visits and bookings.
BY_START: Final = PlaceCursor("startsAt")
