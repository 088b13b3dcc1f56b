"""Packs in DynamoDB: one item each, found by its patient and its facility."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, get_together
from bedside.bookings.errors import PackNotFoundError
from bedside.bookings.pack import Pack, pack_from_record, pack_record
from bedside.platform.due_index import DueIndex, shard_of

PAGE: Final = 50
KIND: Final = "pack"
_KEY: Final = "pack#"
_ID_LENGTH: Final = 64
# What one request reads.
_MOST_FAILED: Final = 100
# The lists of packs are beside those of bookings, in the same indexes.
_INDEXES: Final = {"patient": ("bookings-of-patient", "bookedBy"), "facility": ("bookings-of-facility", "bookedAt")}


@dataclass(frozen=True, slots=True)
class PackRepository:
    """Packs of all facilities; callers must check access to the packs they read. Methods raise UnavailableError."""

    table: Table

    def find(self, pack_id: str) -> Pack | None:
        """Return a pack, or None."""
        item = self.table.get(pack_key(pack_id)) if len(pack_id) <= _ID_LENGTH else None
        return pack_from_record(item) if item else None

    def get(self, pack_id: str) -> Pack:
        """Return a pack. Raises PackNotFoundError."""
        pack = self.find(pack_id)
        if pack is None:
            raise PackNotFoundError("There is no such pack.")
        return pack

    def create(self, pack: Pack) -> bool:
        """Add a pack; False if one of this id exists."""
        item = {
            "pk": pack_key(pack.pack_id),
            "bookedBy": _list_key(pack.patient_id),
            "bookedAt": _list_key(pack.facility_id),
            # The indexes' range key: packs begin when they are bought.
            "startsAt": pack.created_at,
            **pack_record(pack),
            **_place(pack),
        }
        try:
            self.table.put(item, condition="attribute_not_exists(#pk)", values={})
        except ConditionFailedError:
            return False
        return True

    def update_change(self, before: Pack, after: Pack) -> Change:
        """Return the change that writes `after` if the stored pack is still `before`."""
        return self.table.update_change(pack_key(before.pack_id), **_update(before, after))

    def update(self, before: Pack, after: Pack) -> None:
        """Write `after` if the stored pack is still `before`. Raises ConditionFailedError."""
        self.table.update(pack_key(before.pack_id), **_update(before, after))

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` packs that somebody has to look at, longest due first."""
        return [key.removeprefix(_KEY) for key in DueIndex(self.table, KIND).due(now_ms, limit)]

    def list_failed_refunds(self, facility_id: str) -> list[Pack]:
        """Return a facility's packs whose refund has failed, the oldest failure first, up to a hundred."""
        items, _ = self.table.page("due", "waits", _failed_refunds(facility_id), limit=_MOST_FAILED, after=None)
        found = get_together([(self.table, str(item["pk"])) for item in items]) if items else {}
        packs = [pack_from_record(found[str(item["pk"])]) for item in items]
        return [pack for pack in packs if pack.state == "refundFailed"]

    def list_by(
        self, whose: Literal["patient", "facility"], owner: str, cursor: Item | None
    ) -> tuple[list[Pack], Item | None]:
        """Return a page of somebody's packs, the latest first, and the place of the next page, if there may be more."""
        index, key = _INDEXES[whose]
        after = {key: _list_key(owner), **cursor} if cursor else None
        items, more = self.table.page(index, key, _list_key(owner), limit=PAGE, after=after, descending=True)
        place = {name: more[name] for name in ("pk", "startsAt")} if more else None
        return [pack_from_record(item) for item in items], place


def pack_key(pack_id: str) -> str:
    """Return the key of a pack's item."""
    return f"{_KEY}{pack_id}"


def _list_key(owner: str) -> str:
    return f"packs#{owner}"


def _failed_refunds(facility_id: str) -> str:
    return f"pack-refund-failed#{facility_id}"


def _place(pack: Pack) -> dict[str, Any]:
    """Return the pack's place in the index of items that are due, or in its facility's list of failed refunds."""
    if pack.state == "refundFailed":
        return {"waits": _failed_refunds(pack.facility_id), "dueAt": pack.history[-1].at}
    if pack.due_at is None:
        return {}
    return {"waits": shard_of(KIND, pack_key(pack.pack_id)), "dueAt": pack.due_at}


def _update(before: Pack, after: Pack) -> dict[str, Any]:
    values = {**pack_record(after), **_place(after), "version": before.version + 1}
    removed = "" if "dueAt" in values else " REMOVE #dueAt, #waits"
    return {
        "expression": f"SET {', '.join(f'#{name} = :{name}' for name in values)}{removed}",
        "condition": "#version = :seen",
        "values": {**values, "seen": before.version},
    }
