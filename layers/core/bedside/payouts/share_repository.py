"""Shares in DynamoDB: one item for each booking that was paid, found by its state."""

from dataclasses import dataclass, replace
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Table
from bedside.payouts.share import Share, ShareState
from bedside.payouts.share_record import share_from_record, share_record
from bedside.platform.due_index import DueIndex, shard_of

PAGE: Final = 50
KIND: Final = "share"
_KEY: Final = "share#"
_ID_LENGTH: Final = 64
# Of shares that have no visit, Unix ms.
_NEVER: Final = (1 << 53) - 1


@dataclass(frozen=True, slots=True)
class ShareRepository:
    """Shares by their bookings. Methods raise UnavailableError."""

    table: Table

    def find(self, booking_id: str) -> Share | None:
        """Return the share of a booking, or None."""
        item = self.table.get(share_key(booking_id)) if len(booking_id) <= _ID_LENGTH else None
        return share_from_record(item) if item else None

    def save(self, share: Share, now_ms: int) -> Share:
        """Store a share as the version after the one that was read, and return it.

        Raises ConditionFailedError if that is not current.
        """
        after = replace(share, version=share.version + 1)
        self.table.put(
            {"pk": share_key(share.booking_id), **share_record(after), **_places(after, now_ms)},
            condition="#version = :seen" if share.version else "attribute_not_exists(#pk)",
            values={"seen": share.version} if share.version else {},
        )
        return after

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the bookings of up to `limit` shares that somebody has to look at, longest due first."""
        return [key.removeprefix(_KEY) for key in DueIndex(self.table, KIND).due(now_ms, limit)]

    def list_by_state(self, state: ShareState, now_ms: int, cursor: Item | None) -> tuple[list[Share], Item | None]:
        """Return a page of shares in a state, those payable first before others, and the place of the next page."""
        waiting = state in {"scheduled", "due"}
        listed = "scheduled" if waiting else state
        # What is scheduled becomes due without being written.
        first, last = {"due": (0, now_ms), "scheduled": (now_ms + 1, _NEVER)}.get(state, (0, _NEVER))
        if cursor:
            first, last = min(first, cursor["payableAt"]), max(last, cursor["payableAt"])
        after = {"listed": listed, **cursor} if cursor else None
        items, more = self.table.page(
            "shares-by-state", "listed", listed, limit=PAGE, after=after, within=("payableAt", first, last)
        )
        place = {name: more[name] for name in ("pk", "payableAt")} if more else None
        shares = [share_from_record(item) for item in items]
        return [share for share in shares if share.state(now_ms) == state], place


def share_key(booking_id: str) -> str:
    """Return the key of the share of a booking."""
    return f"{_KEY}{booking_id}"


def _places(share: Share, now_ms: int) -> dict[str, Any]:
    """Return the share's places in the indexes of states, and of items to look at."""
    state, look_at = share.state(now_ms), share.look_at(now_ms)
    listed = {"listed": "scheduled" if state == "due" else state, "payableAt": share.due_at or _NEVER}
    if look_at is None:
        return listed
    return {**listed, "waits": shard_of(KIND, share_key(share.booking_id)), "dueAt": look_at}
