"""Records of notices in DynamoDB: one item each, replaced as a whole by conditional writes."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Change, ConditionFailedError, Table, transact
from bedside.notifications.record import KIND, Record, UnreadableRecordError, attributes, record_from_item
from bedside.platform.due_index import DueIndex, shard_of
from bedside.platform.place_cursor import PlaceCursor

PAGE: Final = 50
CURSOR: Final = PlaceCursor("at")
_KEY: Final = "record#"
_ID_LENGTH: Final = 64
_OF_PERSON: Final = "records-of-person"
_OF_FACILITY: Final = "records-of-facility"


@dataclass(frozen=True, slots=True)
class RecordRepository:
    """Records of notices. Methods raise UnavailableError."""

    table: Table

    def find(self, record_id: str) -> Record | None:
        """Return a record, or None. Raises UnreadableRecordError."""
        item = self.table.get(record_key(record_id)) if len(record_id) <= _ID_LENGTH else None
        return record_from_item(record_id, item) if item else None

    def create(self, record: Record) -> bool:
        """Store a new record; False if it exists, unless it was withdrawn before anybody was told."""
        with suppress(ConditionFailedError):
            self.table.put(
                _item(record),
                condition="attribute_not_exists(#pk) OR (#state = :withdrawn AND attribute_not_exists(#toldAt))",
                values={"withdrawn": "withdrawn"},
            )
            return True
        return False

    def create_change(self, record: Record) -> Change:
        """Return the change that stores a new record, for `save`; it cannot be made if the record exists."""
        return self.table.put_change(_item(record), condition="attribute_not_exists(#pk)")

    def save(self, record: Record, *also: Change) -> Record | None:
        """Store the next revision of a record, with other changes; None if it was changed since it was read.

        Raises ConditionFailedError if one of the other changes cannot be made.
        """
        after = replace(record, revision=record.revision + 1)
        condition, values = "#revision = :seen", {"seen": record.revision}
        try:
            if also:
                transact(self.table.put_change(_item(after), condition=condition, values=values), *also)
            else:
                self.table.put(_item(after), condition=condition, values=values)
        except ConditionFailedError as error:
            if error.index == 0:
                return None
            raise
        return after

    def set_aside(self, record_id: str) -> None:
        """Take a record that cannot be read out of the sweeper's index; it stays due, for a redrive once it can be."""
        with suppress(ConditionFailedError):
            self.table.update(record_key(record_id), "REMOVE #waits", condition="attribute_exists(#waits)", values={})

    def due(self, now_ms: int, limit: int) -> list[str]:
        """Return the ids of up to `limit` records that somebody has to look at, longest due first."""
        return [key.removeprefix(_KEY) for key in DueIndex(self.table, KIND).due(now_ms, limit)]

    def list_by_recipient(self, recipient: str, cursor: Item | None) -> tuple[list[Record], Item | None]:
        """Return a page of somebody's records, newest first, and the place of the next page."""
        return self._page(_OF_PERSON, "recipient", recipient, cursor)

    def list_by_facility(self, facility_id: str, cursor: Item | None) -> tuple[list[Record], Item | None]:
        """Return a page of a facility's records, newest first, and the place of the next page."""
        return self._page(_OF_FACILITY, "facilityId", facility_id, cursor)

    def _page(self, index: str, key: str, value: str, cursor: Item | None) -> tuple[list[Record], Item | None]:
        after = {key: value, **cursor} if cursor else None
        items, more = self.table.page(index, key, value, limit=PAGE, after=after, descending=True)
        return list(_readable(items)), {name: more[name] for name in ("pk", "at")} if more else None


def record_key(record_id: str) -> str:
    """Return the key of a record's item."""
    return f"{_KEY}{record_id}"


def _readable(items: Iterable[Item]) -> Iterator[Record]:
    """Yield the records in items; one that nobody can read must not hide the others."""
    for item in items:
        with suppress(UnreadableRecordError):
            yield record_from_item(str(item["pk"]).removeprefix(_KEY), item)


def _item(record: Record) -> Item:
    pk = record_key(record.record_id)
    waits = {"waits": shard_of(KIND, pk), "dueAt": record.due_at} if record.due_at is not None else {}
    return {"pk": pk, **attributes(record), **waits}
