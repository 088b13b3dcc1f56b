"""Tables in memory: their keys, their items, and what their indexes show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from tests.fakes.dynamodb.errors import InvalidError, NotFakedError
from tests.fakes.dynamodb.values import MOST_BYTES, Attribute, Item, item_bytes, order

# The values of a table's key.
type Key = tuple[str, ...]

_INVALID: Final = "One or more parameter values were invalid:"


@dataclass(frozen=True)
class Index:
    """A global secondary index: its keys, partition key first, and whether it holds whole items or only keys."""

    keys: tuple[str, ...]
    whole: bool


@dataclass(frozen=True)
class Schema:
    """A table's keys, partition key first, its indexes, and the type of every key: "S" or "N".

    With `streams` its stream has every version of its items, as they were after each write.
    """

    keys: tuple[str, ...]
    types: Mapping[str, str]
    indexes: Mapping[str, Index] = field(default_factory=dict)
    streams: bool = False

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Self:
        """Return the schema that CreateTable is asked for; raises NotFakedError."""
        known = {"TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"}
        if more := request.keys() - known:
            raise NotFakedError(f"CreateTable with {sorted(more)}")
        types = {each["AttributeName"]: each["AttributeType"] for each in request["AttributeDefinitions"]}
        if not {*types.values()} <= {"S", "N"}:
            raise NotFakedError(f"keys of the types {types}")
        indexes: dict[str, Index] = {}
        for each in request.get("GlobalSecondaryIndexes", []):
            projection = each["Projection"]["ProjectionType"]
            if projection not in {"ALL", "KEYS_ONLY"}:
                raise NotFakedError(f"the projection {projection}")
            indexes[each["IndexName"]] = Index(_names(each["KeySchema"]), projection == "ALL")
        return cls(_names(request["KeySchema"]), types, indexes)

    def document(self, name: str) -> dict[str, Any]:
        """Return what DescribeTable tells."""
        found: dict[str, Any] = {
            "TableName": name,
            "TableStatus": "ACTIVE",
            "KeySchema": _key_schema(self.keys),
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind} for key, kind in self.types.items()],
        }
        if self.indexes:
            found["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": each,
                    "KeySchema": _key_schema(index.keys),
                    "Projection": {"ProjectionType": "ALL" if index.whole else "KEYS_ONLY"},
                }
                for each, index in self.indexes.items()
            ]
        return found

    def place(self, keys: Mapping[str, Attribute]) -> Key:
        """Return where an item is, by nothing but its key; raises InvalidError."""
        if keys.keys() != {*self.keys} or any(self.types[name] not in keys[name] for name in self.keys):
            raise InvalidError("The provided key element does not match the schema")
        return self._place(keys)

    def check(self, item: Mapping[str, Attribute], *, update: bool) -> Key:
        """Return where an item belongs; raises InvalidError where it cannot be stored."""
        for name in self.keys:
            if name not in item:
                raise InvalidError(f"{_INVALID} Missing the key {name} in the item")
            if (kind := self.types[name]) not in item[name]:
                raise InvalidError(
                    f"{_INVALID} Type mismatch for key {name} expected: {kind} actual: {next(iter(item[name]))}"
                )
        for name, index in self.indexes.items():
            for key in index.keys:
                value = item.get(key)
                if value is None:
                    continue
                if (kind := self.types[key]) not in value:
                    raise InvalidError(
                        f"{_INVALID} Type mismatch for Index Key {key} Expected: {kind} Actual: {next(iter(value))} "
                        f"IndexName: {name}"
                    )
                if value == {"S": ""}:
                    raise InvalidError(
                        "One or more parameter values are not valid. A value specified for a secondary index key is "
                        f"not supported. The AttributeValue for a key attribute cannot contain an empty string value. "
                        f"IndexName: {name}, IndexKey: {key}"
                    )
        if item_bytes(item) > MOST_BYTES:
            raise InvalidError(f"Item size{' to update' if update else ''} has exceeded the maximum allowed size")
        return self._place(item)

    def _place(self, item: Mapping[str, Attribute]) -> Key:
        found = tuple(str(item[name][self.types[name]]) for name in self.keys)
        for name, value in zip(self.keys, found, strict=True):
            if not value:
                raise InvalidError(
                    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                    f"an empty string value. Key: {name}"
                )
        return found


class Table:
    """A table's items. Those that it gives are not to be changed."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.items: dict[Key, Item] = {}
        self._versions: list[Item] = []

    def find(self, key: Key) -> Item:
        """Return the item at a place, or {}."""
        return self.items.get(key, {})

    def store(self, key: Key, item: Item | None) -> None:
        """Put an item in its place, or remove it."""
        if item is None:
            self.items.pop(key, None)
            return
        self.items[key] = item
        if self.schema.streams:
            self._versions.append(item)

    def take_versions(self) -> list[Item]:
        """Return what the stream has, and nobody has taken."""
        found, self._versions = self._versions, []
        return found

    def sorted(self, index: str) -> tuple[Sequence[str], list[Item]]:
        """Return an index's keys, and what it shows in its order; "" stands for the table itself."""
        keys = self.schema.indexes[index].keys if index else self.schema.keys
        # Items with equal keys in an index stand there in some order; here by the keys of the table.
        every = list(dict.fromkeys([*keys, *self.schema.keys]))
        found = [item for item in self.items.values() if all(key in item for key in keys)]
        found.sort(key=lambda item: [order(item[key]) for key in every])
        if index and not self.schema.indexes[index].whole:
            found = [{name: item[name] for name in every} for item in found]
        return keys, found


def _names(key_schema: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(each["AttributeName"] for each in sorted(key_schema, key=lambda each: each["KeyType"]))


def _key_schema(keys: Sequence[str]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
